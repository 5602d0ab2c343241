//! Access to the database, and the only place that begins a write transaction.
//!
//! ```ignore
//! let number = database
//!     .write(|tx| {
//!         Box::pin(async move {
//!             let number = counter::next(tx).await?;
//!             ticket::insert(tx, number, subject).await?;
//!             Ok::<_, service::Error>(number)
//!         })
//!     })
//!     .await?;
//! ```
//!
//! - There are two engines: SQLite for one machine, PostgreSQL for several. On SQLite one
//!   connection writes and four are read-only.
//! - A write is atomic, even when its caller is dropped in the middle or the work panics.
//! - A write that collided with another is tried again as a whole. The work may therefore run
//!   several times and must have no effect outside its transaction.
//! - A connection that met an error from which it may not recover is never used again. From time to
//!   time another connection checks that acknowledged commits are visible.
//!
//! The work must return the engine's errors and not swallow them: after such an error the
//! transaction is over on PostgreSQL, and may be over on SQLite.
//!
//! Deliberately absent: tables and queries, and any way to begin a transaction whose commit is not
//! in this module.

mod attempt;
mod backup;
pub mod demonstration;
mod error;
mod fault;
mod file_loss;
mod postgres;
mod reader;
mod schema;
mod sqlite;
mod work;

use std::{sync::Arc, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};

use self::{
    attempt::{Limits, Outcome, TRIES},
    postgres::Postgres,
    sqlite::Sqlite,
};

pub use self::{
    backup::{BackupError, back_up},
    error::{DatabaseError, TransactionError},
    file_loss::FileLoss,
    reader::Reader,
    work::{ScopedFuture, Work},
};

/// With less free space than this on the database's disk, in bytes, the desk takes on no new work.
pub const LOW_SPACE: u64 = 64 * 1024 * 1024;

/// The trial write, which touches one row of its own table.
const TRIAL_WRITE: &str = "INSERT INTO heartbeat (id, beats) VALUES (1, 1) \
    ON CONFLICT (id) DO UPDATE SET beats = heartbeat.beats + 1";

/// How long closing the connections to a server may take.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// An open database. A clone is the same database.
#[derive(Clone)]
pub struct Database(Engine);

#[derive(Clone)]
enum Engine {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Database {
    /// Opens the database at `url`: `sqlite://path.db`, a plain path, or `postgres://…`.
    ///
    /// A missing file is created; its directory is not.
    pub async fn open(url: &str) -> Result<Self, DatabaseError> {
        let engine = if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Engine::Postgres(Arc::new(Postgres::open(url).await?))
        } else if url.starts_with("sqlite:") || !url.contains("://") {
            Engine::Sqlite(Arc::new(Sqlite::open(url).await?))
        } else {
            return Err(DatabaseError::UnknownEngine);
        };
        Ok(Self(engine))
    }

    /// Whether there is a database to open at `url`. A server counts as present, an SQLite file
    /// once it is not empty.
    pub fn is_there(url: &str) -> bool {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return true;
        }
        let file = sqlite::file_options(url);
        let size = file.map(|file| std::fs::metadata(file.get_filename()).map_or(0, |f| f.len()));
        size.is_ok_and(|size| size > 0)
    }

    /// The connections for reading. On SQLite they refuse to write.
    pub fn reader(&self) -> &Reader {
        match &self.0 {
            Engine::Sqlite(sqlite) => &sqlite.reader,
            Engine::Postgres(postgres) => &postgres.reader,
        }
    }

    /// Which of the two engines this is.
    pub fn backend(&self) -> DbBackend {
        self.reader().get_database_backend()
    }

    /// Whether several processes can have this database open. A server can be shared; an SQLite
    /// file never is.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }

    /// How many concurrent writes are useful. On SQLite writes wait for each other anyway.
    pub fn writes_at_once(&self) -> usize {
        match &self.0 {
            Engine::Sqlite(_) => 1,
            Engine::Postgres(_) => 4,
        }
    }

    /// Runs `work` in a transaction, commits, and returns what `work` returned.
    ///
    /// An error of `work` rolls everything back. When the error comes from a collision with another
    /// transaction or from a lost connection, `work` runs again, a limited number of times. A
    /// commit with an unknown outcome is not tried again but reported as
    /// [`DatabaseError::CommitUnknown`].
    ///
    /// Dropping the future before it ends drops the transaction too. Only a commit that is already
    /// on its way to the engine still takes place.
    ///
    /// `work` borrows its inputs: it may run several times, so it has to work on references and
    /// copies. It must not call `write` itself: on SQLite it would wait for its own end.
    pub async fn write<'env, T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send,
        E: TransactionError,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>> + Send + Sync,
    {
        self.write_within(Some(postgres::LIMITS), work).await
    }

    /// Like [`Self::write`], with other time limits.
    async fn write_within<'env, T, E, F>(&self, limits: Option<Limits>, work: F) -> Result<T, E>
    where
        T: Send,
        E: TransactionError,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>> + Send + Sync,
    {
        let mut tries = 1;
        loop {
            let outcome = self.attempt(limits, &work).await;
            if !outcome.retry || tries == TRIES {
                return outcome.result;
            }
            tracing::debug!(tries, "a write failed; retrying");
            attempt::pause(tries).await;
            tries += 1;
        }
    }

    async fn attempt<'env, T, E: TransactionError>(
        &self,
        limits: Option<Limits>,
        work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
    ) -> Outcome<T, E> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.attempt(work).await,
            Engine::Postgres(postgres) => postgres.attempt(limits, work).await,
        }
    }

    /// How many bytes are free for the database's file; `None` for a server.
    pub fn free_space(&self) -> Option<u64> {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let disk = rustix::fs::statvfs(sqlite.directory()).ok()?;
                Some(disk.f_bavail.saturating_mul(disk.f_frsize))
            }
            Engine::Postgres(_) => None,
        }
    }

    /// Writes one row, to find out whether writing is possible now.
    ///
    /// # Errors
    /// When writing is not possible.
    pub async fn try_to_write(&self) -> Result<(), DatabaseError> {
        self.write(|tx| {
            Box::pin(async move { Ok(tx.execute_unprepared(TRIAL_WRITE).await.map(drop)?) })
        })
        .await
    }

    /// Whether the database is lost as a whole, judged by the path of its file and the errors met
    /// so far. Always `None` for a server.
    pub fn inspect(&self) -> Option<FileLoss> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.place.inspect(),
            Engine::Postgres(_) => None,
        }
    }

    /// Marks the file as lost, after which nothing is written to it. Has no effect for a server,
    /// which protects its own files.
    pub fn mark_lost(&self, ruin: FileLoss) {
        if let Engine::Sqlite(sqlite) = &self.0 {
            sqlite.place.mark_lost(ruin);
        }
    }

    /// Waits until the database is known to be lost as a whole.
    pub async fn wait_until_lost(&self) -> FileLoss {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.place.wait_until_lost().await,
            Engine::Postgres(_) => std::future::pending().await,
        }
    }

    /// Waits for the running write and closes every connection, those of clones too. A connection
    /// that hangs is abandoned after a few seconds.
    pub async fn close(self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => {
                // Closing a pool only waits for its connections and returns no error.
                let closing = postgres.reader.connection().close_by_ref();
                if tokio::time::timeout(CLOSE_TIMEOUT, closing).await.is_err() {
                    tracing::warn!("a database connection did not close in time; it is abandoned");
                }
            }
        }
    }
}
