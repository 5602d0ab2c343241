//! What the database layer guarantees: a transaction is atomic under races, cancelled callers and
//! panics.

mod fault;
mod postgres;

use std::{sync::Arc, time::Duration};

use mesabot::{
    migrations::Migrator,
    service::database::{Database, DatabaseError, LOW_SPACE},
};
use sea_orm::{ConnectionTrait, DbErr, Statement, TryGetable};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};
use tokio::{sync::Notify, task::JoinSet};

use crate::support::engine::{Engine, TestDatabase, direct, engines};

/// A database with an empty table of notes.
async fn notebook(test: &TestDatabase) -> Database {
    let database = Database::open(&test.url).await.expect("the database opens");
    let id = match test.engine {
        Engine::Sqlite => "INTEGER PRIMARY KEY",
        Engine::Postgres => "BIGSERIAL PRIMARY KEY",
    };
    database
        .write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(&format!(
                    "CREATE TABLE note (id {id}, body TEXT, owner TEXT)"
                ))
                .await
            })
        })
        .await
        .expect("a table can be made");
    database
}

async fn add(connection: &impl ConnectionTrait, body: &str) -> Result<(), DbErr> {
    connection
        .execute_unprepared(&format!("INSERT INTO note (body) VALUES ('{body}')"))
        .await
        .map(|_| ())
}

async fn ask<T: TryGetable>(connection: &impl ConnectionTrait, sql: &str) -> Result<T, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound(sql.to_owned()))?.try_get_by_index(0)
}

/// The number of notes.
async fn notes(connection: &impl ConnectionTrait) -> i64 {
    ask(connection, "SELECT count(*) FROM note").await.expect("notes can be counted")
}

#[tokio::test]
async fn a_failed_write_leaves_nothing_behind() {
    for test in engines().await {
        let database = notebook(&test).await;
        let refused = database
            .write(|tx| {
                Box::pin(async move {
                    add(tx, "half").await?;
                    Err::<(), _>(DbErr::Custom("no".into()))
                })
            })
            .await;
        assert_eq!(refused, Err(DbErr::Custom("no".into())));
        assert_eq!(notes(database.reader()).await, 0, "{:?}", test.engine);

        database.write(|tx| Box::pin(async move { add(tx, "whole").await })).await.unwrap();
        assert_eq!(notes(database.reader()).await, 1, "{:?}", test.engine);
    }
}

#[tokio::test]
async fn the_writer_uses_wal_full_sync_and_foreign_keys() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let (journal, synchronous, foreign_keys, busy) = database
        .write(|tx| {
            Box::pin(async move {
                Ok::<(String, i32, i32, i32), DbErr>((
                    ask(tx, "PRAGMA journal_mode").await?,
                    ask(tx, "PRAGMA synchronous").await?,
                    ask(tx, "PRAGMA foreign_keys").await?,
                    ask(tx, "PRAGMA busy_timeout").await?,
                ))
            })
        })
        .await
        .unwrap();
    assert_eq!((journal.as_str(), synchronous, foreign_keys, busy), ("wal", 2, 1, 5000));
    assert!(database.free_space().is_some_and(|bytes| bytes > LOW_SPACE));
}

/// Otherwise the data read could be out of date when the write acts on it, and SQLite would refuse
/// the write.
#[tokio::test]
async fn a_write_locks_out_others_from_its_first_read() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let other = &direct(&test.url).await.unwrap();
    other.execute_unprepared("PRAGMA busy_timeout = 0").await.unwrap();
    database
        .write(|tx| {
            Box::pin(async move {
                assert_eq!(notes(tx).await, 0);
                let locked =
                    add(other, "in between").await.expect_err("another connection is writing");
                assert!(locked.to_string().contains("locked"), "{locked}");
                add(tx, "as planned").await
            })
        })
        .await
        .unwrap();
    assert_eq!(notes(database.reader()).await, 1);
}

#[tokio::test]
async fn a_reader_cannot_write() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    let refused = add(database.reader(), "sneaky").await.unwrap_err();
    assert!(refused.to_string().contains("readonly"), "{refused}");
    assert_eq!(notes(database.reader()).await, 0);
}

