//! The PostgreSQL engine: one pool for reading and writing, with a time limit on every query.
//!
//! A server that restarts or kills a connection says so. A server that vanishes behind a cut
//! network or a switched-off machine says nothing, and the driver would wait as long as the kernel
//! does. So every query has a time limit, and each connection is checked when it returns to the
//! pool: a silent connection is not used again. After a write was refused because the server is
//! read-only, and until a write succeeds, only connections that may write are used.
//!
//! Deliberately absent: a heartbeat. The server keeps its own account of transactions, and a broken
//! connection is never handed out again.

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

/// Runs last in each transaction. When the work swallowed a statement's error, PostgreSQL answers
/// the commit with a rollback, which the driver takes for a success. This statement fails instead,
/// so the loss is noticed.
const PROBE: &str = "SELECT 1::BIGINT";

/// How long a caller waits for a connection, new or from the pool.
const ACQUIRE: Duration = Duration::from_secs(10);
/// How long a connection may take to answer a ping.
const PING: Duration = Duration::from_secs(1);
/// A connection that was idle for less than this needs no check.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long a query outside of a transaction may take. The server cancels every query earlier, as
/// [`SESSION_SETTINGS`] tell it: a query that is too slow gets an error, and only a lost server
/// stays silent.
const QUESTION: Duration = Duration::from_secs(15);
/// Time limits for the phases of a transaction.
pub(super) const LIMITS: Limits = Limits {
    begin: Duration::from_secs(12),
    work: Duration::from_secs(20),
    end: Duration::from_secs(10),
    rollback_answer: Duration::from_secs(2),
};

/// Settings of each session. A program that was stopped in the middle of a transaction must not
/// hold its locks for ever. A lock is waited for no longer than the desk's own limits allow; a
/// transaction that gives up on a lock is tried again as a whole. A statement that takes too long
/// is cancelled. The server notices by keep-alives when this machine is gone. A statement is
/// planned once for all parameters: planning costs as much as running it, and gives the same plan.
const SESSION_SETTINGS: &str = "SET plan_cache_mode = force_generic_plan; \
                       SET idle_in_transaction_session_timeout = '5s'; \
                       SET lock_timeout = '5s'; \
                       SET statement_timeout = '15s'; \
                       SET tcp_keepalives_idle = 10; \
                       SET tcp_keepalives_interval = 5; \
                       SET tcp_keepalives_count = 3; \
                       SET tcp_user_timeout = '20s'";

/// Whether a session is read-only, on a standby or by the administrator's setting.
const MODE: &str = "SELECT current_setting('transaction_read_only')";

/// A PostgreSQL database.
pub(super) struct Postgres {
    pub(super) reader: Reader,
    /// Whether a write was refused because the server is read-only, and none has succeeded since.
    barred: Arc<AtomicBool>,
}

impl Postgres {
    /// Connects to the server that `address` names.
    pub(super) async fn open(address: &str) -> Result<Self, DatabaseError> {
        let server: PgConnectOptions = address.parse().map_err(DatabaseError::Address)?;
        let server = server.application_name("mesabot").disable_statement_logging();
        let barred = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&barred);
        // A stand-in address: sea-orm repeats the address in its errors, with the password in it.
        let mut options = ConnectOptions::new("postgres://localhost");
        options
            .max_connections(10)
            .connect_timeout(ACQUIRE)
            .acquire_timeout(ACQUIRE)
            .sqlx_logging(false)
            .record_stmt_in_spans(false)
            .map_sqlx_postgres_opts(move |_| server.clone())
            .map_sqlx_postgres_pool_opts(move |pool| {
                with_connection_checks(pool, Arc::clone(&seen))
            });
        let pool = sea_orm::Database::connect(options).await.map_err(DatabaseError::Open)?;
        Ok(Self { reader: Reader::new(pool, Some(QUESTION)), barred })
    }

    /// Runs `work` once, in a transaction of its own.
    pub(super) async fn attempt<'env, T, E: TransactionError>(
        &self,
        limits: Option<Limits>,
        work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
    ) -> Outcome<T, E> {
        let connection = self.reader.connection();
        let outcome = attempt::attempt(connection, Some(PROBE), limits, work).await;
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

/// Adds our connection checks to a pool.
fn with_connection_checks(pool: PgPoolOptions, barred: Arc<AtomicBool>) -> PgPoolOptions {
    // The driver's own checks, on acquire and on release, have no time limit.
    pool.test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(apply_session_settings(connection)))
        .before_acquire(move |connection, meta| {
            let known = meta.idle_for < TRUSTED && !barred.load(Ordering::Relaxed);
            Box::pin(async move { Ok(known || may_write(connection).await?) })
        })
        .after_release(|connection, _| Box::pin(is_there(connection)))
}

async fn apply_session_settings(connection: &mut PgConnection) -> Result<(), SqlxError> {
    connection.execute(SESSION_SETTINGS).await.map(drop)
}

/// Whether a connection answers and may write.
async fn may_write(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    let asking = sqlx::query_scalar::<_, String>(MODE).fetch_one(connection);
    within_ping_limit(asking).await.map(|mode| mode == "off")
}

/// Whether a connection answers and has no unread results of an earlier query.
async fn is_there(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    within_ping_limit(connection.ping()).await.map(|()| true)
}

/// The result of `asking`, or a time-out error.
async fn within_ping_limit<T>(
    asking: impl Future<Output = Result<T, SqlxError>>,
) -> Result<T, SqlxError> {
    let silent = |_| Err(SqlxError::Io(io::ErrorKind::TimedOut.into()));
    tokio::time::timeout(PING, asking).await.unwrap_or_else(silent)
}
