//! Editions of procedures: the rules under which tickets were registered.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "edition")]
pub struct Model {
    /// The digest of the rules; equal rules are one edition.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub digest: String,
    /// The procedure's short name.
    #[sea_orm(column_type = "Text")]
    pub procedure: String,
    /// The version of the written text.
    #[sea_orm(column_type = "Text")]
    pub version: String,
    /// The rules as JSON.
    #[sea_orm(column_type = "Text")]
    pub rules: String,
    /// When the desk first ran on it.
    pub kept_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
