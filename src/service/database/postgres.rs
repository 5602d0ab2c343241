//! The PostgreSQL side: one pool for reading and writing, whose connections are held to an answer.
//!
//! A server that is restarted or kills a connection says so. One that is no longer there, behind a
//! network that was cut or a machine that was switched off, says nothing, and the driver would wait
//! for it as long as the kernel does. So every question to it has an end, and a connection is looked
//! at when it comes back to the pool: one that is silent, or that may only read, is not used again.
//!
//! Deliberately absent: a heartbeat. The server keeps its own account of
//! transactions, and a connection that broke is never handed out again.

use std::{io, time::Duration};

use sea_orm::{
    ConnectOptions, DatabaseConnection, SqlxError,
    sqlx::{
        self, ConnectOptions as _, Executor as _,
        postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
    },
};

use super::{DatabaseError, attempt::Limits};

/// Runs last in each transaction. When the work swallowed a statement's error,
/// PostgreSQL answers the commit with a rollback that the driver takes for a
/// success; this statement fails instead, and the loss has a witness.
pub(super) const PROBE: &str = "SELECT 1::BIGINT";

/// How long anybody waits for a connection, new or out of the pool.
const ACQUIRE: Duration = Duration::from_secs(10);
/// How long a connection may take to say that it is there.
const PING: Duration = Duration::from_secs(1);
/// A connection that lay idle for less than this was looked at just now.
const TRUSTED: Duration = Duration::from_secs(1);

/// How long a question outside of a transaction may take.
pub(super) const QUESTION: Duration = Duration::from_secs(15);
/// How long the parts of a transaction may take.
pub(super) const LIMITS: Limits = Limits {
    begin: Duration::from_secs(12),
    work: Duration::from_secs(20),
    end: Duration::from_secs(10),
};

/// What the server is to do for its part. A program that was stopped in the middle of a transaction
/// must not hold its locks for ever, and nobody waits for a lock longer than the desk has patience:
/// what met one is tried again as a whole. The server notices by itself when this machine is gone.
const MANNERS: &str = "SET idle_in_transaction_session_timeout = '5s'; \
                       SET lock_timeout = '5s'; \
                       SET tcp_keepalives_idle = 10; \
                       SET tcp_keepalives_interval = 5; \
                       SET tcp_keepalives_count = 3; \
                       SET tcp_user_timeout = '20s'";

/// Whether a session may write: not on a standby, nor where the administrator forbade it.
const MODE: &str = "SELECT current_setting('transaction_read_only')";

/// Connects to the server that `address` names.
pub(super) async fn open(address: &str) -> Result<DatabaseConnection, DatabaseError> {
    let server: PgConnectOptions = address.parse().map_err(DatabaseError::Address)?;
    let server = server.application_name("mesabot").disable_statement_logging();
    // The address is a stand-in: sea-orm repeats it in its errors, with the password in it.
    let mut options = ConnectOptions::new("postgres://localhost");
    options
        .max_connections(10)
        .connect_timeout(ACQUIRE)
        .acquire_timeout(ACQUIRE)
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |_| server.clone())
        .map_sqlx_postgres_pool_opts(watched);
    sea_orm::Database::connect(options).await.map_err(DatabaseError::Open)
}

/// A pool that knows its connections.
fn watched(pool: PgPoolOptions) -> PgPoolOptions {
    // The driver's own look has no end.
    pool.test_before_acquire(false)
        .after_connect(|connection, _| Box::pin(introduce(connection)))
        .before_acquire(|connection, meta| {
            Box::pin(async move { Ok(meta.idle_for < TRUSTED || is_fit(connection).await?) })
        })
        .after_release(|connection, _| Box::pin(is_fit(connection)))
}

async fn introduce(connection: &mut PgConnection) -> Result<(), SqlxError> {
    connection.execute(MANNERS).await.map(drop)
}

/// Whether a connection is there and may write.
async fn is_fit(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    let asking = sqlx::query_scalar::<_, String>(MODE).fetch_one(connection);
    match tokio::time::timeout(PING, asking).await {
        Ok(mode) => Ok(mode? == "off"),
        Err(_) => Err(SqlxError::Io(io::ErrorKind::TimedOut.into())),
    }
}
