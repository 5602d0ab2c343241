//! Group chats in which the new tickets of a group appear.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::locale::Locale;

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
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
