//! One attempt of a write transaction, from begin to commit, and the pause between two attempts.
//!
//! Deliberately absent: opening connections and deciding what happens to them afterwards. An
//! attempt only reports whether its connection may be used again.

use std::time::Duration;

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::{DatabaseError, TransactionError, Work, fault::Fault};

/// After this many attempts, a write returns its error.
pub(super) const TRIES: u32 = 8;

/// Time limits for the phases of a transaction.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Until the transaction has begun.
    pub(super) begin: Duration,
    /// Until the work in the transaction has ended.
    pub(super) work: Duration,
    /// Until the commit or the rollback has ended.
    pub(super) end: Duration,
    /// Until the server answers the rollback of work that ran too long. The answer proves that the
    /// server is reachable.
    pub(super) rollback_answer: Duration,
}

/// How an attempt ended.
pub(super) struct Outcome<T, E> {
    /// What the caller gets when no further attempt follows.
    pub(super) result: Result<T, E>,
    /// The number that the closing statement returned; only set when the commit succeeded.
    pub(super) closing: Option<i64>,
    /// Whether the whole transaction may be tried again.
    pub(super) retry: bool,
    /// Whether the connection may be used for another transaction.
    pub(super) is_usable: bool,
}

impl<T, E: TransactionError> Outcome<T, E> {
    /// An attempt that failed and whose connection must not be used again.
    pub(super) fn broken(error: DatabaseError, retry: bool) -> Self {
        Self { result: Err(error.into()), closing: None, retry, is_usable: false }
    }
}

/// Begins a transaction, runs `work` and then the statement `closing` in it, and commits.
///
/// The connection is reported unfit after any error of begin, commit or rollback, and after the
/// errors on which SQLite ends a transaction by itself. The driver counts open transactions on its
/// own and does not notice that end. On such a connection a later "commit" only releases a
/// savepoint, and the acknowledged rows vanish when the connection closes.
///
/// A phase that exceeds its limit is dropped. Nothing is saved by then, except when only the answer
/// to the commit is missing.
pub(super) async fn attempt<'env, T, E: TransactionError>(
    connection: &DatabaseConnection,
    closing: Option<&'static str>,
    limits: Option<Limits>,
    work: &impl for<'t> Fn(&'t DatabaseTransaction) -> Work<'env, 't, Result<T, E>>,
) -> Outcome<T, E> {
    let options = TransactionOptions {
        // A deferred transaction that reads first and writes later fails at once when another
        // connection wrote in between. An immediate one takes the write lock first and waits for
        // it.
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let beginning = connection.begin_with_options(options);
    let transaction = match within(limits.map(|limits| limits.begin), beginning).await {
        Some(Ok(transaction)) => transaction,
        Some(Err(error)) => {
            let retry = Fault::of(&error).is_retryable();
            return Outcome::broken(error.into(), retry);
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
            Some(Ok(())) => {
                Outcome { result: Ok(value), closing: number, retry: false, is_usable: true }
            }
            Some(Err(error)) => commit_failed(error),
            None => {
                let silence = DbErr::Conn(RuntimeErr::Internal("no answer in time".to_owned()));
                Outcome::broken(DatabaseError::CommitUnknown(silence), false)
            }
        },
        Some(Err(error)) => roll_back(transaction, end, error).await,
        None => Outcome::broken(
            cause_of_time_out(transaction, limits.map(|limits| limits.rollback_answer)).await,
            false,
        ),
    }
}

/// Finds out why work exceeded its limit. When the server answers the rollback at once, it was
/// reachable and the work itself was too slow; otherwise the server is silent.
async fn cause_of_time_out(
    transaction: DatabaseTransaction,
    limit: Option<Duration>,
) -> DatabaseError {
    match within(limit, transaction.rollback()).await {
        Some(Ok(())) => DatabaseError::TookTooLong,
        Some(Err(error)) => error.into(),
        None => DatabaseError::NoAnswer,
    }
}

/// The output of `doing`, or `None` when it takes longer than `limit`.
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
        Outcome::broken(error.into(), fault.is_retryable())
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
        tracing::warn!(%error, "rollback failed; the connection is dropped");
    }
    Outcome {
        result: Err(error),
        closing: None,
        retry: fault.is_retryable(),
        is_usable: rolled_back.is_ok() && !fault.breaks_connection(),
    }
}

/// Sleeps before the next attempt, longer each time. The random part keeps two programs that
/// collided from colliding again at the same instant.
pub(super) async fn pause(tries: u32) {
    let most = 10_u64 << tries.min(6);
    tokio::time::sleep(Duration::from_millis(rand::random_range(most / 2..=most))).await;
}
