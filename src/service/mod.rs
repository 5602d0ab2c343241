//! What is done: the only writer. Operations take plain input and the [`Act`] they belong to, and
//! give back data; they know no chat network and word nothing. Writes take a
//! [`Transaction`], which [`database`] alone begins.

use std::pin::Pin;

use sea_orm::DbErr;

use self::database::{DatabaseError, TransactionError};

use crate::domain::{
    channel::ChannelKind, person::Doer, procedure::Procedure, refusal::Refusal, time::Timestamp,
};

pub mod cards;
pub mod conversations;
pub mod database;
pub mod editions;
pub mod files;
pub mod inbox;
mod lanes;
pub mod leases;
pub mod outbox;
pub mod people;
pub mod report;
pub mod retention;
pub mod right;
pub mod threads;
pub mod ticket;

/// What can be queried: a [`Transaction`], or the [`database::Reader`].
pub use sea_orm::ConnectionTrait as Connection;
/// A write transaction. Only [`database::Database::write`] begins one.
pub use sea_orm::DatabaseTransaction as Transaction;

/// One thing done by somebody at one instant, in one transaction.
#[derive(Clone)]
pub struct Act<'t> {
    /// The transaction that everything of this act is written in.
    pub tx: &'t Transaction,
    /// The rules of the desk.
    pub procedure: &'t Procedure,
    /// When.
    pub now: Timestamp,
    /// Who.
    pub doer: Doer,
    /// Through which network; none when it is the desk itself.
    pub channel: Option<ChannelKind>,
}

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The rules say no; the person is told.
    #[error("refused: {0:?}")]
    Refused(Refusal),
    /// The database failed; the transaction is given up.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// A row holds what this program never wrote. The text names the row, never its content.
    #[error("unreadable row: {0}")]
    Unreadable(String),
    /// Somebody else does meanwhile what only one may do (G8); the transaction is given up.
    #[error("another replica has taken over")]
    TermOver,
}

impl Error {
    /// Whether the database is out of order, so that what was asked of it has no part in the error.
    pub fn is_outage(&self) -> bool {
        matches!(self, Self::Database(error) if error.is_outage())
    }

    /// Whether a damaged page of the database's file was met.
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
            Self::Refused(_) | Self::Unreadable(_) | Self::TermOver => None,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Something that is being done, with its state on the heap. Whatever leads to it stays small, so
/// that a long way through the layers never exhausts a thread's stack.
pub type Doing<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// What an operation gives.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The JSON of a value of ours, for a column.
pub(crate) fn to_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("our own types have string keys and always serialise")
}

/// Reads a column of JSON that this program wrote; `row` names it in the error.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(
    json: &str,
    row: impl FnOnce() -> String,
) -> Result<T> {
    serde_json::from_str(json).map_err(|_| Error::Unreadable(row()))
}
