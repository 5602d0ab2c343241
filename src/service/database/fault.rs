//! What an engine's error means for the transaction that met it.
//!
//! sea-orm only tells unique and foreign key violations apart, so the codes are
//! read here: SQLite's extended result codes, PostgreSQL's SQLSTATE.
//! Deliberately absent: what to do about it; see [`super::attempt`].

use sea_orm::{DbErr, RuntimeErr, SqlxError, SqlxPostgresError, SqlxSqliteError};

/// The kinds of error between which a write distinguishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Somebody else was in the way; the same work may well succeed now.
    Collision,
    /// The connection is gone. Nothing of an unfinished transaction remains.
    ConnectionLost,
    /// SQLite could not write: the disk is full. It may have ended the transaction by itself.
    Full,
    /// SQLite met failing storage or memory. It may have ended the transaction by itself.
    Storage,
    /// A page of SQLite's file is damaged. It may hold one row or many; other rows go on.
    Damaged,
    /// What lies where SQLite's file should be is not a database.
    NoDatabase,
    /// There is no connection to be had, or the server has run out of something. Nothing was saved.
    Unavailable,
    /// The database may only be read, or not be opened at all.
    Barred,
    /// Anything else: a violated constraint, a mistake in the statement.
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

    /// Whether another try of the whole transaction has a chance, provided that nothing was saved.
    pub(super) fn deserves_another_try(self) -> bool {
        matches!(self, Self::Collision | Self::ConnectionLost)
    }

    /// Whether another connection is to be opened: SQLite may have rolled the transaction back
    /// without telling the driver, or it opened a file that could only be read, and goes on reading.
    pub(super) fn spoils_the_connection(self) -> bool {
        matches!(self, Self::Full | Self::Storage | Self::Barred | Self::Damaged | Self::NoDatabase)
    }

    /// Whether the database is out of order, so that what was asked of it has no part in the error. A
    /// damaged page is met by what is asked of it, and by nothing else.
    pub(super) fn is_outage(self) -> bool {
        !matches!(self, Self::Damaged | Self::Other)
    }

    /// Whether a commit that failed like this may nevertheless have been saved.
    ///
    /// A full disk is a definite no: the frame that marks the commit could not
    /// be written. A failed sync is not: the frame may be on the disk already,
    /// and the next recovery would find it.
    pub(super) fn leaves_commit_unknown(self) -> bool {
        matches!(self, Self::ConnectionLost | Self::Storage)
    }
}
