//! The PostgreSQL side: one pool for reading and writing, whose connections are held to an answer.
//!
//! A server that is restarted or kills a connection says so. One that is no longer there, behind a
//! network that was cut or a machine that was switched off, says nothing, and the driver would wait
//! for it as long as the kernel does. So every question to it has an end, and a connection is looked
//! at when it comes back to the pool: one that is silent is not used again. From the moment that a write
//! was refused because nothing may be written, until one goes through, only connections that may write
//! are used.
//!
//! Deliberately absent: a heartbeat. The server keeps its own account of
//! transactions, and a connection that broke is never handed out again.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use sea_orm::{
    ConnectOptions, DatabaseTransaction, SqlxError,
    sqlx::{
        self, ConnectOptions as _, Connection as _, Executor as _,
        postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    },
};

use super::{
    DatabaseError, Reader, TransactionError, Work,
    attempt::{self, Limits, Outcome},
    fault::Fault,
};

/// Runs last in each transaction. When the work swallowed a statement's error,
/// PostgreSQL answers the commit with a rollback that the driver takes for a
/// success; this statement fails instead, and the loss has a witness.
const PROBE: &str = "SELECT 1::BIGINT";

/// How long anybody waits for a connection, new or out of the pool.
const ACQUIRE: Duration = Duration::from_secs(10);
/// How long a connection may take to say that it is there.
const PING: Duration = Duration::from_secs(1);
/// A connection that lay idle for less than this was looked at just now.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long a question outside of a transaction may take. The server gives up any question by then, as
/// [`MANNERS`] tell it: what is too much to ask has an answer, and silence is something else.
const QUESTION: Duration = Duration::from_secs(15);
/// How long the parts of a transaction may take.
pub(super) const LIMITS: Limits = Limits {
    begin: Duration::from_secs(12),
    work: Duration::from_secs(20),
    end: Duration::from_secs(10),
    sign: Duration::from_secs(2),
};

/// What the server is to do for its part. A program that was stopped in the middle of a transaction
/// must not hold its locks for ever, and nobody waits for a lock longer than the desk has patience:
/// what met one is tried again as a whole. What is too much to ask is given up. The server notices by
/// itself when this machine is gone. A question is planned once, whatever is bound: planning costs as
/// much as answering, and gives the same.
const MANNERS: &str = "SET plan_cache_mode = force_generic_plan; \
                       SET idle_in_transaction_session_timeout = '5s'; \
                       SET lock_timeout = '5s'; \
                       SET statement_timeout = '15s'; \
                       SET tcp_keepalives_idle = 10; \
                       SET tcp_keepalives_interval = 5; \
                       SET tcp_keepalives_count = 3; \
                       SET tcp_user_timeout = '20s'";

/// Whether a session may write: not on a standby, nor where the administrator forbade it.
const MODE: &str = "SELECT current_setting('transaction_read_only')";

/// A database on a server.
pub(super) struct Postgres {
    pub(super) reader: Reader,
    /// Whether a write was refused since one last went through, for nothing may be written.
    barred: Arc<AtomicBool>,
}

impl Postgres {
    /// Connects to the server that `address` names.
    pub(super) async fn open(address: &str) -> Result<Self, DatabaseError> {
        let server: PgConnectOptions = address.parse().map_err(DatabaseError::Address)?;
        let server = server.application_name("mesabot").disable_statement_logging();
        let barred = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&barred);
        // The address is a stand-in: sea-orm repeats it in its errors, with the password in it.
        let mut options = ConnectOptions::new("postgres://localhost");
        options
            .max_connections(10)
            .connect_timeout(ACQUIRE)
            .acquire_timeout(ACQUIRE)
            .sqlx_logging(false)
            .record_stmt_in_spans(false)
            .map_sqlx_postgres_opts(move |_| server.clone())
            .map_sqlx_postgres_pool_opts(move |pool| watched(pool, Arc::clone(&seen)));
        let pool = sea_orm::Database::connect(options).await.map_err(DatabaseError::Open)?;
        Ok(Self { reader: Reader::new(pool, Some(QUESTION)), barred })
    }

    /// Tries `work` once, in a transaction of its own.
    pub(super) async fn attempt<'env, T, E: TransactionError>(
        &self,
        limits: Option<Limits>,
        work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
    ) -> Outcome<T, E> {
        let connection = self.reader.connection();
        let outcome = attempt::attempt(connection, (Some(PROBE), limits), work).await;
        match &outcome.result {
            Ok(_) => self.barred.store(false, Ordering::Relaxed),
            Err(error) if error.database_error().map(Fault::of) == Some(Fault::Barred) => {
                self.barred.store(true, Ordering::Relaxed);
            }
            Err(_) => {}
        }
        outcome
    }
}

/// A pool that knows its connections.
fn watched(pool: PgPoolOptions, barred: Arc<AtomicBool>) -> PgPoolOptions {
    // The driver's own look, before and after, has no end.
    pool.test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(introduce(connection)))
        .before_acquire(move |connection, meta| {
            let known = meta.idle_for < TRUSTED && !barred.load(Ordering::Relaxed);
            Box::pin(async move { Ok(known || may_write(connection).await?) })
        })
        .after_release(|connection, _| Box::pin(is_there(connection)))
}

async fn introduce(connection: &mut PgConnection) -> Result<(), SqlxError> {
    connection.execute(MANNERS).await.map(drop)
}

/// Whether a connection is there and may write.
async fn may_write(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    let asking = sqlx::query_scalar::<_, String>(MODE).fetch_one(connection);
    soon(asking).await.map(|mode| mode == "off")
}

/// Whether a connection is there, with nothing left of what was asked of it.
async fn is_there(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    soon(connection.ping()).await.map(|()| true)
}

/// What a connection answers, if it does at once.
async fn soon<T>(asking: impl Future<Output = Result<T, SqlxError>>) -> Result<T, SqlxError> {
    let silent = |_| Err(SqlxError::Io(io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(PING, asking).await.unwrap_or_else(silent)
}
