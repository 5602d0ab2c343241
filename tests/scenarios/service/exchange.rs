//! Inbox and outbox: a repeated update acts once, messages go out in order, and no row is lost.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use mesabot::{
    chat::outgoing::{Delivery, Outgoing},
    domain::{
        channel::ChannelKind,
        id::{CardId, OutboxId},
    },
    entity::outbox::{self as entity, DeliveryState},
    migrations::Migrator,
    service::{
        Result,
        database::Database,
        inbox::{self, NewIncoming},
        outbox::{self, NewDelivery, Outcome},
        people,
    },
};
use sea_orm::{ConnectionTrait, EntityTrait, Statement, TransactionTrait};
use sea_orm_migration::MigratorTrait;

use super::{Ground, START, on_every_engine};
use crate::support::engine::{Engine, direct, engines};

/// Long enough for a row to be written, if it did not have to wait.
const A_MOMENT: Duration = Duration::from_millis(300);

fn update(key: &str, lane: &str) -> NewIncoming {
    let source = "telegram:1".to_owned();
    let raw = "{}".to_owned();
    NewIncoming { source, external_key: key.to_owned(), lane: lane.to_owned(), raw }
}

async fn receives(ground: &Ground, batch: &[NewIncoming]) -> u64 {
    let stored: Result<u64> = ground
        .database
        .write(|tx| Box::pin(async move { inbox::receive(tx, batch, START).await }))
        .await;
    stored.unwrap()
}

#[tokio::test]
async fn g14_an_invalid_key_blocks_no_other_update() {
    on_every_engine(async |ground| {
        let long = "7".repeat(9_000);
        let batch = [update("7\0", "a"), update(&long, &long), update("8", "b\0")];
        assert_eq!(receives(ground, &batch).await, 3);
        assert_eq!(receives(ground, &batch).await, 0, "each is recognised");
        let heads = inbox::heads(ground.database.reader(), 10, &HashSet::new()).await.unwrap();
        assert_eq!(heads.len(), 3, "each is in a lane of its own");
    })
    .await;
}

#[tokio::test]
async fn g2_a_repeated_update_is_stored_and_settled_once() {
    on_every_engine(async |ground| {
        let batch = [update("7", "a"), update("9", "b"), update("7", "a")];
        assert_eq!(receives(ground, &batch).await, 2);
        // A platform may restart its ids: membership decides, not order.
        assert_eq!(receives(ground, &[update("9", "b"), update("3", "a")]).await, 1);
        let reader = ground.database.reader();
        let open = inbox::heads(reader, 10, &HashSet::new()).await.unwrap();
        let keys: Vec<_> = open.iter().map(|row| row.external_key.as_str()).collect();
        assert_eq!(keys, ["7", "9"], "the first of each chat, in order of arrival");
        let one = inbox::heads(reader, 1, &HashSet::new()).await.unwrap();
        assert_eq!(one, open[..1], "the oldest first");
        let held = inbox::heads(reader, 10, &HashSet::from(["a".to_owned()])).await.unwrap();
        assert_eq!(held, open[1..], "a waiting chat delays no other");
        let id = open[0].id;
        for first in [true, false] {
            let settled: Result<bool> = ground
                .database
                .write(|tx| Box::pin(async move { inbox::settle(tx, id, START).await }))
                .await;
            assert_eq!(settled.unwrap(), first);
        }
        assert_eq!(
            receives(ground, &[update("7", "a")]).await,
            0,
            "a settled update is recognised too"
        );
        let next = inbox::heads(reader, 10, &HashSet::new()).await.unwrap();
        let keys: Vec<_> = next.iter().map(|row| row.external_key.as_str()).collect();
        assert_eq!(keys, ["9", "3"], "the next of its chat");
    })
    .await;
}

fn delivery(chat: &str) -> NewDelivery {
    NewDelivery {
        channel: ChannelKind::Console,
        chat_key: chat.to_owned(),
        lane: outbox::lane(ChannelKind::Console, chat),
        delivery: "{}".to_owned(),
        card: None,
        ticket: None,
        person: None,
        critical: false,
        precedence: Default::default(),
        asked: false,
    }
}

async fn says(ground: &Ground, chat: &str) -> OutboxId {
    let new = &delivery(chat);
    let said: Result<_> = ground
        .database
        .write(|tx| Box::pin(async move { outbox::enqueue(tx, new.clone(), START).await }))
        .await;
    said.unwrap().id
}

