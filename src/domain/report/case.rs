//! What a monthly report says about one ticket, in its state at the end of the month.

use crate::domain::{
    channel::ChannelKind,
    ending::Ending,
    event::Event,
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
    /// When it happened (UTC).
    pub at: Timestamp,
    /// What happened.
    pub event: Event,
}

/// A ticket in the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub number: TicketNumber,
    /// Incident or request (V13).
    pub kind: TicketKind,
    /// The key of its category.
    pub category: String,
    /// Its priority.
    pub priority: Priority,
    /// Its status.
    pub status: Status,
    /// The network of the request.
    pub origin: ChannelKind,
    /// How the request reached the desk.
    pub source: Source,
    /// Its parent ticket, or the ticket that it follows up.
    pub parent: Option<TicketNumber>,
    /// The recorded equipment, by tag or serial number (V11).
    pub assets: Vec<String>,
    /// Its title, one line.
    pub title: String,
    /// The request in the requester's words.
    pub description: String,
    /// The requester's name at that time.
    pub requester: String,
    /// Where help was needed.
    pub place: String,
    /// The key of its group.
    pub group: String,
    /// Its technician, with the name at that time.
    pub technician: Option<(PersonId, String)>,
    /// When it was registered (UTC).
    pub received: Timestamp,
    /// When it was promised to be taken.
    pub own_due: Timestamp,
    /// When it was first taken.
    pub owned: Option<Timestamp>,
    /// When its solution was last promised; `None` where no promise is recorded.
    pub resolve_due: Option<Timestamp>,
    /// When its last solution was given, unless the requester rejected it.
    pub solved: Option<Timestamp>,
    /// The person who gave that solution.
    pub solver: Option<(PersonId, String)>,
    /// Whether that solution was in time; `None` without a solution.
    pub in_time: Option<bool>,
    /// The text of the last solution.
    pub solution: Option<String>,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// When the requester rejected a solution within the month, each time.
    pub reopened: Vec<Timestamp>,
    /// The requester's rating, 1 to 5.
    pub stars: Option<u8>,
    /// The requester's comment on the service.
    pub comment: Option<String>,
    /// The fields of the request form with their answers.
    pub form: Vec<(Field, Value)>,
    /// The fields of the last solution's form with their answers.
    pub solution_form: Vec<(Field, Value)>,
    /// What the requester was trained in, in order (C7).
    pub training: Vec<String>,
    /// Escalations, waits, visits and moves of equipment, in order.
    pub steps: Vec<Step>,
}

impl Case {
    /// Whether it counts in a report that leaves out tickets with these endings (V12).
    pub fn counts(&self, left_out: &[Ending]) -> bool {
        self.ending.is_none_or(|ending| !left_out.contains(&ending))
    }

    /// Whether it was taken in time; `None` while that is open. A ticket that ended late without
    /// being taken was not.
    pub fn owned_in_time(&self) -> Option<bool> {
        match (self.owned, self.closed) {
            (Some(owned), _) => Some(owned <= self.own_due),
            (None, Some(closed)) if self.own_due < closed => Some(false),
            _ => None,
        }
    }
}
