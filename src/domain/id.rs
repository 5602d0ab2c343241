//! Identifiers: one newtype per kind of row, so that the compiler rejects a person where a ticket
//! is expected. Deliberately absent: gaps in ticket numbers. [`TicketNumber`] is the number that
//! people use; [`TicketId`] is the row.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};

macro_rules! identifier {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
            DeriveValueType,
        )]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    };
}

identifier!(
    /// A human being known to the desk, with accounts on any number of networks.
    PersonId
);
identifier!(
    /// One account of a person on one network.
    AccountId
);
identifier!(
    /// The row of a ticket.
    TicketId
);
identifier!(
    /// The consecutive number that people use, without gaps (U1).
    TicketNumber
);
identifier!(
    /// A message that is kept up to date by edits: a view of a ticket in one chat.
    CardId
);
identifier!(
    /// The thread of a group's chat in which one ticket is discussed.
    ThreadId
);
identifier!(
    /// A visit to a requester's workplace.
    VisitId
);
identifier!(
    /// An attachment that the desk stores or is about to fetch.
    AttachmentId
);
identifier!(
    /// An outgoing message.
    OutboxId
);
identifier!(
    /// An incoming update.
    InboxId
);
