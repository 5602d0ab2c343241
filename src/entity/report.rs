//! The monthly reports that were sent, so that each is sent once.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report")]
pub struct Model {
    /// The month, as `2026-02`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub month: String,
    pub sent_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
