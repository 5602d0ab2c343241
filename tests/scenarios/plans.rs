//! The queries of the running desk use an index on SQLite, however long the history is. The test
//! captures the exact statements that the service sends to the driver.

mod server;

use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
};

use mesabot::{
    domain::{
        channel::ChannelKind,
        id::{CardId, InboxId, OutboxId, PersonId, TicketId},
        time::Timestamp,
    },
    migrations::Migrator,
    service::{
        Result, cards,
        database::Database,
        files,
        inbox::{self, quarantined},
        outbox::{self, dead_letters, recent},
        people, report,
        retention::{self, InboxCutoffs},
        threads,
        ticket::{
            child, close,
            find::{self, Cursor},
            visit, warn,
        },
    },
};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, TransactionTrait};

use crate::support::{
    desk::uspec,
    engine::{TestDatabase, direct},
};

/// A connection that records its statements.
struct Recorder {
    connection: DatabaseConnection,
    heard: Arc<Mutex<Vec<Statement>>>,
}

impl Recorder {
    async fn on(database: &TestDatabase) -> Self {
        let opened = Database::open(&database.url).await.unwrap();
        opened.migrate::<Migrator>().await.unwrap();
        opened.close().await;
        let mut connection = direct(&database.url).await.unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let recorder = Arc::clone(&heard);
        connection.set_metric_callback(move |info| {
            recorder.lock().unwrap().push(info.statement.clone());
        });
        Self { connection, heard }
    }

    /// The engine's plans of the statements since the last call, a line per step.
    async fn plans(&self) -> Vec<String> {
        let heard: Vec<Statement> = self.heard.lock().unwrap().drain(..).collect();
        assert!(!heard.is_empty(), "no statement was sent");
        let mut plans = Vec::new();
        for mut statement in heard {
            // Without the bound values: the engine plans without knowing them.
            statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
            for row in self.connection.query_all_raw(statement).await.unwrap() {
                plans.push(row.try_get::<String>("", "detail").unwrap());
            }
        }
        self.heard.lock().unwrap().clear();
        plans
    }

    /// Fails when the statement does not use this index.
    async fn expect_index<T>(&self, question: &str, index: &str, answer: Result<T>) {
        self.expect_along(question, &format!("INDEX {index} "), answer).await;
    }

    /// Fails when the statement's plan does not contain this text.
    async fn expect_along<T>(&self, question: &str, along: &str, answer: Result<T>) {
        assert!(answer.is_ok(), "{question} is answered");
        let plans = self.plans().await;
        let found = plans.iter().any(|step| step.starts_with("SEARCH ") && step.contains(along));
        assert!(found, "{question}: {plans:#?}");
        plans.iter().for_each(|step| expect_no_walk(question, step));
    }

    /// Fails when the statement scans a growing table.
    async fn expect_indexed<T>(&self, question: &str, answer: Result<T>) {
        assert!(answer.is_ok(), "{question} is answered");
        self.plans().await.iter().for_each(|step| expect_no_walk(question, step));
    }
}

/// The growing tables, and their aliases in the service's statements.
const GROWING: &[&str] = &[
    "ticket",
    "ticket_event",
    "ticket_reader",
    "inbox",
    "outbox",
    "card",
    "account",
    "thread",
    "attachment",
    "stored_file",
    "visit",
    "equipment",
    "conversation",
    "invitation",
    "link_code",
    "link_try",
    "newer",
    "other",
    "head",
    "last",
];

fn expect_no_walk(question: &str, step: &str) {
    let walks = GROWING.iter().any(|table| {
        step.strip_prefix("SCAN ").is_some_and(|rest| rest.split(' ').next() == Some(table))
    });
    assert!(!walks, "{question}: {step}");
}

