//! The facts about a ticket that decide who may read it and what may be done to it. Deliberately
//! absent: the rules (`super::right`, `super::permission`) and reading the facts
//! (`crate::service::ticket::find`).

use super::{
    id::{PersonId, TicketNumber},
    status::Status,
};

/// How far a ticket can be read beyond its requester, its present group and the supervisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// By no one else.
    Confidential,
    /// By the people and groups who had it before.
    Group,
    /// By every technician of the desk, except those whose groups are all vendors'.
    Desk {
        /// The keys of the vendors' groups.
        vendors: Vec<String>,
    },
}

/// The people and groups that may read a ticket besides its requester and those who have it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// The person who registered it.
    pub registered_by: PersonId,
    /// The groups that had it before, or that were called in.
    pub former_groups: Vec<String>,
    /// The technicians who had it before.
    pub former_technicians: Vec<PersonId>,
    /// How far it can be read.
    pub reach: Reach,
}

/// The facts about a ticket that the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// Its number.
    pub number: TicketNumber,
    /// Its status.
    pub status: Status,
    /// The requester.
    pub requester: PersonId,
    /// The key of the group that has it.
    pub group: String,
    /// The technician who has it, with the name.
    pub technician: Option<(PersonId, String)>,
    /// The specialist that it was passed to by name, who has to take it.
    pub meant_for: Option<(PersonId, String)>,
    /// Whether it waits for an approval.
    pub approval: bool,
    /// The parent ticket, when it is a related case (V6, V8).
    pub related_to: Option<TicketNumber>,
    /// Whether work waits for a stated reason. Tickets that a vendor's own staff took do not wait.
    pub waits: bool,
    /// The key of the group of a lower level that informs the requester of the present group's
    /// answer.
    pub answers_to: Option<String>,
    /// The people and groups that may read it besides its requester and those who have it.
    pub readers: Readers,
}
