//! Outgoing messages, queued in the transaction that caused them (G4).

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{CardId, OutboxId, PersonId, TicketId};
use crate::domain::time::Timestamp;

/// The state of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum DeliveryState {
    /// Waiting in its lane.
    Queued,
    /// The platform is being called; committed before the call (G6).
    Sending,
    /// Delivered.
    Sent,
    /// No longer needed: a newer update of the same card was queued, or an operator retried or
    /// dropped it.
    Superseded,
    /// Never to be delivered: a visible failure (G5).
    Failed,
    /// Perhaps delivered: the answer was lost, and it is not sent again (G6).
    Unknown,
}

/// The class of a row in its lane, first class first; within a class, the oldest row goes first. A
/// row moves to an earlier class when a later row about the same ticket belongs there.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, EnumIter, DeriveActiveEnum,
)]
#[sea_orm(rs_type = "i16", db_type = "SmallInteger")]
pub enum Precedence {
    /// Its reader asked for it: the answer to a command or a button.
    #[sea_orm(num_value = 0)]
    Asked,
    /// A technician or a supervisor has to act on it: a new ticket, an assignment, an escalation, a
    /// reopened ticket, a promise at risk.
    #[sea_orm(num_value = 1)]
    Urgent,
    /// Any other notice.
    #[default]
    #[sea_orm(num_value = 2)]
    Notice,
    /// The update of a card that is shown already.
    #[sea_orm(num_value = 3)]
    Face,
    /// An answer to a person without access.
    #[sea_orm(num_value = 4)]
    Stranger,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "outbox")]
pub struct Model {
    /// In order of queueing.
    #[sea_orm(primary_key)]
    pub id: OutboxId,
    pub channel: ChannelKind,
    /// The chat; for the acknowledgement of an interaction, the interaction.
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// The lane, whose rows are sent in order.
    #[sea_orm(column_type = "Text")]
    pub lane: String,
    /// The lane while the row is unsent; `None` once it is settled.
    #[sea_orm(column_type = "Text", nullable)]
    pub open_lane: Option<String>,
    /// The delivery as JSON.
    #[sea_orm(column_type = "Text")]
    pub delivery: String,
    /// The card that it updates.
    pub card_id: Option<CardId>,
    /// The ticket that it is about.
    pub ticket_id: Option<TicketId>,
    /// The person it is addressed to; `None` in a group.
    pub person_id: Option<PersonId>,
    /// Whether it is sent once more when the outcome of an attempt is unknown.
    pub critical: bool,
    pub precedence: Precedence,
    /// Whether a reader asked for it and waits for it.
    pub asked: bool,
    pub state: DeliveryState,
    /// The number of attempts so far.
    pub attempts: i32,
    /// The earliest instant of the next attempt.
    pub not_before: Timestamp,
    /// The platform's key of the message.
    #[sea_orm(column_type = "Text", nullable)]
    pub message_key: Option<String>,
    /// Why it failed.
    #[sea_orm(column_type = "Text", nullable)]
    pub failure: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
