//! A later version has migrated the database, and this version continues on it: the way back from
//! an upgrade is to start the previous program (G15). That works because migrations expand before
//! they contract, which is checked here too, migration by migration.

use std::{collections::BTreeMap, process::Command};

use mesabot::{domain::person::Access, migrations::Migrator, service::database::Database};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, Statement};
use sea_orm_migration::{MigrationName, MigrationTrait, MigratorTrait, SchemaManager};

use crate::support::{
    desk::{HelpDesk, uspec},
    engine::{Engine, TestDatabase, direct, engines},
};

/// A migration unknown to this version.
const LATER: &str = "m9999_later";

/// Changes the database as a later version may.
async fn is_upgraded(test: &TestDatabase) {
    let database = Database::open(&test.url).await.unwrap();
    database.migrate::<Migrator>().await.unwrap();
    database.close().await;
    let connection = direct(&test.url).await.unwrap();
    for statement in [
        "CREATE TABLE later (id BIGINT NOT NULL PRIMARY KEY, ticket_id BIGINT NOT NULL REFERENCES ticket (id))",
        "ALTER TABLE ticket ADD COLUMN later_note TEXT",
        "ALTER TABLE outbox ADD COLUMN later_times INTEGER NOT NULL DEFAULT 0",
        "CREATE INDEX ticket_later ON ticket (later_note, id)",
        &format!("INSERT INTO seaql_migrations (version, applied_at) VALUES ('{LATER}', 1)"),
    ] {
        connection.execute_unprepared(statement).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn g15_a_tickets_life_runs_on_the_schema_of_a_later_version() {
    for test in engines().await {
        is_upgraded(&test).await;
        let desk = HelpDesk::open_in(test, Access::Open, uspec()).await;
        let technician = desk.technician("Ana").await;
        let requester = desk.requester("Marta");
        let number = desk.opens_ticket(&requester, "No enciende").await;
        for label in ["Aceptar", "Suspender", "Falta un repuesto", "Reanudar", "Solucionar"] {
            technician.presses(label).await;
        }
        technician.says("Cambié el cable").await;
        for label in ["Sí", "5"] {
            requester.presses(label).await;
        }
        let history = desk.history(number).await;
        for happened in ["opened", "accepted", "suspended", "resumed", "solved", "closed"] {
            assert!(history.iter().any(|kind| kind == happened), "{happened}: {history:?}");
        }
        requester.reads();
        technician.reads();
        desk.close().await;
    }
}

#[tokio::test]
async fn g15_unknown_migrations_are_logged_by_name() {
    for test in engines().await {
        is_upgraded(&test).await;
        let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
        command.args(["invite", "--role", "technician", "--group", "soporte"]);
        command.env("MESABOT_DATABASE__URL", &test.url).env("MESABOT_LOG__LEVEL", "warn");
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "the program starts: {said}");
        assert!(said.contains(LATER), "{:?}: {said}", test.engine);
    }
}

/// A column as the previous program sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Column {
    kind: String,
    required: bool,
    has_default: bool,
}

type Schema = BTreeMap<(String, String), Column>;

/// Every column of the schema, by table and name.
async fn schema(connection: &DatabaseConnection, engine: Engine) -> Schema {
    let sql = match engine {
        Engine::Sqlite => {
            "SELECT m.name, c.name, c.type, CAST(c.\"notnull\" AS BIGINT), \
             CAST(c.dflt_value IS NOT NULL OR c.pk > 0 AS BIGINT) \
             FROM sqlite_master AS m JOIN pragma_table_info(m.name) AS c WHERE m.type = 'table'"
        }
        Engine::Postgres => {
            "SELECT table_name::TEXT, column_name::TEXT, data_type::TEXT, \
             (CASE is_nullable WHEN 'NO' THEN 1 ELSE 0 END)::BIGINT, \
             (CASE WHEN column_default IS NULL AND is_identity = 'NO' THEN 0 ELSE 1 END)::BIGINT \
             FROM information_schema.columns WHERE table_schema = 'public'"
        }
    };
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let read = |row: sea_orm::QueryResult| {
        let text = |at: usize| row.try_get_by_index::<String>(at).unwrap();
        let flag = |at: usize| row.try_get_by_index::<i64>(at).unwrap() == 1;
        let column = Column { kind: text(2), required: flag(3), has_default: flag(4) };
        ((text(0), text(1)), column)
    };
    rows.into_iter().map(read).collect()
}

