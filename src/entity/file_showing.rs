//! The chats in which each attachment was shown, so that no chat gets the same file twice unasked.

use sea_orm::entity::prelude::*;

use crate::domain::{channel::ChannelKind, id::AttachmentId};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "file_showing")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub attachment_id: AttachmentId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub channel: ChannelKind,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub chat_key: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
