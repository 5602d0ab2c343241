//! The only layer that writes to the database. An operation takes plain input and the [`Act`] it
//! belongs to, and returns data. It names no chat network and produces no sentence that people
//! read. Writes take a [`Transaction`], which only [`database`] begins.

#![warn(missing_docs)]

use std::pin::Pin;

use sea_orm::DbErr;

use self::database::{DatabaseError, TransactionError};

use crate::domain::{
    channel::ChannelKind, id::TicketId, person::Doer, procedure::Procedure, refusal::Refusal,
    time::Timestamp,
};

pub mod cards;
mod codes;
pub mod conversations;
pub mod database;
pub mod editions;
pub mod files;
pub mod inbox;
mod lanes;
pub mod leases;
pub mod membership;
pub mod outbox;
pub mod people;
pub mod report;
pub mod retention;
pub mod right;
pub mod threads;
pub mod ticket;

/// Anything that queries can run on: a [`Transaction`] or the [`database::Reader`].
pub use sea_orm::ConnectionTrait as Connection;
/// A write transaction. Only [`database::Database::write`] begins one.
pub use sea_orm::DatabaseTransaction as Transaction;

/// The context of one operation: who acts, when, through which network, in which transaction.
#[derive(Clone)]
pub struct Act<'t> {
    /// The transaction in which everything of this act is written.
    pub tx: &'t Transaction,
    /// The edition of the procedure that is in force now.
    pub procedure: &'t Procedure,
    /// The instant (UTC) that every row of this act carries.
    pub now: Timestamp,
    /// The person who acts, or the desk itself.
    pub doer: Doer,
    /// The network through which the person acts; `None` when the desk itself acts.
    pub channel: Option<ChannelKind>,
}

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The procedure or the actor's rights do not allow it. The actor is told the reason.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database failed. The transaction is rolled back.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A row holds content that this program never writes. The text names the row, never its
    /// content.
    #[error("unreadable row: {0}")]
    Unreadable(String),
    /// A row or a part of the procedure that another row refers to does not exist. The text names it.
    #[error("missing: {0}")]
    Missing(String),
    /// A ticket changed although its row was locked, which is a bug of this program.
    #[error("ticket {0} changed under its lock")]
    ChangedUnderLock(TicketId),
    /// The handler of an inbox row panicked.
    #[error("the handler panicked")]
    HandlerPanicked,
    /// Telling the sender about a row that was set aside panicked.
    #[error("the notice about the row panicked")]
    NoticePanicked,
    /// The sweep of a due row panicked.
    #[error("the sweep panicked")]
    SweepPanicked,
    /// Another replica has taken the lease under which this transaction writes (G8). The
    /// transaction is rolled back.
    #[error("another replica has taken over")]
    LeaseLost,
}

impl Error {
    /// Whether the database as a whole is unavailable, so that the input of the operation did not
    /// cause the error.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_outage())
    }

    /// Whether the error came from a damaged page of the database file.
    pub fn is_damage(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_damage())
    }
}

impl From<DbErr> for Error {
    fn from(error: DbErr) -> Self {
        Self::Database(error.into())
    }
}

impl TransactionError for Error {
    fn database_error(&self) -> Option<&DbErr> {
        match self {
            Self::Database(error) => error.database_error(),
            Self::Refused(_)
            | Self::Unreadable(_)
            | Self::Missing(_)
            | Self::ChangedUnderLock(_)
            | Self::HandlerPanicked
            | Self::NoticePanicked
            | Self::SweepPanicked
            | Self::LeaseLost => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A running operation whose state is on the heap. Boxing keeps the futures of all callers small,
/// so that deep call chains never exhaust a thread's stack.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// The result of an operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Serialises one of our own types for a JSON column.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own types have string keys and always serialise")
}

/// Reads a JSON column that this program wrote. `row` names the row in the error.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    json: &str,
    row: impl FnOnce() -> String,
) -> Result<T> {
    serde_json::from_str(json).map_err(|_| Error::Unreadable(row()))
}
