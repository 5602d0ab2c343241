//! The group chats in which the tickets of a group appear.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "destination")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The group's key in the procedure.
    #[sea_orm(column_type = "Text")]
    pub group_key: String,
    pub channel: ChannelKind,
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// The language of its cards.
    pub locale: Locale,
    /// Since when the platform refuses messages to it; `None` while it accepts them.
    pub unreachable_since: Option<Timestamp>,
    /// When the unreachable chat was last tried.
    pub tried_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
