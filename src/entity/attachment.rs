//! The files that people sent to tickets, each with the state of its fetch.

use sea_orm::entity::prelude::*;

use crate::domain::{
    channel::ChannelKind,
    file::Unkept,
    id::{AttachmentId, PersonId, TicketId},
    time::Timestamp,
};

/// The state of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum FileState {
    /// Still to be fetched from its network.
    Wanted,
    /// In the store.
    Kept,
    /// Refused by the desk's rules.
    Refused,
    /// Could not be fetched.
    Lost,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// In the order of sending.
    #[sea_orm(primary_key)]
    pub id: AttachmentId,
    pub ticket_id: TicketId,
    /// The history event that records it.
    pub event_id: i64,
    /// The sender.
    pub person_id: Option<PersonId>,
    /// The network that has the file until it is stored.
    pub channel: ChannelKind,
    /// The kind as which it was sent, by its stable name.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The network's reference.
    #[sea_orm(column_type = "Text")]
    pub reference: String,
    /// The file name given by the sender; not to be trusted.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// The text that was sent with it.
    #[sea_orm(column_type = "Text")]
    pub caption: String,
    /// Whether it belongs to an internal note, which the requester does not see.
    pub internal: bool,
    pub state: FileState,
    /// Why it is not stored.
    pub why: Option<Unkept>,
    /// The digest of the stored file.
    #[sea_orm(column_type = "Text", nullable)]
    pub digest: Option<String>,
    /// How many fetches were tried.
    pub attempts: i32,
    /// When it is to be fetched; `None` once it is settled.
    pub due_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
