//! The errors of the database, and how an operation's own error type carries them through a write.
//!
//! Deliberately absent: refusals by the procedure. They belong to the error type that the work
//! returns.

use sea_orm::{DbErr, SqlxError};

use super::{fault::Fault, file_loss::FileLoss};

/// Why the database could not be opened, or did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// The address names a database in memory.
    #[error(
        "a database in memory is lost when the program stops; name a file, for example sqlite://mesabot.db"
    )]
    InMemory,
    /// The address names an engine that is not supported.
    #[error("the address of the database must begin with sqlite:// or postgres://")]
    UnknownEngine,
    /// The address is malformed. The text does not repeat it, because it may hold a password.
    #[error("the address of the database cannot be understood: {0}")]
    Address(#[source] SqlxError),
    /// The database could not be opened.
    #[error("the database cannot be opened: {0}")]
    Open(#[source] DbErr),
    /// The engine reported an error, and nothing was saved.
    #[error(transparent)]
    Engine(#[from] DbErr),
    /// The answer to the commit got lost, so the change may or may not be saved.
    ///
    /// It is not tried again at this level, because doing the work twice could be worse. The caller
    /// finds out by its own key: an incoming message, for example, is handled again from its inbox
    /// row, which the same transaction would have marked as handled.
    #[error("it is not known whether the change was saved: {0}")]
    CommitUnknown(#[source] DbErr),
    /// The engine confirmed the commit, but another connection does not see the change.
    #[error("the database confirmed a change that another connection cannot see; it was not saved")]
    NotSaved,
    /// The server did not answer in time, and nothing was saved.
    #[error("the database did not answer in time")]
    NoAnswer,
    /// The server answered, but the work exceeded its time limit. Nothing was saved.
    #[error("the database took too long to do the work")]
    TookTooLong,
    /// The database file is lost. Nothing can be saved any more.
    #[error(transparent)]
    FileLost(#[from] FileLoss),
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

    /// Whether the database as a whole is unavailable, so that the statement did not cause the
    /// error.
    pub fn is_outage(&self) -> bool {
        match self {
            Self::Open(error) | Self::Engine(error) => Fault::of(error).is_outage(),
            Self::CommitUnknown(_)
            | Self::NotSaved
            | Self::NoAnswer
            | Self::FileLost(_)
            | Self::Closed => true,
            Self::InMemory | Self::UnknownEngine | Self::Address(_) | Self::TookTooLong => false,
        }
    }
}

impl DatabaseError {
    /// Whether a damaged page of the file was met. One row or all rows may be affected.
    pub fn is_damage(&self) -> bool {
        self.engine().map(Fault::of) == Some(Fault::Damaged)
    }

    /// What the error says about the file as a whole, if it says anything.
    pub fn ruin(&self) -> Option<FileLoss> {
        match self {
            Self::FileLost(ruin) => Some(*ruin),
            _ => (self.engine().map(Fault::of) == Some(Fault::NoDatabase))
                .then_some(FileLoss::NoDatabase),
        }
    }
}

/// An error type that the work of a write can fail with.
///
/// [`Database::write`](super::Database::write) looks inside it for the engine's error, to tell a
/// collision, which deserves another attempt, from a refusal of the work itself.
pub trait TransactionError: From<DatabaseError> + Send {
    /// The engine's error that this error wraps, if it wraps one.
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
            // `DatabaseError` decides itself: a `CommitUnknown` wraps an engine error too, and that
            // error must not lead to another attempt.
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
