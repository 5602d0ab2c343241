//! What happened to tickets: append-only (U13). Triggers refuse changes and deletions.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{PersonId, TicketId};
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_event")]
pub struct Model {
    /// Order of what happened.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// To which ticket.
    pub ticket_id: TicketId,
    /// When.
    pub at: Timestamp,
    /// Who; none when it was the desk.
    pub actor_id: Option<PersonId>,
    /// Through which network; none when it was the desk.
    pub channel: Option<ChannelKind>,
    /// The stable name of its kind.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The event as JSON.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    /// The actor's name at the time; none when it was the desk, and on rows from before it was kept.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_name: Option<String>,
    /// When the ticket had to be taken (TTO), as promised after this; none on rows from before it was
    /// kept, which have no resolution clock either.
    pub own_due_at: Option<Timestamp>,
    /// The resolution clock (TTR) after this, while it ran: when it was due.
    pub resolve_due_at: Option<Timestamp>,
    /// The same while it stood: the milliseconds left.
    pub resolve_left: Option<i64>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