#[tokio::test]
async fn frequent_queries_use_an_index() {
    let database = TestDatabase::sqlite();
    let recorder = Recorder::on(&database).await;
    let conn = &recorder.connection;
    let person = PersonId(1);
    let ticket = TicketId(1);
    let now = Timestamp(1);
    let groups = ["soporte".to_owned(), "impresion".to_owned()];
    let held = HashSet::from(["telegram:1".to_owned()]);

    for after in [None, Some(Cursor { rank: 7, id: ticket })] {
        recorder.expect_indexed("the queue", find::queue(conn, &groups, after, 10).await).await;
        let assigned = find::assigned(conn, person, after, 10).await;
        recorder.expect_indexed("a technician's tickets", assigned).await;
        recorder
            .expect_indexed("a requester's tickets", find::mine(conn, person, after, 10).await)
            .await;
    }
    recorder.expect_indexed("tickets to close", close::due(conn, now, 100).await).await;
    recorder.expect_indexed("due warnings", warn::due(conn, now, 100).await).await;
    let before = find::before(conn, "soporte", Cursor { rank: 7, id: ticket }).await;
    recorder.expect_indexed("the place in a queue", before).await;
    recorder.expect_indexed("due visit notices", visit::due(conn, now, 100).await).await;
    let taken = visit::taken(conn, person, ticket, now).await;
    recorder.expect_indexed("a technician's other visits", taken).await;
    recorder.expect_indexed("equipment that is away", find::away(conn, ticket).await).await;
    let next = close::next_due(conn, now, Timestamp(2)).await;
    recorder.expect_indexed("the next due instant", next).await;
    recorder.expect_indexed("the history", find::history(conn, ticket).await).await;
    recorder.expect_indexed("the related cases", child::of(conn, ticket).await).await;
    recorder.expect_indexed("the cards of a ticket", cards::of_ticket(conn, ticket).await).await;
    for held in [&held, &HashSet::new()] {
        recorder.expect_indexed("unhandled updates", inbox::heads(conn, 100, held).await).await;
        let channels = held.iter().map(|_| ChannelKind::Telegram).collect();
        let strangers = held.iter().map(|_| ChannelKind::Telegram).collect();
        let shut = outbox::Shut { lanes: held.clone(), channels, strangers };
        for scope in [None, Some(ChannelKind::Telegram)] {
            let ready = outbox::ready(conn, scope, &shut, now, 64).await;
            recorder
                .expect_along("messages ready to send", "outbox USING INTEGER PRIMARY KEY", ready)
                .await;
            let next = outbox::next_instant(conn, scope, held, now).await;
            recorder.expect_index("the next instant to send", "outbox_later", next).await;
        }
    }
    for scope in [None, Some(ChannelKind::Telegram)] {
        recorder
            .expect_indexed("interrupted deliveries", outbox::interrupted(conn, scope).await)
            .await;
    }
    let newer = outbox::has_newer_face(conn, "telegram:1", CardId(1), OutboxId(1)).await;
    recorder.expect_index("a newer edit of a card", "outbox_face", newer).await;
    recorder
        .expect_indexed("waiting messages of a lane", outbox::waiting_in(conn, "telegram:1").await)
        .await;
    for scope in [None, Some(ChannelKind::Telegram)] {
        let sent = recent::sent_since(conn, scope, now).await;
        recorder.expect_index("recently sent messages", "outbox_settled", sent).await;
    }
    let answered = recent::answered_stranger(conn, ChannelKind::Telegram, "5", now).await;
    recorder.expect_index("recent answers to a stranger", "outbox_stranger", answered).await;
    let channel = ChannelKind::Telegram;
    let answered = outbox::ticket_of_message(conn, channel, "5", "9").await;
    recorder.expect_indexed("the ticket of a message", answered).await;
    recorder
        .expect_indexed("the account of a key", people::find_account(conn, channel, "5").await)
        .await;
    recorder.expect_indexed("a person's addresses", people::addresses(conn, person).await).await;
    recorder
        .expect_indexed("a person's accounts", people::linking::accounts(conn, person).await)
        .await;
    let month = Timestamp(1)..Timestamp(2);
    let rules = uspec();
    for index in [
        "ticket_created",
        "ticket_owned",
        "ticket_closed",
        "ticket_event_accepted",
        "ticket_event_solved",
        "ticket_event_reopened",
    ] {
        let listed = report::Cases::of(conn, &rules, month.clone()).await;
        recorder.expect_index("the tickets of a month's workbook", index, listed).await;
    }
    let counted = report::figures(conn, &rules, &month).await;
    recorder.expect_indexed("a month's figures", counted).await;
    let threads = threads::of_ticket(conn, ticket).await;
    recorder.expect_indexed("the threads of a ticket", threads).await;
    let channel = ChannelKind::Discord;
    let chat = "#5";
    recorder
        .expect_indexed("the thread of a key", threads::of_chat(conn, channel, chat).await)
        .await;
    for over in [false, true] {
        let standing = threads::standing(conn, channel, over).await;
        recorder.expect_indexed("open threads", standing).await;
    }
    recorder.expect_indexed("due files", files::due(conn, now, &[], 16).await).await;
    recorder.expect_indexed("the next due file", files::next_due(conn, &[]).await).await;
    recorder.expect_indexed("the files of a ticket", files::of_ticket(conn, ticket).await).await;
    recorder.expect_indexed("the number of files", files::count(conn, ticket).await).await;
    for before in [None, Some(InboxId(7))] {
        let aside = quarantined::list(conn, before, 50).await;
        recorder.expect_index("quarantined updates", "inbox_aside", aside).await;
    }
    for before in [None, Some(OutboxId(7))] {
        let dead = dead_letters::list(conn, before, 50).await;
        recorder.expect_index("failed deliveries", "outbox_dead", dead).await;
    }
    recorder.expect_indexed("the ticket of a chat", people::reader(conn, channel, "5").await).await;
}

