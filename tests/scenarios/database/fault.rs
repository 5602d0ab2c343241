//! SQLite's storage fails, and every acknowledged commit after the failure must still be there.
//!
//! A full disk is simulated by `PRAGMA max_page_count`, which makes SQLite fail with the same code
//! at the same place, on one connection only. The last test uses a real small disk where one is
//! given.

use std::fs;

use mesabot::service::database::{Database, DatabaseError, LOW_SPACE};
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr,
    SqliteTransactionMode, SqlxError, TransactionOptions, TransactionTrait,
};

use super::{add, ask, notebook, notes};
use crate::support::engine::{SMALL_DISK, TestDatabase, direct, small_disk};

async fn begin(connection: &DatabaseConnection) -> DatabaseTransaction {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(immediate).await.expect("no lock is held")
}

/// Writes until the disk is full.
async fn fill_the_disk(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    tx.execute_unprepared("PRAGMA max_page_count = 1").await?;
    loop {
        tx.execute_unprepared("INSERT INTO note (body) VALUES (hex(zeroblob(4000)))").await?;
    }
}

fn is_disk_full(error: &DbErr) -> bool {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return false;
    };
    matches!(&**error, SqlxError::Database(error) if error.code().as_deref() == Some("13"))
}

/// The reason for most of what `service::database` does, shown on the driver alone.
///
/// SQLite ends the transaction by itself when the disk is full. The driver goes on counting the
/// transaction as open, so its next "begin" is only a savepoint; the first rollback leaves that
/// savepoint open, and from then on every "commit" releases an inner savepoint and nothing else.
///
/// If this test fails, the driver has been fixed. See which line differs, and record the new
/// behaviour here.
#[tokio::test]
async fn the_bare_driver_loses_acknowledged_commits_after_a_full_disk() {
    let test = TestDatabase::sqlite();
    notebook(&test).await.close().await;
    let bare = direct(&test.url).await.unwrap();
    let witness = direct(&test.url).await.unwrap();

    let tx = begin(&bare).await;
    assert!(is_disk_full(&fill_the_disk(&tx).await.unwrap_err()));
    let lost_count = tx.rollback().await.expect_err("the driver does not know that it is over");
    assert!(lost_count.to_string().contains("no transaction is active"), "{lost_count}");
    bare.execute_unprepared("PRAGMA max_page_count = 1000000").await.unwrap();

    // The disk has room again, and at first everything seems to work.
    let tx = begin(&bare).await;
    add(&tx, "before any rollback").await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(notes(&witness).await, 1);

    // A request is refused and rolled back: an ordinary event.
    let tx = begin(&bare).await;
    add(&tx, "refused").await.unwrap();
    tx.rollback().await.unwrap();

    for _ in 0..3 {
        let tx = begin(&bare).await;
        add(&tx, "acknowledged").await.unwrap();
        tx.commit().await.expect("the driver reports a success");
    }
    assert_eq!(notes(&bare).await, 4, "the connection itself sees them");
    assert_eq!(notes(&witness).await, 1, "other connections do not");
    witness.execute_unprepared("PRAGMA busy_timeout = 50").await.unwrap();
    let locked = add(&witness, "blocked").await.expect_err("other connections cannot write");
    assert!(locked.to_string().contains("locked"), "{locked}");

    bare.close().await.unwrap();
    assert_eq!(notes(&witness).await, 1, "all three are gone");
}

/// The same events, through `service::database`.
async fn after_the_fault(database: &Database, test: &TestDatabase) {
    let witness = Database::open(&test.url).await.expect("the file opens");
    for round in 0..5 {
        let refused = database
            .write(|tx| {
                Box::pin(async move {
                    add(tx, "refused").await?;
                    Err::<(), _>(DbErr::Custom("no".into()))
                })
            })
            .await;
        assert_eq!(refused, Err(DbErr::Custom("no".into())));
        database
            .write(|tx| Box::pin(async move { add(tx, "acknowledged").await }))
            .await
            .expect("the disk has room again");
        assert_eq!(notes(witness.reader()).await, round + 1);
    }
    witness
        .write(|tx| Box::pin(async move { add(tx, "from elsewhere").await }))
        .await
        .expect("the disk has room again");
    witness.close().await;

    database.clone().close().await;
    let reopened = Database::open(&test.url).await.expect("the file opens");
    assert_eq!(notes(reopened.reader()).await, 6);
}

#[tokio::test]
async fn acknowledged_commits_after_a_full_disk_are_durable() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let full =
        database.write(|tx| Box::pin(async move { fill_the_disk(tx).await })).await.unwrap_err();
    assert!(is_disk_full(&full), "{full}");
    after_the_fault(&database, &test).await;
}

