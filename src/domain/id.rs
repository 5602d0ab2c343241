//! Identifiers: one newtype per kind of row, so that a person can never stand where a ticket is
//! meant. Deliberately absent: ticket *numbers* with gaps. [`TicketNumber`] is what people say and
//! type; [`TicketId`] is the row.

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
    /// A human being known to the desk, whatever networks they write from.
    PersonId
);
identifier!(
    /// A person on one channel.
    AccountId
);
identifier!(
    /// The row of a ticket.
    TicketId
);
identifier!(
    /// The consecutive number that people say, without gaps (U1).
    TicketNumber
);
identifier!(
    /// One message kept up to date in place of many: a view of a ticket in one chat.
    CardId
);
identifier!(
    /// The place beside a group's chat in which one ticket is talked about.
    ThreadId
);
identifier!(
    /// One visit at a requester's workplace.
    VisitId
);
identifier!(
    /// Something that somebody sent and that the desk keeps, or is about to.
    AttachmentId
);
identifier!(
    /// One thing the desk has to say.
    OutboxId
);
identifier!(
    /// One thing the desk has been told.
    InboxId
);