#[tokio::test]
async fn unsafe_database_urls_are_refused() {
    for url in ["sqlite::memory:", "sqlite://:memory:", "sqlite://", "sqlite://x?mode=memory", ""] {
        let refused = Database::open(url).await.err();
        assert!(matches!(refused, Some(DatabaseError::InMemory)), "{url}: {refused:?}");
    }
    let refused = Database::open("mysql://localhost/desk").await.err();
    assert!(matches!(refused, Some(DatabaseError::UnknownEngine)), "{refused:?}");
    let refused = Database::open("postgres://desk:hunter2@localhost:notaport/desk").await.err();
    let refused = refused.expect("a port is a number");
    assert!(!format!("{refused} {refused:?}").contains("hunter2"), "{refused:?}");
}

#[tokio::test]
async fn a_closed_database_refuses_writes() {
    let test = TestDatabase::sqlite();
    let database = notebook(&test).await;
    database.clone().close().await;
    let refused = database
        .write(|tx| Box::pin(async move { Ok::<_, DatabaseError>(add(tx, "late").await?) }))
        .await;
    assert!(matches!(refused, Err(DatabaseError::Closed)), "{refused:?}");
}

/// Two programs on one database, four tasks each, all after the same notes.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_note_is_claimed_once() {
    const NOTES: i64 = 40;
    for test in engines().await {
        let database = notebook(&test).await;
        database
            .write(|tx| {
                Box::pin(async move {
                    for _ in 0..NOTES {
                        add(tx, "free").await?;
                    }
                    Ok::<_, DbErr>(())
                })
            })
            .await
            .unwrap();
        let programs = [database.clone(), Database::open(&test.url).await.unwrap()];

        let mut hands = JoinSet::new();
        for hand in 0..8 {
            let database = programs[hand % 2].clone();
            hands.spawn(async move {
                let mut claimed = 0;
                for id in 1..=NOTES {
                    claimed += claim(&database, id, &format!("hand {hand}")).await.unwrap();
                }
                claimed
            });
        }
        let claimed: u64 = hands.join_all().await.into_iter().sum();
        assert_eq!(claimed, NOTES as u64, "{:?}", test.engine);
        let left = "SELECT count(*) FROM note WHERE owner IS NULL";
        assert_eq!(ask::<i64>(database.reader(), left).await, Ok(0), "{:?}", test.engine);
    }
}

/// Reads first and writes afterwards: the pattern in which a deferred transaction fails.
async fn claim(database: &Database, id: i64, owner: &str) -> Result<u64, DbErr> {
    database
        .write(|tx| {
            Box::pin(async move {
                let free = format!("SELECT count(*) FROM note WHERE id = {id} AND owner IS NULL");
                if ask::<i64>(tx, &free).await? == 0 {
                    return Ok(0);
                }
                let claim =
                    format!("UPDATE note SET owner = '{owner}' WHERE id = {id} AND owner IS NULL");
                Ok(tx.execute_unprepared(&claim).await?.rows_affected())
            })
        })
        .await
}

#[tokio::test]
async fn a_cancelled_caller_rolls_its_write_back() {
    for test in engines().await {
        let database = notebook(&test).await;
        let halfway = Arc::new(Notify::new());
        let caller = tokio::spawn({
            let database = database.clone();
            let halfway = halfway.clone();
            async move {
                let halfway = &halfway;
                database
                    .write(|tx| {
                        Box::pin(async move {
                            add(tx, "half").await?;
                            halfway.notify_one();
                            std::future::pending::<Result<(), DbErr>>().await
                        })
                    })
                    .await
            }
        });
        halfway.notified().await;
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());

        database.write(|tx| Box::pin(async move { add(tx, "whole").await })).await.unwrap();
        assert_eq!(notes(database.reader()).await, 1, "{:?}", test.engine);
    }
}

