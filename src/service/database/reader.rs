//! The connections to read with. A question that a server does not answer ends with an error: a loop
//! that waited for ever would be a loop less.
//!
//! Deliberately absent: transactions, and another try; whoever asked asks again.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr,
    Statement,
};

/// Connections to read with.
pub struct Reader {
    connection: DatabaseConnection,
    /// How long a question may take; none where nothing lies between the desk and its file.
    patience: Option<Duration>,
}

impl Reader {
    pub(super) fn new(connection: DatabaseConnection, patience: Option<Duration>) -> Self {
        Self { connection, patience }
    }

    /// The connections themselves, for transactions, which have a patience of their own.
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
