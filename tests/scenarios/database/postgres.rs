//! PostgreSQL refuses, stops and comes back. Each story is skipped where no server is available.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    time::{Duration, Instant},
};

use mesabot::service::database::{Database, DatabaseError};
use sea_orm::{ConnectionTrait, DbErr, IsolationLevel, TransactionTrait};
use tokio::sync::Notify;

use super::{add, ask, notebook, notes};
use crate::support::engine::{POSTGRES, TestDatabase, direct, postgres_url};

async fn server() -> Option<(TestDatabase, Database)> {
    let Some(admin_url) = postgres_url() else {
        eprintln!("skipped: {POSTGRES} is not set");
        return None;
    };
    let test = TestDatabase::postgres(&admin_url).await;
    let database = notebook(&test).await;
    Some((test, database))
}

#[tokio::test]
async fn a_conflicting_transaction_is_retried_as_a_whole() {
    let Some((_test, database)) = server().await else { return };
    for code in ["40001", "40P01", "55P03"] {
        let tries = &AtomicU32::new(0);
        database
            .write(|tx| {
                Box::pin(async move {
                    add(tx, code).await?;
                    if tries.fetch_add(1, Ordering::SeqCst) < 2 {
                        let collide = format!("DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$");
                        tx.execute_unprepared(&collide).await?;
                    }
                    Ok::<_, DbErr>(())
                })
            })
            .await
            .unwrap();
        assert_eq!(tries.load(Ordering::SeqCst), 3, "{code}");
    }
    assert_eq!(notes(database.reader()).await, 3);
}

#[tokio::test]
async fn a_lasting_error_is_reported_after_the_retries() {
    let Some((_test, database)) = server().await else { return };
    for (code, expected) in [("40001", 8), ("23514", 1)] {
        let tries = &AtomicU32::new(0);
        let failed = database
            .write(|tx| {
                Box::pin(async move {
                    tries.fetch_add(1, Ordering::SeqCst);
                    let refuse = format!("DO $$ BEGIN RAISE SQLSTATE '{code}'; END $$");
                    tx.execute_unprepared(&refuse).await
                })
            })
            .await;
        assert!(failed.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), expected, "{code}");
    }
}

/// Two transactions each read what the other writes; one of the two has to run again.
#[tokio::test]
async fn a_serialization_failure_is_retried() {
    let Some((test, database)) = server().await else { return };
    let rival = &direct(&test.url).await.unwrap();
    let tries = &AtomicU32::new(0);
    let seen = database
        .write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE").await?;
                let seen = notes(tx).await;
                if tries.fetch_add(1, Ordering::SeqCst) == 0 {
                    let serializable = Some(IsolationLevel::Serializable);
                    let other = rival.begin_with_config(serializable, None).await?;
                    assert_eq!(notes(&other).await, 0);
                    add(&other, "theirs").await?;
                    other.commit().await?;
                }
                add(tx, "ours").await?;
                Ok::<_, DbErr>(seen)
            })
        })
        .await
        .unwrap();
    assert_eq!((tries.load(Ordering::SeqCst), seen), (2, 1));
    assert_eq!(notes(database.reader()).await, 2);
}

#[tokio::test]
async fn a_killed_connection_is_replaced() {
    let Some((test, database)) = server().await else { return };
    let admin = &direct(test.admin_url().unwrap()).await.unwrap();
    let tries = &AtomicU32::new(0);
    database
        .write(|tx| {
            Box::pin(async move {
                add(tx, "while it dies").await?;
                if tries.fetch_add(1, Ordering::SeqCst) == 0 {
                    let pid: i32 = ask(tx, "SELECT pg_backend_pid()").await?;
                    // Waits until the connection is dead.
                    let kill = format!("SELECT pg_terminate_backend({pid}, 5000)");
                    assert_eq!(ask::<bool>(admin, &kill).await, Ok(true));
                }
                add(tx, "after its death").await
            })
        })
        .await
        .unwrap();
    assert_eq!(tries.load(Ordering::SeqCst), 2);
    assert_eq!(notes(database.reader()).await, 2);

    // The same while the connection is idle.
    let name = test.url.rsplit('/').next().unwrap();
    let kill = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    assert!(ask::<i64>(admin, &kill).await.unwrap() > 0);
    database.write(|tx| Box::pin(async move { add(tx, "afterwards").await })).await.unwrap();
    assert_eq!(notes(database.reader()).await, 3);
}

