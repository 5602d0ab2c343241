//! The same on PostgreSQL, which plans by its statistics. So the tables hold data, and the test
//! counts the rows that each query reads.

use std::collections::HashSet;

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::{CardId, OutboxId},
        time::Timestamp,
    },
    service::{Result, inbox, outbox},
};
use sea_orm::{
    ConnectionTrait, DbBackend, Statement, TransactionTrait,
    sea_query::{PostgresQueryBuilder, QueryBuilder},
};
use serde_json::Value;

use super::Recorder;
use crate::support::engine::{TestDatabase, postgres_url};

/// How many rows of each queue are settled.
const SETTLED: u64 = 20_000;
/// How many rows a query may read: one step per lane for open rows, and no settled row.
const READ: f64 = 500.0;

impl Recorder {
    /// Fills the queues with settled rows, and with `open` rows in this many lanes.
    async fn fills_queues(&self, open: u64, lanes: u64) {
        for statement in [
            format!(
                "INSERT INTO inbox (source, external_key, lane, raw, attempts, received_at) \
                 SELECT 's', n::text, 'telegram:' || n % 14, 'words', 0, 1 \
                 FROM generate_series(1, {SETTLED}) AS n"
            ),
            format!(
                "INSERT INTO inbox (source, external_key, lane, open_lane, raw, attempts, received_at) \
                 SELECT 's', 'open ' || n, lane, lane, 'words', 0, 1 FROM generate_series(1, {open}) \
                 AS n, LATERAL (SELECT 'telegram:' || n % {lanes} AS lane) AS lanes"
            ),
            format!(
                "INSERT INTO outbox (channel, chat_key, lane, delivery, critical, state, attempts, \
                 not_before, message_key, created_at, settled_at) \
                 SELECT 'telegram', n % 14, 'telegram:' || n % 14, 'words', false, 'sent', 1, 1, n, 1, \
                 1 FROM generate_series(1, {SETTLED}) AS n"
            ),
            format!(
                "INSERT INTO outbox (channel, chat_key, lane, open_lane, delivery, critical, state, \
                 attempts, not_before, created_at, card_id) \
                 SELECT 'telegram', n % {lanes}, lane, lane, 'words', false, 'queued', 0, 1, 1, n % 50 \
                 FROM generate_series(1, {open}) AS n, \
                 LATERAL (SELECT 'telegram:' || n % {lanes} AS lane) AS lanes"
            ),
            "ANALYZE".to_owned(),
        ] {
            self.connection.execute_unprepared(&statement).await.unwrap();
        }
    }

    /// Fails when the statement reads more than the rows it needs.
    async fn expect_little<T>(&self, question: &str, answer: Result<T>) {
        assert!(answer.is_ok(), "{question} is answered");
        let heard: Vec<Statement> = self.heard.lock().unwrap().drain(..).collect();
        assert!(!heard.is_empty(), "no statement was sent");
        for statement in heard {
            let plan = self.plan(&statement).await;
            let read = rows_read(&plan[0]["Plan"]);
            assert!(read <= READ, "{question} has read {read} rows: {plan:#}");
        }
        self.heard.lock().unwrap().clear();
    }

    /// The plan of a statement without its bound values, as the desk has it planned.
    async fn plan(&self, statement: &Statement) -> Value {
        let values = statement.values.iter().flat_map(|values| &values.0);
        let values: Vec<_> =
            values.map(|value| PostgresQueryBuilder.value_to_string(value)).collect();
        let given =
            if values.is_empty() { String::new() } else { format!("({})", values.join(", ")) };
        let tx = self.connection.begin().await.unwrap();
        for words in [
            "SET LOCAL plan_cache_mode = force_generic_plan".to_owned(),
            format!("PREPARE asked AS {}", statement.sql),
        ] {
            tx.execute_unprepared(&words).await.unwrap();
        }
        let explain = format!("EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked{given}");
        let explain = Statement::from_string(DbBackend::Postgres, explain);
        let row = tx.query_one_raw(explain).await.unwrap().unwrap();
        let plan = row.try_get_by_index(0).unwrap();
        tx.execute_unprepared("DEALLOCATE asked").await.unwrap();
        tx.rollback().await.unwrap();
        plan
    }
}

/// How many rows of tables a plan's step and all steps below it read.
fn rows_read(step: &Value) -> f64 {
    let number = |name: &str| step[name].as_f64().unwrap_or_default();
    let looked_at = number("Actual Rows")
        + number("Rows Removed by Filter")
        + number("Rows Removed by Index Recheck");
    let here = if step["Relation Name"].is_string() { looked_at } else { 0.0 };
    let below = step["Plans"].as_array().into_iter().flatten().map(rows_read);
    here * number("Actual Loops") + below.sum::<f64>()
}

#[tokio::test]
async fn frequent_queries_on_postgres_read_no_settled_rows() {
    let Some(server) = postgres_url() else { return };
    for (open, lanes) in [(5_000, 2), (100, 100), (2, 1)] {
        let database = TestDatabase::postgres(&server).await;
        let recorder = Recorder::on(&database).await;
        recorder.fills_queues(open, lanes).await;
        recorder.heard.lock().unwrap().clear();
        let conn = &recorder.connection;
        let now = Timestamp(10);
        for held in [HashSet::new(), HashSet::from(["telegram:1".to_owned()])] {
            recorder.expect_little("unhandled updates", inbox::heads(conn, 100, &held).await).await;
            let channels = held.iter().map(|_| ChannelKind::Discord).collect();
            let strangers = held.iter().map(|_| ChannelKind::Telegram).collect();
            let shut = outbox::Shut { lanes: held.clone(), channels, strangers };
            for scope in [None, Some(ChannelKind::Telegram)] {
                let ready = outbox::ready(conn, scope, &shut, now, 64).await;
                recorder.expect_little("messages ready to send", ready).await;
                let next = outbox::next_instant(conn, scope, &held, now).await;
                recorder.expect_little("the next instant to send", next).await;
            }
        }
        let newer = outbox::has_newer_face(conn, "telegram:1", CardId(1), OutboxId(1)).await;
        recorder.expect_little("a newer edit of a card", newer).await;
        let answered = outbox::ticket_of_message(conn, ChannelKind::Telegram, "5", "5").await;
        recorder.expect_little("the ticket of a message", answered).await;
    }
}
