//! Events about people, in the past tense: the append-only history of roles, groups, joins,
//! revocations and invitations. Deliberately absent: tickets, whose history is `super::event`'s.

use serde::{Deserialize, Serialize};

use super::{
    channel::ChannelKind,
    id::{AccountId, PersonId, TicketId, TicketNumber},
    person::Role,
};

/// The actor of a change about people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// A person, in a chat.
    Person(PersonId),
    /// The operator, on the command line.
    Operator,
    /// The desk itself.
    Desk,
}

impl By {
    /// The stable name used in rows.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Person(_) => "person",
            Self::Operator => "operator",
            Self::Desk => "desk",
        }
    }

    /// The person, when a person acted.
    pub fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Operator | Self::Desk => None,
        }
    }
}

/// Everything that a join moved, so that it can be undone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The accounts.
    pub accounts: Vec<AccountId>,
    /// The tickets that the person had requested.
    pub requested: Vec<TicketId>,
    /// The tickets that the person had registered.
    pub registered: Vec<TicketId>,
    /// The tickets that the person held.
    pub held: Vec<TicketId>,
    /// The tickets that were escalated to the person by name.
    pub meant: Vec<TicketId>,
    /// The reader rows that named the person.
    pub read: Vec<i64>,
    /// The groups of the person.
    pub groups: Vec<String>,
    /// The groups among them that the remaining person did not have.
    pub groups_given: Vec<String>,
}

/// An event about a person, an invitation or a linked chat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PersonEvent {
    /// An invitation was used.
    InvitationUsed {
        /// The invitation.
        invitation: i64,
        /// The role that it gave; `None` when it linked a chat.
        role: Option<Role>,
        /// The groups that it gave.
        groups: Vec<String>,
    },
    /// An invitation was revoked.
    InvitationRevoked {
        /// The invitation.
        invitation: i64,
    },
    /// A chat was unlinked from its groups.
    ChatUnlinked {
        /// The network.
        channel: ChannelKind,
        /// The platform's key of the chat.
        chat: String,
        /// The groups whose tickets appeared there.
        groups: Vec<String>,
    },
    /// The role changed.
    RoleChanged {
        /// The role before.
        from: Role,
        /// The role after.
        to: Role,
        /// The tickets that went back to their groups.
        released: Vec<TicketNumber>,
    },
    /// The person was added to a group.
    GroupAdded {
        /// The group.
        group: String,
    },
    /// The person was removed from a group.
    GroupRemoved {
        /// The group.
        group: String,
        /// The tickets that went back to it.
        released: Vec<TicketNumber>,
    },
    /// The person's access was revoked.
    Revoked {
        /// The role before.
        role: Role,
        /// The groups before.
        groups: Vec<String>,
        /// The tickets that went back to their groups.
        released: Vec<TicketNumber>,
    },
    /// Access was restored, by an invitation.
    Readmitted,
    /// Another account, or everything of another person, was joined to this person.
    Linked {
        /// The person who was joined; `None` when the account was unknown.
        gone: Option<PersonId>,
        /// That person's name.
        name: String,
        /// That person's role.
        role: Role,
        /// What the join moved.
        moved: Moved,
    },
    /// A join was undone.
    Unlinked {
        /// The row of the event that it undoes.
        link: i64,
        /// The person who has the accounts now.
        to: PersonId,
    },
}

impl PersonEvent {
    /// The stable name of its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::InvitationUsed { .. } => "invitation_used",
            Self::InvitationRevoked { .. } => "invitation_revoked",
            Self::ChatUnlinked { .. } => "chat_unlinked",
            Self::RoleChanged { .. } => "role_changed",
            Self::GroupAdded { .. } => "group_added",
            Self::GroupRemoved { .. } => "group_removed",
            Self::Revoked { .. } => "revoked",
            Self::Readmitted => "readmitted",
            Self::Linked { .. } => "linked",
            Self::Unlinked { .. } => "unlinked",
        }
    }
}