async fn records(ground: &Ground, id: OutboxId, outcome: Outcome) {
    let outcome = &outcome;
    let recorded: Result<()> = ground
        .database
        .write(|tx| Box::pin(async move { outbox::record(tx, id, outcome.clone(), START).await }))
        .await;
    recorded.unwrap();
}

async fn claims(ground: &Ground, id: OutboxId) -> Vec<entity::Model> {
    let claimed: Result<Vec<entity::Model>> =
        ground.database.write(|tx| Box::pin(async move { outbox::claim(tx, &[id]).await })).await;
    claimed.unwrap()
}

async fn ready(ground: &Ground, busy: &[&str], after: i64) -> Vec<OutboxId> {
    let lanes = busy.iter().map(|chat| outbox::lane(ChannelKind::Console, chat)).collect();
    let shut = outbox::Shut { lanes, ..Default::default() };
    let rows = outbox::ready(ground.database.reader(), None, &shut, START.plus(after), 10).await;
    rows.unwrap().iter().map(|row| row.id).collect()
}

#[tokio::test]
async fn g7_each_chat_reads_in_order_and_delays_no_other() {
    on_every_engine(async |ground| {
        let first = says(ground, "a").await;
        let second = says(ground, "a").await;
        let other = says(ground, "b").await;
        assert_eq!(ready(ground, &[], 0).await, [first, other]);
        assert_eq!(ready(ground, &["a"], 0).await, [other]);
        let later = Outcome::Again(START.plus(1_000), "told to wait".into());
        claims(ground, first).await;
        records(ground, first, later).await;
        assert_eq!(ready(ground, &[], 999).await, [other], "the second waits behind the first");
        let next =
            outbox::next_instant(ground.database.reader(), None, &HashSet::new(), START).await;
        assert_eq!(next.unwrap(), Some(START.plus(1_000)));
        assert_eq!(ready(ground, &[], 1_000).await, [first, other]);
        records(ground, first, Outcome::Failed("blocked".into())).await;
        records(ground, other, Outcome::Sent(Some("12".into()))).await;
        assert_eq!(ready(ground, &[], 0).await, [second], "a failure unblocks its chat");
        records(ground, second, Outcome::Unknown("no answer".into())).await;
        assert!(ready(ground, &[], 0).await.is_empty());
        let rows = mesabot::entity::outbox::Entity::find().all(ground.database.reader()).await;
        let states: Vec<_> = rows.unwrap().into_iter().map(|row| (row.id, row.state)).collect();
        assert!(states.contains(&(first, DeliveryState::Failed)), "failures stay visible");
        assert!(
            states.contains(&(second, DeliveryState::Unknown)),
            "doubtful outcomes stay visible"
        );
    })
    .await;
}

#[tokio::test]
async fn g7_concurrent_writes_to_one_chat_become_visible_in_order() {
    on_every_engine(async |ground| {
        let here = &*ground;
        // The first has its number and is not committed; the second must wait for it.
        let written: Result<bool> = here
            .database
            .write(|tx| {
                Box::pin(async move {
                    outbox::enqueue(tx, delivery("a"), START).await?;
                    Ok(tokio::time::timeout(A_MOMENT, says(here, "a")).await.is_err())
                })
            })
            .await;
        assert!(written.unwrap(), "the second was written while the first was not");
        says(here, "a").await;
    })
    .await;
}

#[tokio::test]
async fn of_two_writers_in_opposite_order_one_gives_way() {
    for kept in engines().await.into_iter().filter(|kept| kept.engine == Engine::Postgres) {
        let database = Database::open(&kept.url).await.unwrap();
        database.migrate::<Migrator>().await.unwrap();
        database.close().await;
        let one = direct(&kept.url).await.unwrap();
        let other = direct(&kept.url).await.unwrap();
        let one = one.begin().await.unwrap();
        let other = other.begin().await.unwrap();
        outbox::enqueue(&one, delivery("a"), START).await.unwrap();
        outbox::enqueue(&other, delivery("b"), START).await.unwrap();
        let crossed = tokio::join!(
            outbox::enqueue(&one, delivery("b"), START),
            outbox::enqueue(&other, delivery("a"), START),
        );
        // The keys decide which writer waits. It gives way by its lock timeout, which frees its locks, and
        // not by the server's deadlock detection.
        let gave_way: Vec<String> = [crossed.0, crossed.1]
            .into_iter()
            .filter_map(Result::err)
            .map(|why| why.to_string())
            .collect();
        assert!(!gave_way.is_empty(), "two writers hold a lane at once");
        assert!(gave_way.iter().all(|why| why.contains("lock timeout")), "{gave_way:?}");
    }
}

