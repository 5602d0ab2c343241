//! What can go wrong with the database, and how an error type of one's own travels through a write.
//!
//! Deliberately absent: what the business refuses. That is the affair of the
//! error type that the work itself returns.

use sea_orm::{DbErr, SqlxError};

use super::{fault::Fault, ruin::Ruin};

/// Why the database could not be opened, or did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address names a database that lives in memory.
    #[error(
        "a database in memory forgets everything when the program stops; give a file, for example sqlite://mesabot.db"
    )]
    InMemory,
    /// The address names an engine that is not supported.
    #[error("the address of the database must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The address is not well formed. It is not repeated here because it may hold a password.
    #[error("the address of the database cannot be understood: {0}")]
    Address(#[source] SqlxError),
    /// The database could not be opened.
    #[error("the database cannot be opened: {0}")]
    Open(#[source] DbErr),
    /// The engine reported an error, and nothing was saved.
    #[error(transparent)]
    Engine(#[from] DbErr),
    /// The answer to the commit got lost: the change is there or it is not.
    ///
    /// It is not tried again at this level, because doing the work twice could
    /// be worse. Whoever asked for it finds out by its own key: a message that
    /// came in is handled again from its inbox row, which the same transaction
    /// would have marked as done.
    #[error("it is not known whether the change was saved: {0}")]
    CommitUnknown(#[source] DbErr),
    /// The engine said that the change was saved, and another connection does not see it.
    #[error("the database confirmed a change that is not there; the change was not saved")]
    NotSaved,
    /// The server did not answer in time, and nothing was saved.
    #[error("the database did not answer in time")]
    NoAnswer,
    /// The server answered, and yet it took too long; nothing was saved.
    #[error("what was asked of the database took too long")]
    TookTooLong,
    /// The file that was opened is lost; nothing is saved any more.
    #[error(transparent)]
    Ruined(#[from] Ruin),
    /// The database was closed earlier.
    #[error("the database is closed")]
    Closed,
}

impl DatabaseError {
    /// The engine's own error, when there is one and nothing was saved.
    pub fn engine(&self) -> Option<&DbErr> {
        match self {
            Self::Open(error) | Self::Engine(error) => Some(error),
            _ => None,
        }
    }

    /// Whether the database is out of order, so that what was asked of it has no part in the error.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Open(error) | Self::Engine(error) => Fault::of(error).is_outage(),
            Self::CommitUnknown(_)
            | Self::NotSaved
            | Self::NoAnswer
            | Self::Ruined(_)
            | Self::Closed => true,
            Self::InMemory | Self::UnknownEngine | Self::Address(_) | Self::TookTooLong => false,
        }
    }
}

impl DatabaseError {
    /// Whether a damaged page of the file was met: by one row, or by all of them.
    pub fn is_damage(&self) -> bool {
        self.engine().map(Fault::of) == Some(Fault::Damaged)
    }

    /// What the error says of the file as a whole, when it says so.
    pub fn ruin(&self) -> Option<Ruin> {
        match self {
            Self::Ruined(ruin) => Some(*ruin),
            _ => (self.engine().map(Fault::of) == Some(Fault::NoDatabase))
                .then_some(Ruin::NoDatabase),
        }
    }
}

/// An error type that the work of a write can fail with.
///
/// [`Database::write`](super::Database::write) looks inside it for the engine's
/// error to tell a collision, which deserves another try, from the work's own no.
pub trait TransactionError: From<DatabaseError> + Send {
    /// The engine's error that this error stands for, if it stands for one.
    fn database_error(&self) -> Option<&DbErr>;
}

impl TransactionError for DatabaseError {
    fn database_error(&self) -> Option<&DbErr> {
        self.engine()
    }
}

impl From<DatabaseError> for DbErr {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Open(error) | DatabaseError::Engine(error) => error,
            other => Self::Custom(other.to_string()),
        }
    }
}

impl TransactionError for DbErr {
    fn database_error(&self) -> Option<&DbErr> {
        Some(self)
    }
}

impl TransactionError for anyhow::Error {
    fn database_error(&self) -> Option<&DbErr> {
        for cause in self.chain() {
            // Its own word counts: behind a commit of unknown outcome there is
            // an engine's error too, and that one must not lead to another try.
            if let Some(error) = cause.downcast_ref::<DatabaseError>() {
                return error.engine();
            }
            if let Some(error) = cause.downcast_ref::<DbErr>() {
                return Some(error);
            }
        }
        None
    }
}
