//! Where each attachment was shown, so that nobody is shown the same twice unasked.

use sea_orm::entity::prelude::*;

use crate::domain::{channel::ChannelKind, id::AttachmentId};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_showing")]
pub struct Model {
    /// What.
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment_id: AttachmentId,
    /// On which network.
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: ChannelKind,
    /// In which chat.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub chat_key: String,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
