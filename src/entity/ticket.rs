//! Tickets in their present state. Their history is in `ticket_event`.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::ending::Ending;
use crate::domain::id::{PersonId, TicketId, TicketNumber};
use crate::domain::priority::{Degree, Priority};
use crate::domain::procedure::TicketKind;
use crate::domain::source::Source;
use crate::domain::status::Status;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TicketId,
    /// The consecutive number (U1).
    #[sea_orm(unique)]
    pub number: TicketNumber,
    /// Grows with every change and guards each update.
    pub version: i64,
    pub status: Status,
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
    /// The answers of the request form, as JSON; `None` where nothing was asked.
    #[sea_orm(column_type = "Text", nullable)]
    pub answers: Option<String>,
    /// Where help is needed.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// The network of the request.
    pub origin: ChannelKind,
    /// How it reached the desk (U1).
    pub source: Source,
    pub requester_id: PersonId,
    /// The requester's name at registration.
    #[sea_orm(column_type = "Text", nullable)]
    pub requester_name: Option<String>,
    pub registered_by: PersonId,
    /// How many people are affected.
    pub impact: Degree,
    /// How badly work is hindered.
    pub urgency: Degree,
    /// Follows from impact and urgency.
    pub priority: Priority,
    /// The key of the group that has it.
    #[sea_orm(column_type = "Text")]
    pub group_key: String,
    /// That group's level.
    pub level: i32,
    /// The technician who has it.
    pub technician_id: Option<PersonId>,
    /// The ended ticket that it follows up.
    pub follow_up_of: Option<TicketId>,
    /// The parent ticket of a related case.
    pub parent_id: Option<TicketId>,
    /// The specialist that it was passed to by name, until a technician takes it.
    pub meant_for: Option<PersonId>,
    /// Whether it waits for an approval.
    pub approval: bool,
    /// Whether it was registered as confidential.
    pub confidential: bool,
    /// The procedure and the version of its text.
    #[sea_orm(column_type = "Text")]
    pub procedure_version: String,
    /// The digest of the edition it runs under.
    #[sea_orm(column_type = "Text", nullable)]
    pub edition: Option<String>,
    /// Its rank in the group's queue; `None` when it is in no queue.
    pub queue_rank: Option<i64>,
    /// TTO: when a technician has to take it.
    pub own_due_at: Timestamp,
    /// When a technician first took it.
    pub owned_at: Option<Timestamp>,
    /// TTR: when the solution is due, while the clock runs.
    pub resolve_due_at: Option<Timestamp>,
    /// The working milliseconds left, while the clock is stopped.
    pub resolve_left: Option<i64>,
    /// The level whose times were promised.
    pub promise_level: Option<i32>,
    /// The group that received it, in whose hours its clocks run; `None` means the desk's hours.
    #[sea_orm(column_type = "Text", nullable)]
    pub promise_group: Option<String>,
    /// The next instant at which a warning about a promise is due; `None` while no clock runs.
    pub warn_at: Option<Timestamp>,
    /// How many warning stages of the TTO were sent.
    pub own_told: i32,
    /// How many warning stages of the TTR were sent.
    pub resolve_told: i32,
    /// Why it waits: the key of a listed reason, or free text.
    #[sea_orm(column_type = "Text", nullable)]
    pub suspension: Option<String>,
    /// The last solution.
    #[sea_orm(column_type = "Text", nullable)]
    pub solution: Option<String>,
    /// The answers of the last solution's form, as JSON; `None` where nothing was asked.
    #[sea_orm(column_type = "Text", nullable)]
    pub solution_answers: Option<String>,
    /// How many solutions were given: the survey's round.
    pub round: i32,
    /// When the last solution was given.
    pub solved_at: Option<Timestamp>,
    /// The next instant at which the desk has to act on it.
    pub next_due_at: Option<Timestamp>,
    /// When silence closes it.
    pub close_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub ending: Option<Ending>,
    /// Whether its requester was asked for a rating; `None` before it ended.
    pub survey_asked: Option<bool>,
    pub created_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
