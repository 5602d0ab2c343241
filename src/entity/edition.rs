//! The editions of a procedure: what a ticket's rules were when it was registered.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "edition")]
pub struct Model {
    /// The digest of the rules: the same rules are the same edition.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub digest: String,
    /// The procedure's short name.
    #[sea_orm(column_type = "Text")]
    pub procedure: String,
    /// The edition of the written text that it names.
    #[sea_orm(column_type = "Text")]
    pub version: String,
    /// The rules as JSON.
    #[sea_orm(column_type = "Text")]
    pub rules: String,
    /// When the desk first ran on it.
    pub kept_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
