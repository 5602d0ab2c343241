//! The SQLite engine: one connection that writes, and a few that can only read.
//!
//! The writer is *taken out* of its slot for each transaction and put back only after an orderly
//! end. After anything else, such as an error that the driver does not recover from, a panic in the
//! work or a dropped caller, the slot stays empty. The connection then ends together with the
//! transaction that was open on it, and the next write opens a new connection.
//!
//! Deliberately absent: migrations and retries, which are the same for both engines.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr,
    sqlx::{
        ConnectOptions as _,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
    },
};
use tokio::sync::Mutex;

use super::{
    DatabaseError, Reader, TransactionError, Work,
    attempt::{self, Outcome, TRIES},
    fault::Fault,
    file_loss::{FileLoss, Place},
};

/// After this many commits of one connection, a reader checks that they are visible.
const HEARTBEAT_EVERY: u64 = 256;

const CREATE_HEARTBEAT: &str = "CREATE TABLE IF NOT EXISTS heartbeat \
    (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), beats BIGINT NOT NULL)";
const INCREMENT_HEARTBEAT: &str = "INSERT INTO heartbeat (id, beats) VALUES (1, 1) \
    ON CONFLICT (id) DO UPDATE SET beats = beats + 1 RETURNING beats";
const READ_HEARTBEAT: &str = "SELECT beats FROM heartbeat WHERE id = 1";

/// A database in one file.
pub(super) struct Sqlite {
    file: SqliteConnectOptions,
    slot: Mutex<Slot>,
    pub(super) reader: Reader,
    pub(super) place: Place,
}

/// Where the writing connection is between two transactions.
enum Slot {
    /// Ready for the next transaction.
    Waiting(Writer),
    /// Never opened, in use, or lost; the next write opens another.
    Empty,
    /// Closed for good.
    Closed,
}

struct Writer {
    connection: DatabaseConnection,
    commits: u64,
}

impl Sqlite {
    /// Opens the file that `address` names, and creates it when it is missing.
    pub(super) async fn open(address: &str) -> Result<Self, DatabaseError> {
        let file = file_options(address)?;
        let mut tries = 1;
        // Only one program can switch a new file to WAL. SQLite refuses the others at once, without
        // waiting for the lock.
        let writer = loop {
            match Writer::open(file.clone().create_if_missing(true)).await {
                Ok(writer) => break writer,
                Err(error) if Fault::of(&error).is_retryable() && tries < TRIES => {
                    attempt::pause(tries).await;
                    tries += 1;
                }
                Err(error) => return Err(opening(error)),
            }
        };
        let place = Place::of(file.get_filename());
        let reading = connect(file.clone().pragma("query_only", "ON"), 4).await.map_err(opening)?;
        let reader = Reader::new(reading, None);
        Ok(Self { file, slot: Mutex::new(Slot::Waiting(writer)), reader, place })
    }

