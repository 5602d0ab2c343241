//! Classifies the errors of the database engines by what they mean for a transaction.
//!
//! sea-orm only distinguishes unique and foreign key violations, so this module reads the codes
//! itself: SQLite's extended result codes and PostgreSQL's SQLSTATE. Deliberately absent: what to
//! do about a fault; see [`super::attempt`].

use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxPostgresError, SqlxSqliteError};

/// The kinds of errors that a write distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Another transaction was in the way. The same work may succeed now.
    Collision,
    /// The connection is gone. Nothing of an unfinished transaction remains.
    ConnectionLost,
    /// SQLite could not write because the disk is full. It may have ended the transaction by
    /// itself.
    Full,
    /// SQLite met failing storage or memory. It may have ended the transaction by itself.
    Storage,
    /// A page of the SQLite file is damaged. It may hold one row or many; other rows stay usable.
    Damaged,
    /// The file at the path of the SQLite database is not a database.
    NoDatabase,
    /// No connection is available, or the server has run out of a resource. Nothing was saved.
    Unavailable,
    /// The database is read-only, or cannot be opened.
    Barred,
    /// Anything else, such as a violated constraint or a faulty statement.
    Other,
}

impl Fault {
    /// Reads the codes inside `error`.
    pub(super) fn of(error: &DbErr) -> Self {
        if let DbErr::ConnectionAcquire(_) = error {
            return Self::Unavailable;
        }
        let (DbErr::Conn(RuntimeErr::SqlxError(error))
        | DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))) = error
        else {
            return Self::Other;
        };
        match &**error {
            SqlxError::Database(error) => {
                let code = error.code().unwrap_or_default();
                if error.try_downcast_ref::<SqlxSqliteError>().is_some() {
                    Self::of_sqlite(code.parse().unwrap_or_default())
                } else if error.try_downcast_ref::<SqlxPostgresError>().is_some() {
                    Self::of_postgres(&code)
                } else {
                    Self::Other
                }
            }
            SqlxError::Io(_)
            | SqlxError::Tls(_)
            | SqlxError::Protocol(_)
            | SqlxError::BeginFailed
            | SqlxError::WorkerCrashed => Self::ConnectionLost,
            _ => Self::Other,
        }
    }

    /// The lowest byte of an extended code is its family.
    fn of_sqlite(code: i32) -> Self {
        const BUSY: i32 = 5;
        const LOCKED: i32 = 6;
        const NOMEM: i32 = 7;
        const READONLY: i32 = 8;
        const IOERR: i32 = 10;
        const CORRUPT: i32 = 11;
        const FULL: i32 = 13;
        const CANTOPEN: i32 = 14;
        const NOTADB: i32 = 26;
        match code & 0xff {
            BUSY | LOCKED => Self::Collision,
            FULL => Self::Full,
            NOMEM | IOERR => Self::Storage,
            CORRUPT => Self::Damaged,
            NOTADB => Self::NoDatabase,
            READONLY | CANTOPEN => Self::Barred,
            _ => Self::Other,
        }
    }

    /// 40001 serialization failure, 40P01 deadlock, 55P03 lock not available, class 57P shutdown,
    /// 25P03 and 25P04 sessions that were idle in a transaction or in it for too long, class 08
    /// connection, 25006 read-only, class 53 resources, class 58 the server's own storage.
    fn of_postgres(state: &str) -> Self {
        match state {
            "40001" | "40P01" | "55P03" => Self::Collision,
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" | "25P04" => Self::ConnectionLost,
            "25006" => Self::Barred,
            _ if state.starts_with("08") => Self::ConnectionLost,
            _ if state.starts_with("53") || state.starts_with("58") => Self::Unavailable,
            _ => Self::Other,
        }
    }

    /// Whether another attempt of the whole transaction can succeed, provided that nothing was
    /// saved.
    pub(super) fn is_retryable(self) -> bool {
        matches!(self, Self::Collision | Self::ConnectionLost)
    }

    /// Whether the connection must be replaced. SQLite may have rolled the transaction back without
    /// telling the driver, or it opened a file read-only and stays read-only.
    pub(super) fn breaks_connection(self) -> bool {
        matches!(self, Self::Full | Self::Storage | Self::Barred | Self::Damaged | Self::NoDatabase)
    }

    /// Whether the database as a whole is unavailable, so that the statement did not cause the
    /// error. A damaged page affects only the statements that touch it, so it is no outage.
    pub(super) fn is_outage(self) -> bool {
        !matches!(self, Self::Damaged | Self::Other)
    }

    /// Whether a commit that failed with this fault may nevertheless have been saved.
    ///
    /// A full disk is a definite no: the frame that marks the commit could not be written. A failed
    /// sync is not: the frame may be on the disk already, and the next recovery would find it.
    pub(super) fn leaves_commit_unknown(self) -> bool {
        matches!(self, Self::ConnectionLost | Self::Storage)
    }
}
