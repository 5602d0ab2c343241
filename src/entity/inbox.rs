//! What the desk has been told: stored before it is confirmed to the platform (G1, G2).

use sea_orm::entity::prelude::*;

use crate::domain::id::InboxId;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "inbox")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub id: InboxId,
    /// The bot that heard it, such as `telegram:123456`.
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// The platform's own key of it; unique with the source.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    /// What must stay in order: the chat.
    #[sea_orm(column_type = "Text")]
    pub lane: String,
    /// As the platform sent it.
    #[sea_orm(column_type = "Text")]
    pub raw: String,
    /// The lane while it is not handled; none afterwards.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_lane: Option<String>,
    /// Failed tries.
    pub attempts: i32,
    /// The reference under which it was set aside, when it was.
    #[sea_orm(column_type = "Text", nullable)]
    pub quarantine: Option<String>,
    /// When it was stored.
    pub received_at: Timestamp,
    /// Why it was set aside, when it was. Names rows, never what they hold.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// When it was handled or set aside; none on rows that a binary from before this settled.
    pub handled_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
