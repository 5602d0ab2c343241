//! Group chats in which the new tickets of a group appear.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "destination")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The group's key in the procedure.
    #[sea_orm(column_type = "Text")]
    pub group_key: String,
    /// Which network.
    pub channel: ChannelKind,
    /// The chat.
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// The language its cards are in.
    pub locale: Locale,
    /// Since when the platform refuses messages there; none while it takes them.
    pub unreachable_since: Option<Timestamp>,
    /// When a message was last tried there while it was out of reach.
    pub tried_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
