//! Codes that join two accounts into one person, at most one per person. Only a digest is stored.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, PersonId};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_code")]
pub struct Model {
    /// The person who asked for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The account from which they asked.
    pub account_id: AccountId,
    /// The SHA-256 of the code, in hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    pub expires_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
