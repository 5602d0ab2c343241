//! The files that people sent to tickets: what became of each.

use sea_orm::entity::prelude::*;

use crate::domain::{
    channel::ChannelKind,
    file::Unkept,
    id::{AttachmentId, PersonId, TicketId},
    time::Timestamp,
};

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum FileState {
    /// Still to be fetched from its network.
    Wanted,
    /// It lies in the store.
    Kept,
    /// The desk would not have it.
    Refused,
    /// The desk could not get it.
    Lost,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "attachment")]
pub struct Model {
    /// Identity, in the order of sending.
    #[sea_orm(primary_key)]
    pub id: AttachmentId,
    /// The ticket it belongs to.
    pub ticket_id: TicketId,
    /// The event that tells of it.
    pub event_id: i64,
    /// Who sent it.
    pub person_id: Option<PersonId>,
    /// The network it lies on until it is kept.
    pub channel: ChannelKind,
    /// What it was sent as, by its stable name.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The network's reference.
    #[sea_orm(column_type = "Text")]
    pub reference: String,
    /// The name that it came with; not to be trusted.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// What was written with it.
    #[sea_orm(column_type = "Text")]
    pub caption: String,
    /// Whether it belongs to an internal note, of which the requester sees nothing.
    pub internal: bool,
    /// How it stands.
    pub state: FileState,
    /// Why it is not kept.
    pub why: Option<Unkept>,
    /// Which of the kept files it is.
    #[sea_orm(column_type = "Text", nullable)]
    pub digest: Option<String>,
    /// How often it was tried to fetch it.
    pub attempts: i32,
    /// When it is to be fetched; none once it is settled.
    pub due_at: Option<Timestamp>,
    /// When it was sent.
    pub created_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
