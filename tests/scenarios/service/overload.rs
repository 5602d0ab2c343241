//! A flood of messages from one person: no other person waits for it, and the sender is told once.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use mesabot::{
    app::{App, DeliverySettings, Workers},
    channel::{Channel, console::Console},
    chat::{
        Desk,
        incoming::{Chat, ChatKind, Incoming, Input, Sender},
        outgoing::Delivery,
    },
    clock::HandClock,
    domain::{
        channel::ChannelKind,
        locale::Locale,
        person::Access,
        time::{HOUR, MINUTE},
    },
    entity::{inbox as inbox_entity, outbox as entity},
    service::{
        Result,
        inbox::{self, NewIncoming},
    },
    worker::{
        admission::{Admission, Allowance, Budget},
        delivery::Patience,
        handler::{Pass, Receive},
    },
};
use sea_orm::{EntityTrait, QueryOrder};
use tokio::sync::{mpsc, watch};

use super::START;
use crate::support::{
    desk::{DEADLINE, NO_LIMITS, uspec},
    engine::migrated_engines,
};

/// A person's message, or an event of the network when the text is empty. A message in a group has
/// `group:` before its sender.
fn read(row: &inbox_entity::Model) -> Incoming {
    let (kind, who) = match row.raw.strip_prefix("group:") {
        Some(who) => (ChatKind::Group, who),
        None => (ChatKind::Private, row.raw.as_str()),
    };
    let (who, words) = who.split_once(' ').unwrap();
    let input = match words {
        "" => Input::Unblocked,
        words => Input::Text(words.to_owned()),
    };
    Incoming {
        channel: ChannelKind::Console,
        chat: Chat { key: row.lane.clone(), kind },
        sender: Sender { key: who.to_owned(), name: who.to_owned(), language: None },
        input,
        reply_to: None,
        server: None,
        token: None,
    }
}

fn update(key: usize, lane: &str, raw: &str) -> NewIncoming {
    NewIncoming {
        source: "console".into(),
        external_key: format!("{lane}-{key}"),
        lane: lane.into(),
        raw: raw.into(),
    }
}

async fn receives(app: &App, batch: &[NewIncoming], after: i64) {
    for part in batch.chunks(500) {
        let stored: Result<u64> = app
            .database
            .write(|tx| Box::pin(async move { inbox::receive(tx, part, START.plus(after)).await }))
            .await;
        assert_eq!(stored.unwrap(), part.len() as u64);
    }
}

fn workers(app: &App, receive: Receive) -> Workers {
    let channel: Arc<dyn Channel> = Arc::new(Console::default());
    let channels = HashMap::from([(ChannelKind::Console, channel)]);
    app.workers(
        channels,
        receive,
        DeliverySettings { limits: NO_LIMITS, patience: Patience::default() },
    )
}

async fn on_every_desk(story: impl AsyncFn(&App)) {
    for kept in migrated_engines().await {
        let procedure = Arc::new(uspec());
        let desk = Desk { procedure, access: Access::Open, locale: Locale::Es, server: None };
        let clock = Arc::new(HandClock::new(START));
        let app = App::open(&kept.url, desk, clock).await.unwrap();
        story(&app).await;
        app.database.close().await;
    }
}

#[tokio::test]
async fn g14_a_flood_of_ten_thousand_messages_delays_no_other_person() {
    on_every_desk(async |app| {
        let flood: Vec<_> = (0..10_000).map(|n| update(n, "flood", "luis hola")).collect();
        receives(app, &flood, 0).await;
        receives(app, &[update(0, "calm", "marta hola")], 1).await;
        let (takes, mut taken) = mpsc::unbounded_channel();
        let receive = Box::new(move |row: &inbox_entity::Model| {
            takes.send(row.lane.clone()).expect("the test holds the receiver");
            Ok(Some(read(row)))
        });
        let handler = workers(app, receive).handler;
        let mut before = Vec::new();
        let looking = async {
            while let Some(lane) = taken.recv().await {
                before.push(lane);
                if before.last().is_some_and(|lane| lane == "calm") {
                    // The next message is taken after this one is handled.
                    taken.recv().await;
                    return;
                }
            }
        };
        let racing = async {
            tokio::select! {
                () = looking => {}
                passed = handler.pass() => panic!("the flood was handled first: {passed:?}"),
            }
        };
        tokio::time::timeout(DEADLINE, racing).await.expect("the calm message is handled soon");
        assert_eq!(before, ["flood", "calm"], "one of each lane, by turns");
        let calm = inbox_entity::Entity::find().order_by_desc(inbox_entity::Column::Id);
        let calm = calm.one(app.database.reader()).await.unwrap().unwrap();
        assert_eq!(
            (calm.lane.as_str(), calm.open_lane),
            ("calm", None),
            "the calm message is handled"
        );
    })
    .await;
}

