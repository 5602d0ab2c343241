//! Tickets: where each stands. Their history is in `ticket_event`.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::event::Ending;
use crate::domain::id::{PersonId, TicketId, TicketNumber};
use crate::domain::priority::{Degree, Priority};
use crate::domain::procedure::TicketKind;
use crate::domain::source::Source;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: TicketId,
    /// The consecutive number (U1).
    #[sea_orm(unique)]
    pub number: TicketNumber,
    /// Grows with every change; guards each update.
    pub version: i64,
    /// Where it stands.
    pub status: Status,
    /// Incident or request.
    pub kind: TicketKind,
    /// The category's key.
    #[sea_orm(column_type = "Text")]
    pub category: String,
    /// One line.
    #[sea_orm(column_type = "Text")]
    pub title: String,
    /// In the requester's words.
    #[sea_orm(column_type = "Text")]
    pub description: String,
    /// The answer to the category's own question.
    #[sea_orm(column_type = "Text", nullable)]
    pub details: Option<String>,
    /// What the category's fields were answered with, as JSON; none where nothing was asked.
    #[sea_orm(column_type = "Text", nullable)]
    pub answers: Option<String>,
    /// Where help is needed.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// The network it came through.
    pub origin: ChannelKind,
    /// How it came to the desk (U1).
    pub source: Source,
    /// Who asked.
    pub requester_id: PersonId,
    /// The requester's name when it was received; none on tickets from before it was kept.
    #[sea_orm(column_type = "Text", nullable)]
    pub requester_name: Option<String>,
    /// Who registered it.
    pub registered_by: PersonId,
    /// How far it reaches.
    pub impact: Degree,
    /// How badly it hinders.
    pub urgency: Degree,
    /// What follows from both.
    pub priority: Priority,
    /// The group that has it.
    #[sea_orm(column_type = "Text")]
    pub group_key: String,
    /// That group's level.
    pub level: i32,
    /// The technician who has it.
    pub technician_id: Option<PersonId>,
    /// The ticket it follows.
    pub follow_up_of: Option<TicketId>,
    /// The ticket it is a related case of.
    pub parent_id: Option<TicketId>,
    /// The specialist whom it was passed to, until somebody takes it.
    pub meant_for: Option<PersonId>,
    /// Whether it is decided on rather than worked on.
    pub approval: bool,
    /// Whether it was registered as confidential.
    pub confidential: bool,
    /// The procedure and edition it runs under.
    #[sea_orm(column_type = "Text")]
    pub procedure_version: String,
    /// The digest of the rules it runs under; none on tickets from before editions were kept.
    #[sea_orm(column_type = "Text", nullable)]
    pub edition: Option<String>,
    /// Its place in the group's queue; none when it is in no queue.
    pub queue_rank: Option<i64>,
    /// TTO: somebody takes it by then.
    pub own_due_at: Timestamp,
    /// When somebody first took it.
    pub owned_at: Option<Timestamp>,
    /// TTR while the clock runs.
    pub resolve_due_at: Option<Timestamp>,
    /// Working milliseconds left while the clock stands.
    pub resolve_left: Option<i64>,
    /// The level whose times were promised; none on tickets from before times went by level.
    pub promise_level: Option<i32>,
    /// The group that received it, in whose hours its clocks count; none on tickets from before
    /// groups had hours of their own.
    #[sea_orm(column_type = "Text", nullable)]
    pub promise_group: Option<String>,
    /// The next instant at which somebody is to be told how a promise stands; none while no clock
    /// runs.
    pub warn_at: Option<Timestamp>,
    /// How many stages of the TTO were told.
    pub own_told: i32,
    /// How many stages of the TTR were told.
    pub resolve_told: i32,
    /// Why it waits, while it waits: the key of a listed reason, or words.
    #[sea_orm(column_type = "Text", nullable)]
    pub suspension: Option<String>,
    /// The last solution.
    #[sea_orm(column_type = "Text", nullable)]
    pub solution: Option<String>,
    /// What was recorded with the last solution, as JSON; none where nothing was asked.
    #[sea_orm(column_type = "Text", nullable)]
    pub solution_answers: Option<String>,
    /// How often a solution was given: the survey's round.
    pub round: i32,
    /// When the last solution was given.
    pub solved_at: Option<Timestamp>,
    /// The next instant at which the desk has to act on it.
    pub next_due_at: Option<Timestamp>,
    /// When silence closes it.
    pub close_at: Option<Timestamp>,
    /// When it ended.
    pub closed_at: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// Whether its requester was asked for a rating; none before it ended, and on tickets from before it
    /// was noted.
    pub survey_asked: Option<bool>,
    /// When it was received.
    pub created_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
