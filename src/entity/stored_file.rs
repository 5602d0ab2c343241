//! The stored files, one row per content. The bytes are in the file store.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "stored_file")]
pub struct Model {
    /// The SHA-256 of its bytes, in hexadecimal, which is its key in the store.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub digest: String,
    /// In bytes.
    pub size: i64,
    /// Its media type, detected from its content.
    #[sea_orm(column_type = "Text")]
    pub media: String,
    /// When it was first stored.
    pub kept_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
