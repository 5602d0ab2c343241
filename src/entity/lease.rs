//! Leases: which replica alone performs a task (G8).

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    /// The task, such as `sender:telegram`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The process that performs it.
    #[sea_orm(column_type = "Text")]
    pub holder: String,
    /// The fencing token: how often the lease has changed hands. Writes with an older number are
    /// refused.
    pub epoch: i64,
    /// When it expires, by the database's own clock; zero once it was released.
    pub expires_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
