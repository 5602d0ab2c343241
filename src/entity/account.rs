//! The accounts of people on chat networks.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{AccountId, PersonId};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "account")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AccountId,
    pub channel: ChannelKind,
    /// The platform's numeric key, the only identity of an account.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    /// The owner of the account.
    pub person_id: PersonId,
    /// The private chat with the desk, once the owner wrote in it.
    #[sea_orm(column_type = "Text", nullable)]
    pub private_chat: Option<String>,
    /// Since when notices to it are refused.
    pub unreachable_since: Option<Timestamp>,
    /// When the owner last used the private chat, to the minute. Notices go to the most recently
    /// used account.
    pub last_heard_at: Timestamp,
    /// When it was enrolled.
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
