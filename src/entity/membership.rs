//! Who belongs to which group of the procedure.

use sea_orm::entity::prelude::*;

use crate::domain::id::PersonId;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// Who.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The group's key in the procedure.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub group_key: String,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
