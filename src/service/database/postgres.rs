//! The PostgreSQL side: one pool for reading and writing.
//!
//! Deliberately absent: a heartbeat. The server keeps its own account of
//! transactions, and a connection that broke is never handed out again.

use std::time::Duration;

use sea_orm::{
    ConnectOptions, DatabaseConnection,
    sqlx::{ConnectOptions as _, postgres::PgConnectOptions},
};

use super::DatabaseError;

/// Runs last in each transaction. When the work swallowed a statement's error,
/// PostgreSQL answers the commit with a rollback that the driver takes for a
/// success; this statement fails instead, and the loss has a witness.
pub(super) const PROBE: &str = "SELECT 1::BIGINT";

/// Connects to the server that `address` names.
pub(super) async fn open(address: &str) -> Result<DatabaseConnection, DatabaseError> {
    let server: PgConnectOptions = address.parse().map_err(DatabaseError::Address)?;
    let server = server.application_name("mesabot").disable_statement_logging();
    // The address is a stand-in: sea-orm repeats it in its errors, with the password in it.
    let mut options = ConnectOptions::new("postgres://localhost");
    options
        .max_connections(10)
        .connect_timeout(Duration::from_secs(10))
        .acquire_timeout(Duration::from_secs(10))
        .sqlx_logging(false)
        .record_stmt_in_spans(false)
        .map_sqlx_postgres_opts(move |_| server.clone());
    sea_orm::Database::connect(options).await.map_err(DatabaseError::Open)
}