/// Changes of a migration that break the previous program.
fn contracts(before: &Schema, after: &Schema) -> Vec<String> {
    let mut wrong = Vec::new();
    for (place, column) in before {
        match after.get(place) {
            None => wrong.push(format!("{place:?} is gone")),
            Some(now) if now.kind != column.kind => {
                wrong.push(format!("{place:?} holds something else: {now:?}"));
            }
            Some(now) if now.required && !column.required => {
                wrong.push(format!("{place:?} must be filled now"));
            }
            Some(now) if column.has_default && !now.has_default => {
                wrong.push(format!("{place:?} is not filled by itself any more"));
            }
            Some(_) => {}
        }
    }
    for (place, column) in after.iter().filter(|(place, _)| !before.contains_key(*place)) {
        let in_old_table = before.keys().any(|(table, _)| *table == place.0);
        if in_old_table && column.required && !column.has_default {
            wrong.push(format!("{place:?} is new and must be filled"));
        }
    }
    wrong
}

/// Runs every migration of `M` and returns the changes that break the previous program.
async fn walks<M: MigratorTrait>(test: &TestDatabase) -> Vec<String> {
    Database::open(&test.url).await.unwrap().close().await;
    let connection = direct(&test.url).await.unwrap();
    let mut wrong = Vec::new();
    let mut before = schema(&connection, test.engine).await;
    for step in M::migrations() {
        M::up(&connection, Some(1)).await.unwrap();
        let after = schema(&connection, test.engine).await;
        let found = contracts(&before, &after).into_iter();
        wrong.extend(found.map(|what| format!("{}: {what}", step.name())));
        before = after;
    }
    connection.close().await.unwrap();
    wrong
}

/// A migration that contracts waits for the release after the last one that needs what it removes;
/// then it is listed here, with that release.
#[tokio::test]
async fn g15_migrations_only_expand() {
    for test in engines().await {
        let wrong = walks::<Migrator>(&test).await;
        assert!(wrong.is_empty(), "{:?}: {wrong:#?}", test.engine);
    }
}

struct Step(&'static str, &'static [&'static str]);

impl MigrationName for Step {
    fn name(&self) -> &str {
        self.0
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in self.1 {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        Ok(())
    }
}

/// Every kind of change that a migration must not make.
struct Contracting;

impl MigratorTrait for Contracting {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let steps: [(&str, &[&str]); 6] = [
            (
                "first",
                &["CREATE TABLE a (id BIGINT, b TEXT, c TEXT)", "CREATE TABLE gone (id BIGINT)"],
            ),
            (
                "expands",
                &["ALTER TABLE a ADD COLUMN d TEXT", "CREATE TABLE e (id BIGINT NOT NULL)"],
            ),
            ("takes a column", &["ALTER TABLE a DROP COLUMN b"]),
            ("renames a column", &["ALTER TABLE a RENAME COLUMN c TO f"]),
            ("takes a table", &["DROP TABLE gone"]),
            (
                "asks for more",
                &[
                    "ALTER TABLE a RENAME TO was",
                    "CREATE TABLE a (id BIGINT, f TEXT, d TEXT, g TEXT NOT NULL)",
                ],
            ),
        ];
        steps.into_iter().map(|(name, does)| Box::new(Step(name, does)) as _).collect()
    }
}

#[tokio::test]
async fn a_contracting_migration_is_found() {
    for test in engines().await {
        let wrong = walks::<Contracting>(&test).await;
        let of = |step: &str| wrong.iter().filter(|what| what.starts_with(step)).count();
        for step in ["first", "expands"] {
            assert_eq!(of(step), 0, "{wrong:#?}");
        }
        for step in ["takes a column", "renames a column", "takes a table", "asks for more"] {
            assert!(of(step) > 0, "{step}: {wrong:#?}");
        }
    }
}
