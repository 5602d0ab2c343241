//! Who acts. Deliberately absent: accounts and addresses; a rule never asks which network somebody
//! writes from.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

use super::id::PersonId;

/// What somebody is to the desk; each role may do what the ones before it may.
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
    /// Enrols people and looks after the desk.
    Administrator,
}

impl Role {
    /// Every role, the least first.
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

/// Who may report without having been invited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever writes to the desk.
    Open,
    /// Nobody: an invitation comes first.
    Invite,
}

/// Somebody with the rights they have in the transaction that acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Who.
    pub id: PersonId,
    /// The name shown to others.
    pub name: String,
    /// What they are to the desk.
    pub role: Role,
    /// The groups they belong to.
    pub groups: Vec<String>,
}

impl Actor {
    /// Whether this person belongs to the group.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups.iter().any(|own| own == group)
    }
}

/// Who does something to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doer {
    /// A person.
    Person(Actor),
    /// The desk itself, when a promised time has passed.
    Desk,
}

impl Doer {
    /// The person, when it is one.
    pub fn person(&self) -> Option<&Actor> {
        match self {
            Self::Person(actor) => Some(actor),
            Self::Desk => None,
        }
    }
}