/// A program that is suspended inside a transaction blocks other writers for seconds, not for as
/// long as it is suspended. When it resumes, it runs the whole transaction again.
#[tokio::test]
async fn a_program_suspended_in_a_transaction_releases_its_locks() {
    let Some((test, database)) = server().await else { return };
    database.write(|tx| Box::pin(async move { add(tx, "shared").await })).await.unwrap();
    let other = Database::open(&test.url).await.unwrap();
    let tries = &AtomicU32::new(0);
    let halfway = &Notify::new();
    let goes_on = &Notify::new();
    let stopped = database.write(|tx| {
        Box::pin(async move {
            tx.execute_unprepared("UPDATE note SET owner = 'stopped'").await?;
            if tries.fetch_add(1, Ordering::SeqCst) == 0 {
                halfway.notify_one();
                goes_on.notified().await;
            }
            let owner: String = ask(tx, "SELECT owner FROM note").await?;
            Ok::<_, DbErr>(owner)
        })
    });
    let rival = async {
        halfway.notified().await;
        let begun = Instant::now();
        let write = other.write(|tx| {
            Box::pin(async move { tx.execute_unprepared("UPDATE note SET body = 'theirs'").await })
        });
        write.await.expect("the lock is released");
        goes_on.notify_one();
        begun.elapsed()
    };
    let (owner, waited) = tokio::join!(stopped, rival);
    println!("released after {waited:.1?}");
    assert!(waited < Duration::from_secs(10), "{waited:?}");
    assert_eq!((owner.unwrap().as_str(), tries.load(Ordering::SeqCst)), ("stopped", 2));
    let body: String = ask(database.reader(), "SELECT body FROM note").await.unwrap();
    assert_eq!(body, "theirs", "the write in between is kept");
}

/// The connection dies during the commit: its result is unknown, so the commit is not repeated.
#[tokio::test]
async fn a_commit_without_an_answer_is_not_repeated() {
    let Some((_test, database)) = server().await else { return };
    database
        .write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(
                    "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS \
                 $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$; \
                 CREATE CONSTRAINT TRIGGER die_at_commit AFTER INSERT ON note \
                 DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION die()",
                )
                .await
            })
        })
        .await
        .unwrap();
    let tries = &AtomicU32::new(0);
    let unknown = database
        .write(|tx| {
            Box::pin(async move {
                tries.fetch_add(1, Ordering::SeqCst);
                Ok::<_, DatabaseError>(add(tx, "perhaps").await?)
            })
        })
        .await;
    assert!(matches!(unknown, Err(DatabaseError::CommitUnknown(_))), "{unknown:?}");
    assert_eq!(tries.load(Ordering::SeqCst), 1);
}

/// PostgreSQL answers such a commit with a rollback, which the driver takes for a success.
#[tokio::test]
async fn a_swallowed_error_fails_the_commit() {
    let Some((_test, database)) = server().await else { return };
    let swallowed = database
        .write(|tx| {
            Box::pin(async move {
                add(tx, "lost").await?;
                let _ = tx.execute_unprepared("SELECT 1 / 0").await;
                Ok::<_, DbErr>(())
            })
        })
        .await;
    assert!(swallowed.is_err());
    assert_eq!(notes(database.reader()).await, 0);
}

/// A statement that is too slow for a responsive server is a fault of its own, or it would be
/// retried for ever.
#[tokio::test]
async fn a_statement_timeout_is_no_outage() {
    let Some((_test, database)) = server().await else { return };
    let asks = async |question: &str, times: u32| -> DatabaseError {
        let asked = database.write(|tx| {
            Box::pin(async move {
                for _ in 0..times {
                    add(tx, "never").await?;
                    tx.execute_unprepared(question).await?;
                }
                Ok::<_, DatabaseError>(())
            })
        });
        asked.await.expect_err("the statement times out")
    };
    let (long, many) =
        tokio::join!(asks("SELECT pg_sleep(30)", 1), asks("SELECT pg_sleep(0.5)", 100));
    assert!(matches!(long, DatabaseError::Engine(_)) && !long.is_outage(), "{long:?}");
    assert!(matches!(many, DatabaseError::TookTooLong) && !many.is_outage(), "{many:?}");
    assert_eq!(notes(database.reader()).await, 0);
}
