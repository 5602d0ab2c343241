//! Events of tickets: append-only (U13). Triggers refuse changes and deletions.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{PersonId, TicketId};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_event")]
pub struct Model {
    /// In order of occurrence.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub ticket_id: TicketId,
    pub at: Timestamp,
    /// The acting person; `None` when the desk acted.
    pub actor_id: Option<PersonId>,
    /// The network; `None` when the desk acted.
    pub channel: Option<ChannelKind>,
    /// The stable name of its kind.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The event as JSON.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
    /// The actor's name at that time.
    #[sea_orm(column_type = "Text", nullable)]
    pub actor_name: Option<String>,
    /// When the ticket has to be taken (TTO) after this event.
    pub own_due_at: Option<Timestamp>,
    /// When its solution is due (TTR) after this event, while the clock runs.
    pub resolve_due_at: Option<Timestamp>,
    /// The milliseconds left after this event, while the clock is stopped.
    pub resolve_left: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
