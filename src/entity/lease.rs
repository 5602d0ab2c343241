//! Who alone does something for a while, of all the replicas that could (G8).

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lease")]
pub struct Model {
    /// What is done, such as `sender:telegram`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub name: String,
    /// The process that does it.
    #[sea_orm(column_type = "Text")]
    pub holder: String,
    /// How often it has changed hands: what an earlier holder still writes is known by its number.
    pub epoch: i64,
    /// Until when, by the database's own clock; the beginning of time when it was given back.
    pub expires_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
