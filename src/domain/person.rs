//! People who act. Deliberately absent: accounts and addresses; a rule never depends on the network
//! that a person uses.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

use super::id::PersonId;

/// The role of a person. Each role includes the rights of the ones before it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Role {
    /// Reports and follows their own tickets.
    Requester,
    /// Works on the tickets of their groups.
    Technician,
    /// Sees every ticket and may assign it.
    Supervisor,
    /// Enrols people and maintains the desk.
    Administrator,
}

impl Role {
    /// Every role, the lowest first.
    pub const ALL: [Self; 4] =
        [Self::Requester, Self::Technician, Self::Supervisor, Self::Administrator];

    /// The stable name used on the command line and in message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requester => "requester",
            Self::Technician => "technician",
            Self::Supervisor => "supervisor",
            Self::Administrator => "administrator",
        }
    }
}

/// Who may report without an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Every person who writes to the desk.
    Open,
    /// No one: an invitation comes first.
    Invite,
}

/// A person with the rights they have in the present transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person.
    pub id: PersonId,
    /// The name shown to others.
    pub name: String,
    /// The person's role.
    pub role: Role,
    /// The keys of the groups they belong to.
    pub groups: Vec<String>,
}

impl Actor {
    /// Whether this person belongs to the group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }
}

/// The actor of an operation on a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// A person.
    Person(Actor),
    /// The desk itself, when a promised time has passed.
    Desk,
}

impl Doer {
    /// The person; `None` for the desk.
    pub fn person(&self) -> Option<&Actor> {
        match self {
            Self::Person(actor) => Some(actor),
            Self::Desk => None,
        }
    }
}