/// Callers are cancelled at every stage, the commit included: each pair of rows exists completely
/// or not at all.
#[tokio::test]
async fn a_write_is_atomic_whenever_its_caller_is_cancelled() {
    for test in engines().await {
        let database = notebook(&test).await;
        for step in 0..60 {
            let write = database.write(|tx| {
                Box::pin(async move {
                    add(tx, "left").await?;
                    add(tx, "right").await
                })
            });
            let patience = Duration::from_micros(step * 40);
            let _ = tokio::time::timeout(patience, write).await;
        }
        // The next write has to wait for a commit that is still in progress.
        database.write(|tx| Box::pin(async move { add(tx, "last").await })).await.unwrap();
        let halves = "SELECT count(*) FILTER (WHERE body = 'left') - \
                      count(*) FILTER (WHERE body = 'right') FROM note";
        assert_eq!(ask::<i64>(database.reader(), halves).await, Ok(0), "{:?}", test.engine);
    }
}

#[tokio::test]
async fn work_that_panics_leaves_the_writer_usable() {
    for test in engines().await {
        let database = notebook(&test).await;
        let panicking = tokio::spawn({
            let database = database.clone();
            async move {
                database
                    .write(|tx| {
                        Box::pin(async move {
                            add(tx, "half").await?;
                            panic!("the work has a bug");
                            #[expect(unreachable_code, reason = "it gives the closure its type")]
                            Ok::<(), DbErr>(())
                        })
                    })
                    .await
            }
        });
        assert!(panicking.await.unwrap_err().is_panic());

        database.write(|tx| Box::pin(async move { add(tx, "whole").await })).await.unwrap();
        assert_eq!(notes(database.reader()).await, 1, "{:?}", test.engine);
    }
}

struct OneStep;

impl MigrationName for OneStep {
    fn name(&self) -> &'static str {
        "one_step"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for OneStep {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let connection = manager.get_connection();
        connection.execute_unprepared("CREATE TABLE note (body TEXT)").await?;
        add(connection, "first").await
    }
}

struct Steps;

impl MigratorTrait for Steps {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![Box::new(OneStep)]
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn programs_that_start_together_migrate_once() {
    for test in engines().await {
        let mut programs = JoinSet::new();
        for _ in 0..4 {
            let url = test.url.clone();
            programs.spawn(async move {
                let database = Database::open(&url).await?;
                database.migrate::<Steps>().await?;
                Ok::<_, DatabaseError>(database)
            });
        }
        let programs: Result<Vec<_>, _> = programs.join_all().await.into_iter().collect();
        assert_eq!(notes(programs.unwrap()[0].reader()).await, 1, "{:?}", test.engine);
    }
}

/// The newest migration goes down and up again, and an earlier row stays unchanged.
#[tokio::test]
async fn the_newest_migration_can_be_reverted() {
    for test in engines().await {
        let database = Database::open(&test.url).await.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        database.close().await;
        let connection = direct(&test.url).await.unwrap();
        let person = "INSERT INTO person (id, name, role, locale, created_at) \
                      VALUES (1, 'Marta', 'requester', 'es', 1)";
        connection.execute_unprepared(person).await.unwrap();
        Migrator::down(&connection, Some(1)).await.unwrap();
        let ticket = "INSERT INTO ticket (number, version, status, kind, category, title, \
                      description, place, origin, requester_id, registered_by, impact, urgency, \
                      priority, group_key, level, procedure_version, own_due_at, round, created_at) \
                      VALUES (1, 1, 'new', 'incident', 'web', 't', 'd', 'p', 'console', 1, 1, \
                      'low', 'low', 'low', 'soporte', 1, 'v', 1, 0, 1)";
        connection.execute_unprepared(ticket).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        // The previous version of the program does not know the new columns, and still writes.
        connection.execute_unprepared(&ticket.replace("VALUES (1,", "VALUES (2,")).await.unwrap();
        let untold = "SELECT count(*) FROM ticket WHERE warn_at IS NULL \
                      AND promise_level IS NULL AND own_told = 0 AND resolve_told = 0";
        assert_eq!(ask::<i64>(&connection, untold).await, Ok(2), "{:?}", test.engine);
    }
}
