//! A desk with a long history, made fast: the engine itself generates the rows, because the
//! measurement is about finding rows, not writing them.

use mesabot::{
    migrations::Migrator,
    service::database::{Database, DatabaseError},
};
use sea_orm::{ConnectionTrait, Statement};
use tempfile::TempDir;

use crate::directory;

/// The number of requesters.
pub const PEOPLE: i64 = 1_000;
/// The number of technicians, which have the last keys.
pub const TECHNICIANS: i64 = 20;
/// The number of open tickets, where it is fixed.
pub const OPEN: i64 = 2_000;
/// One ticket in so many is open, where the number grows.
pub const ONE_OPEN_IN: i64 = 50;
/// How many rows one transaction makes.
const CHUNK: i64 = 50_000;
/// The present, in the rows' own time: one millisecond a ticket since the beginning.
pub const NOW: i64 = 100_000_000;

/// A database with so many tickets.
pub struct Grown {
    pub database: Database,
    pub tickets: i64,
    _place: TempDir,
}

impl Grown {
    /// Makes a database in which the latest [`OPEN`] tickets are open and the others closed.
    pub async fn with(tickets: i64) -> Self {
        let place = TempDir::new_in(directory()).expect("a directory can be made");
        let url = format!("sqlite://{}", place.path().join("desk.db").display());
        let database = Database::open(&url).await.expect("a database opens");
        database.migrate::<Migrator>().await.expect("the schema is made");
        let grown = Self { database, tickets, _place: place };
        grown
            .run(&format!(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n \
                 WHERE i < {PEOPLE} + {TECHNICIANS}) \
                 INSERT INTO person (id, name, role, locale, created_at) \
                 SELECT i, 'Persona ' || i, 'technician', 'es', 0 FROM n"
            ))
            .await;
        let mut first = 1;
        while first <= tickets {
            let last = (first + CHUNK - 1).min(tickets);
            grown.run(&insert_tickets(first, last, tickets)).await;
            grown.run(&insert_told(first, last)).await;
            grown.run(&insert_said(first, last)).await;
            first = last + 1;
        }
        grown
    }

    /// Also opens one ticket in so many, so that the number of open tickets grows with the history.
    pub async fn open_a_fraction(&self) {
        self.run(&format!(
            "UPDATE ticket SET status = 'in_progress', queue_rank = 30000000000000 + id, \
             closed_at = NULL, ending = NULL, \
             next_due_at = CASE WHEN id % 500 = 0 THEN {NOW} - 1 WHEN id % 250 = 0 THEN {NOW} + 1 END \
             WHERE id % {ONE_OPEN_IN} = 0"
        ))
        .await;
    }

    /// The first number of the result.
    pub async fn number(&self, sql: &str) -> i64 {
        let asked = Statement::from_string(self.database.backend(), sql);
        let row = self.database.reader().query_one_raw(asked).await.expect("it is answered");
        row.and_then(|row| row.try_get_by_index(0).ok()).unwrap_or_default()
    }

    async fn run(&self, sql: &str) {
        let running = self.database.write(|tx| {
            Box::pin(async move {
                tx.execute_unprepared(sql).await?;
                Ok::<_, DatabaseError>(())
            })
        });
        running.await.expect("rows are made");
    }
}

fn numbers(first: i64, last: i64) -> String {
    format!(
        "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})"
    )
}

fn insert_tickets(first: i64, last: i64, tickets: i64) -> String {
    let open = format!("i > {}", tickets - OPEN);
    format!(
        "{} INSERT INTO ticket (id, number, version, status, kind, category, title, description, \
         place, origin, requester_id, registered_by, impact, urgency, priority, group_key, level, \
         technician_id, procedure_version, queue_rank, own_due_at, resolve_due_at, round, \
         next_due_at, closed_at, ending, created_at) \
         SELECT i, i, 1, iif({open}, 'in_progress', 'closed'), 'incident', 'ofimatica', \
         'El correo no abre ' || i, 'El correo no abre desde esta mañana y sale un aviso. ' || i, \
         'Sede principal', 'telegram', 1 + i % {PEOPLE}, 1 + i % {PEOPLE}, 'low', 'low', 'low', \
         CASE i % 3 WHEN 0 THEN 'soporte' WHEN 1 THEN 'impresion' ELSE 'tecnologia' END, 1, \
         {PEOPLE} + 1 + i % {TECHNICIANS}, 'uspec 02', \
         iif({open}, 30000000000000 + i, NULL), i, i, 0, \
         CASE WHEN {open} AND i % 20 = 0 THEN {NOW} - 1 WHEN {open} AND i % 10 = 0 THEN {NOW} + 1 END, \
         iif({open}, NULL, i), iif({open}, NULL, 'no_survey'), i FROM n",
        numbers(first, last)
    )
}

/// Events that were handled long ago.
fn insert_told(first: i64, last: i64) -> String {
    format!(
        "{} INSERT INTO inbox (source, external_key, lane, raw, attempts, received_at) \
         SELECT 'telegram:1', i, 'telegram:1:' || (i % {PEOPLE}), '{{}}', 0, i FROM n",
        numbers(first, last)
    )
}

/// Messages that were sent long ago.
fn insert_said(first: i64, last: i64) -> String {
    format!(
        "{} INSERT INTO outbox (channel, chat_key, lane, delivery, critical, state, attempts, \
         not_before, message_key, created_at, settled_at) \
         SELECT 'telegram', i % {PEOPLE}, 'telegram:' || (i % {PEOPLE}), '{{}}', 0, 'sent', 1, i, i, \
         i, i FROM n",
        numbers(first, last)
    )
}
