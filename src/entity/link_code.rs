//! Codes that join two accounts in one person, one a person. Only a digest of the code is kept.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, PersonId};
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_code")]
pub struct Model {
    /// Who asked for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// From which account.
    pub account_id: AccountId,
    /// SHA-256 of the code, in hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
