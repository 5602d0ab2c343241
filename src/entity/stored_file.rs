//! The files that the desk keeps, each once by its content. The bytes lie in the store.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stored_file")]
pub struct Model {
    /// The SHA-256 of its bytes, in hexadecimal: where it lies in the store.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub digest: String,
    /// Its size in bytes.
    pub size: i64,
    /// What it is, by what is in it.
    #[sea_orm(column_type = "Text")]
    pub media: String,
    /// When it was first kept.
    pub kept_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