#[tokio::test]
async fn updates_not_begun_at_a_stop_wait_for_the_next_start() {
    on_every_desk(async |app| {
        let crowd: Vec<_> = (0..50).map(|n| update(n, &format!("chat {n}"), "luis hola")).collect();
        receives(app, &crowd, 0).await;
        let open = async || {
            let heads = inbox::heads(app.database.reader(), 100, &Default::default()).await;
            heads.unwrap().len()
        };
        let (stop, stopping) = watch::channel(false);
        let receive = Box::new(move |row: &inbox_entity::Model| {
            stop.send_replace(true);
            Ok(Some(read(row)))
        });
        let handler = workers(app, receive).handler;
        tokio::time::timeout(DEADLINE, handler.run(stopping)).await.expect("the handler stops");
        let left = open().await;
        let begun = 50 - left;
        assert!((1..=app.database.writes_at_once()).contains(&begun), "{begun} were begun");
        let next = workers(app, Box::new(|row| Ok(Some(read(row)))));
        assert_eq!(next.handler.pass().await.unwrap(), Pass::Idle);
        assert_eq!(open().await, 0, "no update is left");
    })
    .await;
}

#[tokio::test]
async fn g14_a_failed_update_is_retried_while_others_are_handled() {
    on_every_desk(async |app| {
        receives(app, &[update(0, "bad", "marta hola")], 0).await;
        let flood: Vec<_> = (0..5_000).map(|n| update(n, "flood", "luis hola")).collect();
        receives(app, &flood, 1).await;
        let (stop, stopping) = watch::channel(false);
        let read_before = AtomicUsize::new(0);
        let receive = Box::new(move |row: &inbox_entity::Model| {
            if row.lane != "bad" {
                return Ok(Some(read(row)));
            }
            // The row is read by each attempt, and by the code that records a failure.
            if read_before.fetch_add(1, Ordering::Relaxed) == 2 {
                stop.send_replace(true);
            }
            Err("unreadable".to_owned())
        });
        let handler = workers(app, receive).handler;
        tokio::time::timeout(DEADLINE, handler.run(stopping))
            .await
            .expect("the failed update is retried");
        let open = inbox::heads(app.database.reader(), 10, &Default::default()).await.unwrap();
        let open: Vec<_> = open.iter().map(|row| (row.lane.as_str(), row.attempts)).collect();
        assert_eq!(open, [("bad", 2), ("flood", 0)], "two attempts before the end of the flood");
    })
    .await;
}

/// How often a chat was told of too many messages, and how often anything else.
async fn said(app: &App, chat: &str) -> (usize, usize) {
    let rows = entity::Entity::find().all(app.database.reader()).await.unwrap();
    let texts =
        rows.iter().filter(|row| row.chat_key == chat).filter_map(
            |row| match serde_json::from_str(&row.delivery).unwrap() {
                Delivery::Send { message, .. } => Some(message.text.to_plain()),
                _ => None,
            },
        );
    let (much, rest): (Vec<_>, Vec<_>) =
        texts.partition(|text| text.starts_with("Me llegaron demasiados mensajes"));
    (much.len(), rest.len())
}

#[tokio::test]
async fn g14_a_flooding_sender_is_told_once_and_skipped_until_calm() {
    on_every_desk(async |app| {
        let mut desk = workers(app, Box::new(|row| Ok(Some(read(row)))));
        desk.handler.admission = Admission::new(Budget {
            person: Allowance { at_once: 5, per_minute: 6 },
            chat: Allowance { at_once: 12, per_minute: 12 },
        });
        let handles = async || {
            assert_eq!(desk.handler.pass().await.unwrap(), Pass::Idle);
            let reader = app.database.reader();
            let none = inbox::heads(reader, 10, &Default::default()).await.unwrap();
            assert!(none.is_empty(), "skipped messages are settled");
        };
        let ayuda = |many: std::ops::Range<usize>, raw: &str, lane: &str| -> Vec<NewIncoming> {
            many.map(|n| update(n, lane, raw)).collect()
        };
        receives(app, &ayuda(0..20, "luis /ayuda", "luis"), 0).await;
        receives(app, &ayuda(0..1, "marta /ayuda", "marta"), 0).await;
        handles().await;
        let (once, handled) = said(app, "luis").await;
        assert_eq!(once, 1, "once");
        let (none, each) = said(app, "marta").await;
        assert_eq!(
            (none, handled),
            (0, 5 * each),
            "five messages were answered, and no other chat"
        );

        // One more message per tenth of a minute is handled, and the rest is skipped silently.
        receives(app, &ayuda(20..25, "luis /ayuda", "luis"), MINUTE / 6).await;
        handles().await;
        assert_eq!(said(app, "luis").await, (1, 6 * each));
        // An event of the network does not count against the person.
        receives(app, &[update(90, "luis", "luis ")], MINUTE / 6).await;
        handles().await;

        // After an hour the budget is full again, and a new flood is reported again.
        receives(app, &ayuda(25..40, "luis /ayuda", "luis"), HOUR).await;
        handles().await;
        assert_eq!(said(app, "luis").await, (2, 11 * each));

        // In a group each person is within their budget, but the group is not: the group is told.
        for (n, who) in ["a", "b", "c", "d"].iter().enumerate() {
            let raw = format!("group:{who} /ayuda");
            receives(app, &ayuda(5 * n..5 * n + 4, &raw, "all"), 2 * HOUR).await;
        }
        handles().await;
        assert_eq!(said(app, "all").await.0, 1);
        // A person who floods a group is told in private.
        receives(app, &ayuda(50..60, "group:luis /ayuda", "team"), 3 * HOUR).await;
        handles().await;
        assert_eq!(said(app, "team").await.0, 0);
        assert_eq!(said(app, "luis").await.0, 3);
    })
    .await;
}