/// The same when the work replaces the engine's error by one of its own.
#[tokio::test]
async fn a_full_disk_is_noticed_behind_another_error() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let refused = database
        .write(|tx| {
            Box::pin(async move {
                fill_the_disk(tx).await.map_err(|_| DbErr::Custom("something went wrong".into()))
            })
        })
        .await;
    assert_eq!(refused, Err(DbErr::Custom("something went wrong".into())));
    after_the_fault(&database, &test).await;
}

/// When the work ignores the error, the commit fails, and no caller is told of a success.
#[tokio::test]
async fn a_full_disk_that_the_work_ignores_fails_the_commit() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let ignored = database
        .write(|tx| {
            Box::pin(async move {
                let _ = fill_the_disk(tx).await;
                Ok::<_, DatabaseError>(())
            })
        })
        .await;
    assert!(matches!(ignored, Err(DatabaseError::Engine(_))), "{ignored:?}");
    after_the_fault(&database, &test).await;
}

/// A writer whose commits do not reach the file is detected at a commit check, and replaced.
///
/// The trigger turns the heartbeat back, so to a reader the commit looks as if it had not happened.
#[tokio::test]
async fn a_commit_that_no_reader_sees_is_not_a_success() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    database
        .write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared("CREATE TEMP TABLE mark_of_this_connection (id INTEGER)")
                    .await?;
                tx.execute_unprepared(
                    "CREATE TRIGGER turn_back AFTER UPDATE ON heartbeat \
                 BEGIN UPDATE heartbeat SET beats = 0; END",
                )
                .await
            })
        })
        .await
        .unwrap();
    let marks = "SELECT count(*) FROM sqlite_temp_master";

    // Only some commits are checked, so detection takes several.
    let mut commits = 2;
    let error = loop {
        let write = database
            .write(|tx| Box::pin(async move { Ok::<i64, DatabaseError>(ask(tx, marks).await?) }));
        match write.await {
            Ok(marked) => assert_eq!(marked, 1, "still the same connection"),
            Err(error) => break error,
        }
        commits += 1;
        assert!(commits <= 256, "a check happens within 256 commits");
    };
    assert!(matches!(error, DatabaseError::NotSaved), "{error:?}");

    // The next connection is checked before anything else.
    let error = database
        .write(|tx| Box::pin(async move { Ok::<i64, DatabaseError>(ask(tx, marks).await?) }))
        .await;
    assert!(matches!(error, Err(DatabaseError::NotSaved)), "{error:?}");

    let witness = Database::open(&test.url).await.unwrap();
    direct(&test.url).await.unwrap().execute_unprepared("DROP TRIGGER turn_back").await.unwrap();
    witness.close().await;
    let marked = database
        .write(|tx| Box::pin(async move { Ok::<i64, DatabaseError>(ask(tx, marks).await?) }))
        .await;
    assert!(matches!(marked, Ok(0)), "the broken writer is replaced: {marked:?}");
}

/// Writes small rows until the disk has no room for the next commit, and then goes on.
///
/// The space runs out while a commit is written, not while a statement runs.
#[tokio::test]
async fn a_really_full_disk_loses_no_acknowledged_commit() {
    let Some(disk) = small_disk() else {
        eprintln!("skipped: {SMALL_DISK} is not set");
        return;
    };
    let test = TestDatabase::sqlite_on(&disk);
    let ballast = format!("{}.ballast", test.url.trim_start_matches("sqlite://"));
    fs::write(&ballast, vec![0; 1024 * 1024]).unwrap();
    let database = notebook(&test).await;
    let witness = Database::open(&test.url).await.unwrap();
    assert!(database.free_space().is_some_and(|bytes| bytes < LOW_SPACE), "a small disk");

    let body = &"x".repeat(30_000);
    let mut acknowledged = 0;
    let mut refusals = 0;
    while refusals < 5 {
        match database.write(|tx| Box::pin(async move { add(tx, body).await })).await {
            Ok(()) => acknowledged += 1,
            Err(error) => {
                assert!(is_disk_full(&error), "{error}");
                refusals += 1;
            }
        }
        assert_eq!(notes(witness.reader()).await, acknowledged);
    }
    assert!(acknowledged > 0);

    fs::remove_file(&ballast).unwrap();
    for _ in 0..5 {
        let refused = database.write(|tx| {
            Box::pin(async move {
                add(tx, "refused").await?;
                Err::<(), _>(DbErr::Custom("no".into()))
            })
        });
        assert_eq!(refused.await, Err(DbErr::Custom("no".into())));
        database.write(|tx| Box::pin(async move { add(tx, body).await })).await.unwrap();
        acknowledged += 1;
        assert_eq!(notes(witness.reader()).await, acknowledged);
    }
    witness.close().await;
    database.close().await;
    let reopened = Database::open(&test.url).await.unwrap();
    assert_eq!(notes(reopened.reader()).await, acknowledged);
}