#[tokio::test]
async fn a_writer_that_gave_way_retries_and_loses_nothing() {
    on_every_engine(async |ground| {
        let here = &*ground;
        let met = &tokio::sync::Barrier::new(2);
        let crossing = async |chats: [&'static str; 2]| {
            let first_try = &AtomicBool::new(here._kept.engine == Engine::Postgres);
            let said: Result<()> = here
                .database
                .write(|tx| {
                    Box::pin(async move {
                        outbox::enqueue(tx, delivery(chats[0]), START).await?;
                        if first_try.swap(false, Ordering::Relaxed) {
                            met.wait().await;
                        }
                        outbox::enqueue(tx, delivery(chats[1]), START).await.map(drop)
                    })
                })
                .await;
            said.unwrap();
        };
        tokio::join!(crossing(["a", "b"]), crossing(["b", "a"]));
        for chat in ["a", "b"] {
            let lane = outbox::lane(ChannelKind::Console, chat);
            let waiting = outbox::waiting_in(here.database.reader(), &lane).await.unwrap();
            assert_eq!(waiting.len(), 2, "each writer enqueued one message in {chat}");
        }
    })
    .await;
}

#[tokio::test]
async fn g5_a_row_superseded_since_it_was_read_is_not_sent() {
    on_every_engine(async |ground| {
        let id = says(ground, "a").await;
        assert_eq!(ready(ground, &[], 0).await, [id]);
        let superseded: Result<()> = ground
            .database
            .write(|tx| Box::pin(async move { outbox::supersede(tx, &[id], START).await }))
            .await;
        superseded.unwrap();
        assert_eq!(claims(ground, id).await, []);
        let row = outbox::find(ground.database.reader(), id).await.unwrap().unwrap();
        assert_eq!((row.state, row.attempts), (DeliveryState::Superseded, 0));
    })
    .await;
}

#[tokio::test]
async fn g7_a_row_whose_chat_moved_since_it_was_read_goes_to_the_new_chat() {
    on_every_engine(async |ground| {
        let id = says(ground, "a").await;
        assert_eq!(ready(ground, &[], 0).await, [id]);
        let moved: Result<()> = ground
            .database
            .write(|tx| {
                Box::pin(async move { people::move_chat(tx, ChannelKind::Console, "a", "b").await })
            })
            .await;
        moved.unwrap();
        let claimed = claims(ground, id).await;
        assert_eq!(claimed.iter().map(|row| row.chat_key.as_str()).collect::<Vec<_>>(), ["b"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_in_delivery_at_a_crash_is_found_again() {
    on_every_engine(async |ground| {
        let id = says(ground, "a").await;
        claims(ground, id).await;
        let rows = outbox::interrupted(ground.database.reader(), None).await.unwrap();
        assert_eq!((rows.len(), rows[0].id, rows[0].attempts), (1, id, 1));
    })
    .await;
}

#[tokio::test]
async fn waiting_edits_from_before_an_upgrade_can_be_superseded() {
    for test in engines().await {
        Database::open(&test.url).await.unwrap().close().await;
        let connection = direct(&test.url).await.unwrap();
        let steps = Migrator::migrations();
        let before = steps.iter().position(|step| step.name() == "m0019_backlog").unwrap();
        Migrator::up(&connection, u32::try_from(before).ok()).await.unwrap();
        let edit = Delivery::Edit { message: Outgoing::default(), card: CardId(7) };
        let edit = serde_json::to_string(&edit).unwrap();
        let insert = "INSERT INTO outbox (channel, chat_key, lane, open_lane, delivery, critical, \
                      state, attempts, not_before, created_at) \
                      VALUES ('telegram', '1', 'telegram:1', 'telegram:1', $1, FALSE, 'queued', 0, 1, 1)";
        let backend = connection.get_database_backend();
        let insert = Statement::from_sql_and_values(backend, insert, [edit.into()]);
        connection.execute_raw(insert).await.unwrap();
        Migrator::up(&connection, None).await.unwrap();
        for (lane, card, waits) in
            [("telegram:1", 7, true), ("telegram:1", 8, false), ("telegram:2", 7, false)]
        {
            let newer = outbox::has_newer_face(&connection, lane, CardId(card), OutboxId(0));
            assert_eq!(newer.await.unwrap(), waits, "{lane} {card}");
        }
        connection.close().await.unwrap();
    }
}
