//! People on chat networks.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{AccountId, PersonId};
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: AccountId,
    /// Which network.
    pub channel: ChannelKind,
    /// The platform's numeric key, the only thing an identity hangs on.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    /// Whose account.
    pub person_id: PersonId,
    /// Their private chat with the desk, once they wrote in it.
    #[sea_orm(column_type = "Text", nullable)]
    pub private_chat: Option<String>,
    /// Since when notices cannot reach it.
    pub unreachable_since: Option<Timestamp>,
    /// When its owner last did something in their private chat, to the minute: notices go to the
    /// account heard last.
    pub last_heard_at: Timestamp,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
