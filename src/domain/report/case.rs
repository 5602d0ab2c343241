//! What a month's report knows of one ticket, as it stood at the end of the month.

use crate::domain::{
    channel::ChannelKind,
    event::{Ending, Event},
    field::{Field, Value},
    id::{PersonId, TicketNumber},
    priority::Priority,
    procedure::TicketKind,
    source::Source,
    status::Status,
    time::Timestamp,
};

/// An entry of a ticket's history that the report lists in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// When it happened.
    pub at: Timestamp,
    /// What.
    pub event: Event,
}

/// What a report knows of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub number: TicketNumber,
    /// Incident or request (V13).
    pub kind: TicketKind,
    /// The category's key.
    pub category: String,
    /// How pressing it was.
    pub priority: Priority,
    /// Where it stood.
    pub status: Status,
    /// The network it came through.
    pub origin: ChannelKind,
    /// How it came to the desk.
    pub source: Source,
    /// The ticket it is a related case of, or the one that it follows.
    pub parent: Option<TicketNumber>,
    /// The equipment that was touched, by tag or serial number (V11).
    pub assets: Vec<String>,
    /// One line.
    pub title: String,
    /// In the requester's words.
    pub description: String,
    /// Who asked, by name at the time.
    pub requester: String,
    /// Where help was needed.
    pub place: String,
    /// The group's key.
    pub group: String,
    /// Who had it.
    pub technician: Option<(PersonId, String)>,
    /// When it was received.
    pub received: Timestamp,
    /// By when it was promised to be taken.
    pub own_due: Timestamp,
    /// When it was taken for the first time.
    pub owned: Option<Timestamp>,
    /// By when a solution was promised last; none where no promise was kept.
    pub resolve_due: Option<Timestamp>,
    /// When the last solution was given, unless the requester said that it was none.
    pub solved: Option<Timestamp>,
    /// Who gave it.
    pub solver: Option<(PersonId, String)>,
    /// Whether that was in time; known once it is solved.
    pub in_time: Option<bool>,
    /// The last solution.
    pub solution: Option<String>,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// When the requester said that it was not solved, each time within the month.
    pub reopened: Vec<Timestamp>,
    /// The requester's rating, 1 to 5.
    pub stars: Option<u8>,
    /// What the requester said about the service.
    pub comment: Option<String>,
    /// What was asked for with the request, with what was answered.
    pub form: Vec<(Field, Value)>,
    /// What was recorded with the last solution.
    pub solution_form: Vec<(Field, Value)>,
    /// What the requester was trained in, in order (C7).
    pub training: Vec<String>,
    /// Escalations, waits, visits and moves of equipment, in order.
    pub steps: Vec<Step>,
}

impl Case {
    /// Whether it counts in a report that leaves out what ended in these ways (V12).
    pub fn counts(&self, left_out: &[Ending]) -> bool {
        self.ending.is_none_or(|ending| !left_out.contains(&ending))
    }

    /// Whether it was taken in time; none before it was taken, unless it ended late without.
    pub fn owned_in_time(&self) -> Option<bool> {
        match (self.owned, self.closed) {
            (Some(owned), _) => Some(owned <= self.own_due),
            (None, Some(closed)) if self.own_due < closed => Some(false),
            _ => None,
        }
    }
}
