//! The people of each group of the procedure.

use sea_orm::entity::prelude::*;

use crate::domain::id::PersonId;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The group's key in the procedure.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub group_key: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