    /// Runs `work` once, in a transaction of its own.
    pub(super) async fn attempt<'env, T, E: TransactionError>(
        &self,
        work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
    ) -> Outcome<T, E> {
        let mut slot = self.slot.lock().await;
        if let Some(ruin) = self.place.inspect() {
            return Outcome::broken(ruin.into(), false);
        }
        let mut writer = match std::mem::replace(&mut *slot, Slot::Empty) {
            Slot::Waiting(writer) => writer,
            // A file that is gone must not be created again, empty.
            Slot::Empty => match Writer::open(self.file.clone().create_if_missing(false)).await {
                Ok(writer) => writer,
                Err(error) => {
                    let retry = Fault::of(&error).is_retryable();
                    return Outcome::broken(self.note_file_loss(opening(error)), retry);
                }
            },
            Slot::Closed => {
                *slot = Slot::Closed;
                return Outcome::broken(DatabaseError::Closed, false);
            }
        };

        // The first commit of a connection is always checked, so a writer that replaces a broken
        // one proves itself before it is trusted.
        let beat = writer.commits.is_multiple_of(HEARTBEAT_EVERY).then_some(INCREMENT_HEARTBEAT);
        let mut outcome = attempt::attempt(&writer.connection, beat, None, work).await;
        if let Some(beats) = outcome.closing
            && let Err(error) = self.confirm(beats).await
        {
            tracing::error!(%error, "a commit is not visible to a reader; the writing connection is dropped");
            outcome = Outcome::broken(error, false);
        }
        if let Err(error) = &outcome.result
            && error.database_error().map(Fault::of) == Some(Fault::NoDatabase)
        {
            self.place.mark_lost(FileLoss::NoDatabase);
        }
        // Rows written into a file that is gone are not saved.
        if outcome.result.is_ok()
            && let Some(ruin) = self.place.inspect()
        {
            outcome = Outcome::broken(ruin.into(), false);
        }
        if outcome.is_usable {
            writer.commits += u64::from(outcome.result.is_ok());
            *slot = Slot::Waiting(writer);
        } else {
            writer.close().await;
        }
        outcome
    }

    /// Records an error that concerns the file as a whole.
    fn note_file_loss(&self, error: DatabaseError) -> DatabaseError {
        if let Some(ruin) = error.ruin() {
            self.place.mark_lost(ruin);
        }
        error
    }

    /// Checks through another connection that the commit with the heartbeat `beats` is visible.
    async fn confirm(&self, beats: i64) -> Result<(), DatabaseError> {
        let seen = self
            .reader
            .query_one_raw(sea_orm::Statement::from_string(
                sea_orm::DbBackend::Sqlite,
                READ_HEARTBEAT,
            ))
            .await
            .and_then(|row| row.map(|row| row.try_get_by_index::<i64>(0)).transpose())
            .map_err(DatabaseError::CommitUnknown)?;
        // Another program on the same file may have increased the heartbeat since.
        if seen.is_some_and(|seen| seen >= beats) { Ok(()) } else { Err(DatabaseError::NotSaved) }
    }

    /// Waits for the running transaction and closes every connection.
    pub(super) async fn close(&self) {
        let mut slot = self.slot.lock().await;
        let slot = std::mem::replace(&mut *slot, Slot::Closed);
        // Closing a pool only waits for its connections and returns no error.
        let _ = self.reader.connection().close_by_ref().await;
        // The writer closes last, because only the last connection may move the journal into the
        // file.
        if let Slot::Waiting(writer) = slot {
            writer.close().await;
        }
    }

    /// The directory in which the file and its journal grow.
    pub(super) fn directory(&self) -> PathBuf {
        match self.file.get_filename().parent() {
            Some(parent) if parent != Path::new("") => parent.to_owned(),
            _ => PathBuf::from("."),
        }
    }
}

impl Writer {
    async fn open(file: SqliteConnectOptions) -> Result<Self, DbErr> {
        let options = file.journal_mode(SqliteJournalMode::Wal);
        let connection = connect(options, 1).await?;
        if let Err(error) = connection.execute_unprepared(CREATE_HEARTBEAT).await {
            let _ = connection.close().await;
            return Err(error);
        }
        Ok(Self { connection, commits: 0 })
    }

    /// Waits until the file is released, so that the next writer does not meet this one's lock. The
    /// wait has a limit: a connection that hangs on a failing disk must not stop the desk.
    async fn close(self) {
        let _ = tokio::time::timeout(Duration::from_secs(5), self.connection.close()).await;
    }
}

/// Adds to an opening error what can be done about a damaged file.
fn opening(error: DbErr) -> DatabaseError {
    match Fault::of(&error) {
        Fault::NoDatabase => FileLoss::NoDatabase.into(),
        Fault::Damaged => FileLoss::Damaged.into(),
        _ => DatabaseError::Open(error),
    }
}

/// The options with which a file is opened.
pub(super) type FileOptions = SqliteConnectOptions;

pub(super) fn file_options(address: &str) -> Result<FileOptions, DatabaseError> {
    let path = address.strip_prefix("sqlite:").unwrap_or(address);
    let path = path.strip_prefix("//").unwrap_or(path);
    // SQLite takes an empty name for a temporary database, which is as short-lived as one in
    // memory.
    let name = path.split('?').next().unwrap_or_default();
    if name.is_empty() || name.contains(":memory:") || path.contains("mode=memory") {
        return Err(DatabaseError::InMemory);
    }
    let file: SqliteConnectOptions =
        format!("sqlite:{path}").parse().map_err(DatabaseError::Address)?;
    Ok(file
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging())
}

pub(super) async fn connect(
    file: SqliteConnectOptions,
    connections: u32,
) -> Result<DatabaseConnection, DbErr> {
    // A stand-in address: sea-orm parses it as a URL, which a path need not be.
    let mut options = ConnectOptions::new("sqlite:file");
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |_| file.clone());
    sea_orm::Database::connect(options).await
}
