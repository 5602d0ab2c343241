//! One try of a write transaction, from its beginning to its commit, and the pause between two tries.
//!
//! Deliberately absent: where the connection comes from and what becomes of it
//! afterwards. A try only reports whether the connection is still fit for use.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::{DatabaseError, TransactionError, Work, fault::Fault};

/// How often a write is tried before its error is believed.
pub(super) const TRIES: u32 = 8;

/// How long the parts of a transaction may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Until it has begun.
    pub(super) begin: Duration,
    /// The work in it.
    pub(super) work: Duration,
    /// The commit, or the rollback.
    pub(super) end: Duration,
    /// A rollback of work that took too long, from a server that is there.
    pub(super) sign: Duration,
}

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
///
/// Whatever is not there within its limit is dropped. Nothing is saved by then, unless it is the
/// answer to the commit that is missing.
pub(super) async fn attempt<'env, T, E: TransactionError>(
    connection: &DatabaseConnection,
    closing: Option<&'static str>,
    limits: Option<Limits>,
    work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
) -> Outcome<T, E> {
    let options = TransactionOptions {
        // A deferred transaction that reads first and writes later fails at
        // once when somebody else wrote in between; this one waits its turn.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let beginning = connection.begin_with_options(options);
    let transaction = match within(limits.map(|limits| limits.begin), beginning).await {
        Some(Ok(transaction)) => transaction,
        Some(Err(error)) => {
            let again = Fault::of(&error).deserves_another_try();
            return Outcome::broken(error.into(), again);
        }
        None => return Outcome::broken(DatabaseError::NoAnswer, true),
    };

    let working = async {
        let value = work(&transaction).await?;
        let number = run_closing(&transaction, closing).await.map_err(|error| error.into());
        Ok((value, number.map_err(|error: DatabaseError| E::from(error))?))
    };
    let end = limits.map(|limits| limits.end);
    match within(limits.map(|limits| limits.work), working).await {
        Some(Ok((value, number))) => match within(end, transaction.commit()).await {
            Some(Ok(())) => Outcome { result: Ok(value), closing: number, again: false, fit: true },
            Some(Err(error)) => commit_failed(error),
            None => {
                let silence = DbErr::Conn(RuntimeErr::Internal("no answer in time".to_owned()));
                Outcome::broken(DatabaseError::CommitUnknown(silence), false)
            }
        },
        Some(Err(error)) => roll_back(transaction, end, error).await,
        None => {
            Outcome::broken(given_up(transaction, limits.map(|limits| limits.sign)).await, false)
        }
    }
}

/// Why work took too long. A server that is there gives it up at once: then it was too much to ask.
async fn given_up(transaction: DatabaseTransaction, limit: Option<Duration>) -> DatabaseError {
    match within(limit, transaction.rollback()).await {
        Some(Ok(())) => DatabaseError::TookTooLong,
        Some(Err(error)) => error.into(),
        None => DatabaseError::NoAnswer,
    }
}

/// What becomes of `doing`, or nothing when it takes longer than `limit`.
async fn within<T>(limit: Option<Duration>, doing: impl Future<Output = T>) -> Option<T> {
    match limit {
        Some(limit) => tokio::time::timeout(limit, doing).await.ok(),
        None => Some(doing.await),
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
    limit: Option<Duration>,
    error: E,
) -> Outcome<T, E> {
    let fault = error.database_error().map_or(Fault::Other, Fault::of);
    let rolled_back = within(limit, transaction.rollback())
        .await
        .unwrap_or_else(|| Err(DbErr::Conn(RuntimeErr::Internal("no answer in time".to_owned()))));
    if let Err(error) = &rolled_back {
        tracing::warn!(%error, "a transaction could not be rolled back, its connection is dropped");
    }
    Outcome {
        result: Err(error),
        closing: None,
        again: fault.deserves_another_try(),
        fit: rolled_back.is_ok() && !fault.spoils_the_connection(),
    }
}

/// Sleeps before the next try, longer each time. The dice keep two programs
/// that collided from meeting again at the same instant.
pub(super) async fn pause(tries: u32) {
    let most = 10_u64 << tries.min(6);
    tokio::time::sleep(Duration::from_millis(rand::random_range(most / 2..=most))).await;
}
