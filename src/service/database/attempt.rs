//! One try of a write transaction, from its beginning to its commit, and the pause between two tries.
//!
//! Deliberately absent: where the connection comes from and what becomes of it
//! afterwards. A try only reports whether the connection is still fit for use.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    Statement, TransactionOptions, TransactionTrait,
};

use super::{DatabaseError, TransactionError, Work, fault::Fault};

/// How often a write is tried before its error is believed.
pub(super) const TRIES: u32 = 8;

/// How a try ended.
pub(super) struct Outcome<T, E> {
    /// What the caller gets, unless it is tried again.
    pub(super) result: Result<T, E>,
    /// The number that the closing statement returned, if the commit succeeded.
    pub(super) closing: Option<i64>,
    /// Whether the whole transaction may be tried again.
    pub(super) again: bool,
    /// Whether the connection may be used for another transaction.
    pub(super) fit: bool,
}

impl<T, E: TransactionError> Outcome<T, E> {
    /// A try that failed and that left a connection nobody should rely on.
    pub(super) fn broken(error: DatabaseError, again: bool) -> Self {
        Self { result: Err(error.into()), closing: None, again, fit: false }
    }
}

/// Begins a transaction, runs `work` and then the statement `closing` in it, and commits.
///
/// The connection is declared unfit after any error of begin, commit or
/// rollback, and after the errors on which SQLite ends a transaction by itself.
/// The driver counts transactions on its own and does not notice that; on such
/// a connection a later "commit" only releases a savepoint, and what was
/// acknowledged vanishes when the connection closes.
pub(super) async fn attempt<'env, T, E: TransactionError>(
    connection: &DatabaseConnection,
    closing: Option<&'static str>,
    work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
) -> Outcome<T, E> {
    let options = TransactionOptions {
        // A deferred transaction that reads first and writes later fails at
        // once when somebody else wrote in between; this one waits its turn.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = match connection.begin_with_options(options).await {
        Ok(transaction) => transaction,
        Err(error) => {
            let again = Fault::of(&error).deserves_another_try();
            return Outcome::broken(error.into(), again);
        }
    };

    let worked = match work(&transaction).await {
        Ok(value) => run_closing(&transaction, closing)
            .await
            .map(|number| (value, number))
            .map_err(|error| E::from(error.into())),
        Err(error) => Err(error),
    };
    match worked {
        Ok((value, number)) => match transaction.commit().await {
            Ok(()) => Outcome { result: Ok(value), closing: number, again: false, fit: true },
            Err(error) => commit_failed(error),
        },
        Err(error) => roll_back(transaction, error).await,
    }
}

async fn run_closing(
    transaction: &DatabaseTransaction,
    closing: Option<&'static str>,
) -> Result<Option<i64>, DbErr> {
    let Some(sql) = closing else { return Ok(None) };
    let statement = Statement::from_string(transaction.get_database_backend(), sql);
    match transaction.query_one_raw(statement).await? {
        Some(row) => row.try_get_by_index(0).map(Some),
        None => Ok(None),
    }
}

fn commit_failed<T, E: TransactionError>(error: DbErr) -> Outcome<T, E> {
    let fault = Fault::of(&error);
    if fault.leaves_commit_unknown() {
        Outcome::broken(DatabaseError::CommitUnknown(error), false)
    } else {
        Outcome::broken(error.into(), fault.deserves_another_try())
    }
}

async fn roll_back<T, E: TransactionError>(
    transaction: DatabaseTransaction,
    error: E,
) -> Outcome<T, E> {
    let fault = error.database_error().map_or(Fault::Other, Fault::of);
    let rolled_back = transaction.rollback().await;
    if let Err(error) = &rolled_back {
        tracing::warn!(%error, "a transaction could not be rolled back, its connection is dropped");
    }
    Outcome {
        result: Err(error),
        closing: None,
        again: fault.deserves_another_try(),
        fit: rolled_back.is_ok() && !fault.ends_transactions(),
    }
}

/// Sleeps before the next try, longer each time. The dice keep two programs
/// that collided from meeting again at the same instant.
pub(super) async fn pause(tries: u32) {
    let most = 10_u64 << tries.min(6);
    tokio::time::sleep(Duration::from_millis(rand::random_range(most / 2..=most))).await;
}
