//! The door to the database, and the only place that begins a write transaction.
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
//! - One engine or the other: SQLite for one machine, PostgreSQL for several.
//!   On SQLite one connection writes and four can only read.
//! - A write happens entirely or not at all, also when its caller goes away in
//!   the middle or the work panics.
//! - A write that collided with another is tried again as a whole, so the work
//!   may run several times and must have no effect outside its transaction.
//! - A connection that met an error it may not have recovered from is never
//!   used again, and now and then another connection looks whether what was
//!   acknowledged is there.
//!
//! The work must hand back the engine's errors, not swallow them: after one,
//! the transaction is over on PostgreSQL, and can be on SQLite.
//!
//! Deliberately absent: tables and queries, and any way to begin a transaction
//! without its commit being in here.

mod attempt;
mod backup;
pub mod demonstration;
mod error;
mod fault;
mod postgres;
mod reader;
mod ruin;
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
    reader::Reader,
    ruin::Ruin,
    work::{ScopedFuture, Work},
};

/// With less free space than this on the database's disk, in bytes, no new work should be taken on.
pub const LOW_SPACE: u64 = 64 * 1024 * 1024;

/// The trial write.
const BEAT: &str = "INSERT INTO heartbeat (id, beats) VALUES (1, 1) \
    ON CONFLICT (id) DO UPDATE SET beats = heartbeat.beats + 1";

/// How long the connections to a server may take to be closed.
const FAREWELL: Duration = Duration::from_secs(5);

/// A database that is open. A clone is the same database.
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
    /// A file that does not exist is created, its directory is not.
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

    /// Whether there is anything to open at `url`: a server counts as there, an SQLite file once it
    /// holds something.
    pub fn is_there(url: &str) -> bool {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return true;
        }
        let file = sqlite::file_options(url);
        let size = file.map(|file| std::fs::metadata(file.get_filename()).map_or(0, |f| f.len()));
        size.is_ok_and(|size| size > 0)
    }

    /// The connections to read with. On SQLite they refuse to write.
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

    /// Whether several processes may have this database open: on a server, never on an SQLite file.
    pub fn is_shared(&self) -> bool {
        matches!(self.0, Engine::Postgres(_))
    }

    /// How many writes beside each other are worth their while. On SQLite one waits for the other anyhow.
    pub fn writes_at_once(&self) -> usize {
        match &self.0 {
            Engine::Sqlite(_) => 1,
            Engine::Postgres(_) => 4,
        }
    }

    /// Runs `work` in a transaction, commits, and returns what `work` returned.
    ///
    /// An error of `work` rolls everything back. When it stands for a collision
    /// with another transaction or a lost connection, `work` runs again, a few
    /// times; a commit whose outcome nobody knows is reported instead, as
    /// [`DatabaseError::CommitUnknown`].
    ///
    /// Dropping the future before it ends drops the transaction with it. Only a
    /// commit that is already on its way to the engine still takes place.
    ///
    /// `work` borrows what it needs from its surroundings: it may run several
    /// times, so it has to work on references and copies. It must not call
    /// `write` itself: on SQLite it would wait for its own end.
    pub async fn write<'env, T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send,
        E: TransactionError,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>> + Send + Sync,
    {
        self.write_within(Some(postgres::LIMITS), work).await
    }

    /// The same, where a server may take so long.
    async fn write_within<'env, T, E, F>(&self, limits: Option<Limits>, work: F) -> Result<T, E>
    where
        T: Send,
        E: TransactionError,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>> + Send + Sync,
    {
        let mut tries = 1;
        loop {
            let outcome = self.attempt(limits, &work).await;
            if !outcome.again || tries == TRIES {
                return outcome.result;
            }
            tracing::debug!(tries, "a write did not go through, it is tried again");
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

    /// How many bytes are free for the database's file; unknown for a server.
    pub fn free_space(&self) -> Option<u64> {
        match &self.0 {
            Engine::Sqlite(sqlite) => {
                let disk = rustix::fs::statvfs(sqlite.directory()).ok()?;
                Some(disk.f_bavail.saturating_mul(disk.f_frsize))
            }
            Engine::Postgres(_) => None,
        }
    }

    /// Writes something, to know whether anything can be written now.
    ///
    /// # Errors
    /// When nothing can.
    pub async fn try_to_write(&self) -> Result<(), DatabaseError> {
        self.write(|tx| Box::pin(async move { Ok(tx.execute_unprepared(BEAT).await.map(drop)?) }))
            .await
    }

    /// Whether the database is lost as a whole, as far as the path of its file and what was met so far
    /// tell; never for a server.
    pub fn inspect(&self) -> Option<Ruin> {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.place.inspect(),
            Engine::Postgres(_) => None,
        }
    }

    /// The file is lost: nothing is written into it any more. A server looks after its own.
    pub fn condemn(&self, ruin: Ruin) {
        if let Engine::Sqlite(sqlite) = &self.0 {
            sqlite.place.condemn(ruin);
        }
    }

    /// Waits until the database is known to be lost as a whole.
    pub async fn ruined(&self) -> Ruin {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.place.ruined().await,
            Engine::Postgres(_) => std::future::pending().await,
        }
    }

    /// Waits for the write under way and closes every connection, those of clones too. One that hangs
    /// is not waited for for ever.
    pub async fn close(self) {
        match &self.0 {
            Engine::Sqlite(sqlite) => sqlite.close().await,
            Engine::Postgres(postgres) => {
                // Closing a pool only waits for its connections; it has no error to give.
                let closing = postgres.reader.connection().close_by_ref();
                if tokio::time::timeout(FAREWELL, closing).await.is_err() {
                    tracing::warn!("a connection to the database hangs; it is left to its end");
                }
            }
        }
    }
}
