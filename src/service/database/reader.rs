//! The connections for reading. A query that the server does not answer in time ends with an error,
//! because a worker loop that waited for ever would do no more work.
//!
//! Deliberately absent: transactions, and retries; the caller retries.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};

/// Connections for reading.
pub struct Reader {
    connection: DatabaseConnection,
    /// The time limit of a query; `None` for an SQLite file, which no network can cut off.
    patience: Option<Duration>,
}

impl Reader {
    pub(super) fn new(connection: DatabaseConnection, patience: Option<Duration>) -> Self {
        Self { connection, patience }
    }

    /// The connections themselves, for transactions, which have their own time limits.
    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    async fn in_time<T>(&self, asking: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
        let Some(patience) = self.patience else { return asking.await };
        tokio::time::timeout(patience, asking).await.unwrap_or_else(|_| {
            Err(DbErr::Conn(RuntimeErr::Internal("the server did not answer in time".to_owned())))
        })
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Reader {
    fn get_database_backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.in_time(self.connection.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.in_time(self.connection.execute_unprepared(sql)).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.in_time(self.connection.query_one_raw(statement)).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.in_time(self.connection.query_all_raw(statement)).await
    }
}
