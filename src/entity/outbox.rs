//! What the desk has to say: written in the transaction that caused it (G4).

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{CardId, OutboxId, PersonId, TicketId};
use crate::domain::time::Timestamp;

/// How a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting for its turn.
    Queued,
    /// The platform is being called; committed before the call (G6).
    Sending,
    /// Delivered.
    Sent,
    /// Needless: a newer face of the same card is said, or somebody retried or dropped it by hand.
    Superseded,
    /// Never to be delivered: a visible failure (G5).
    Failed,
    /// Perhaps delivered: the answer was lost and it is not said again (G6).
    Unknown,
}

/// Which rows of a lane go before which; within a class, the oldest goes first. A row is moved to an
/// earlier class when a row behind it that speaks of the same ticket belongs there.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Precedence {
    /// Its reader asked for it: the answer to a command or a press.
    #[sea_orm(num_value = 0)]
    Asked,
    /// A technician or a supervisor has to act on it: a new ticket, an assignment, an escalation, a
    /// reopened ticket, a promised time that is at risk.
    #[sea_orm(num_value = 1)]
    Urgent,
    /// Any other notice.
    #[default]
    #[sea_orm(num_value = 2)]
    Notice,
    /// The new face of a card that hangs already.
    #[sea_orm(num_value = 3)]
    Face,
    /// An answer to a person without access.
    #[sea_orm(num_value = 4)]
    Stranger,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// Order of saying.
    #[sea_orm(primary_key)]
    pub id: OutboxId,
    /// Which network.
    pub channel: ChannelKind,
    /// The chat; for the acknowledgement of a press, the press.
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// What must stay in order.
    #[sea_orm(column_type = "Text")]
    pub lane: String,
    /// The lane while it is unsent; none afterwards.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_lane: Option<String>,
    /// The delivery as JSON.
    #[sea_orm(column_type = "Text")]
    pub delivery: String,
    /// The card to which it gives a new face.
    pub card_id: Option<CardId>,
    /// The ticket it speaks of.
    pub ticket_id: Option<TicketId>,
    /// Whom it tells; none in a group.
    pub person_id: Option<PersonId>,
    /// Whether it is said once more when its outcome is unknown.
    pub critical: bool,
    /// Which rows of its lane go before it.
    pub precedence: Precedence,
    /// Whether its reader asked for it and waits for it.
    pub asked: bool,
    /// How it stands.
    pub state: DeliveryState,
    /// Tries so far.
    pub attempts: i32,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// The platform's key of the message.
    #[sea_orm(column_type = "Text", nullable)]
    pub message_key: Option<String>,
    /// Why it failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it ended.
    pub settled_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
