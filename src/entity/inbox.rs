//! Incoming updates, stored before the platform gets its acknowledgement (G1, G2).

use sea_orm::entity::prelude::*;

use crate::domain::id::InboxId;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    /// In order of arrival.
    #[sea_orm(primary_key)]
    pub id: InboxId,
    /// The bot that received it, such as `telegram:123456`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// The platform's own key of the update; unique per source.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    /// The lane, which is the chat: updates of one lane are handled in order.
    #[sea_orm(column_type = "Text")]
    pub lane: String,
    /// The update as the platform sent it, with codes replaced by digests.
    #[sea_orm(column_type = "Text")]
    pub raw: String,
    /// The lane while the row is open; `None` once it is handled or set aside.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_lane: Option<String>,
    /// The number of failed attempts.
    pub attempts: i32,
    /// The reference under which it was set aside.
    #[sea_orm(column_type = "Text", nullable)]
    pub quarantine: Option<String>,
    /// When it was stored.
    pub received_at: Timestamp,
    /// Why it was set aside. Names rows, never their content.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// When it was handled or set aside.
    pub handled_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