/// An old row of each kind.
const OLD: [&str; 9] = [
    "INSERT INTO inbox (id, source, external_key, lane, raw, attempts, received_at) \
        VALUES (1, 's', 'm:1', 'a', 'words', 0, 1), (2, 's', 'm:2', 'a', 'words', 0, 1)",
    "INSERT INTO outbox (id, channel, chat_key, lane, delivery, critical, state, attempts, \
        not_before, message_key, created_at, settled_at) \
        VALUES (1, 'console', 'a', 'a', 'words', 0, 'sent', 1, 1, '7', 1, 1)",
    "INSERT INTO person (id, name, role, locale, created_at) VALUES (1, 'P', 'requester', 'es', 1)",
    "INSERT INTO account (id, channel, external_key, person_id, created_at) \
        VALUES (1, 'console', 'p', 1, 1)",
    "INSERT INTO conversation (account_id, serial, dialogues, updated_at) VALUES (1, 1, '[1]', 1)",
    "INSERT INTO invitation (digest, groups, uses_left, expires_at, created_at) \
        VALUES ('d', '', 1, 1, 1)",
    "INSERT INTO link_code (person_id, account_id, digest, expires_at) VALUES (1, 1, 'd', 1)",
    "INSERT INTO link_try (channel, external_key, at) VALUES ('console', 'p', 1)",
    "INSERT INTO card (ticket_id, view, channel, chat_key, locale) \
        VALUES (1, 'requester', 'console', 'a', 'es')",
];

#[tokio::test]
async fn retention_finds_old_rows_by_an_index() {
    let database = TestDatabase::sqlite();
    let recorder = Recorder::on(&database).await;
    let conn = &recorder.connection;
    for old in OLD {
        conn.execute_unprepared(old).await.unwrap();
    }
    let now = Timestamp(10);
    // Runs the statements in a transaction that is rolled back, and checks their plans.
    macro_rules! forgets {
        ($what:expr, $index:expr, |$tx:ident| $work:expr) => {{
            recorder.heard.lock().unwrap().clear();
            let transaction = conn.begin().await.unwrap();
            let $tx = &transaction;
            let done = $work.await;
            transaction.rollback().await.unwrap();
            recorder.expect_index($what, $index, done).await;
        }};
    }
    for after in [None, Some((Timestamp(0), InboxId(0)))] {
        forgets!("handled updates", "inbox_received", |tx| retention::inbox(
            tx,
            InboxCutoffs { handled: now, quarantined: now },
            after,
            |_| Some(String::new())
        ));
    }
    forgets!("sent messages", "outbox_settled", |tx| retention::outbox(tx, now));
    forgets!("conversations", "conversation_idle", |tx| retention::conversations(tx, now));
    for index in ["invitation_expiry", "link_code_expiry", "link_try_at"] {
        forgets!("codes", index, |tx| retention::codes(tx, now));
    }
    for after in [None, Some((TicketId(0), CardId(0)))] {
        forgets!("cards", "card_gone", |tx| retention::cards(tx, now, after));
    }
}

#[tokio::test]
async fn a_full_table_scan_is_noticed() {
    let database = TestDatabase::sqlite();
    let recorder = Recorder::on(&database).await;
    let unhelped = "SELECT id FROM ticket WHERE place = 'Sede principal'";
    let asked = Statement::from_string(DbBackend::Sqlite, unhelped);
    recorder.connection.query_all_raw(asked).await.unwrap();
    assert_eq!(recorder.plans().await, ["SCAN ticket"]);
}

#[tokio::test]
async fn a_statement_is_planned_once_for_all_bound_values() {
    let database = TestDatabase::sqlite();
    let recorder = Recorder::on(&database).await;
    let options = Statement::from_string(DbBackend::Sqlite, "PRAGMA compile_options");
    let options = recorder.connection.query_all_raw(options).await.unwrap();
    let options: Vec<String> =
        options.iter().map(|option| option.try_get_by_index(0).unwrap()).collect();
    assert!(
        options.iter().any(|option| option == "ENABLE_QPSG"),
        ".cargo/config.toml was not read: {options:?}"
    );
}
