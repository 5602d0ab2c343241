//! Dead letters are listed, sent or handled again, or dropped: by hand, beside a running desk.

use std::{collections::HashMap, process::Command, sync::Arc, time::Duration};

use mesabot::{
    app::{App, DeliverySettings},
    channel::{Channel, Envelope, MenuEntry, SendError},
    chat::{
        Desk,
        outgoing::{Delivery, Outgoing, RichText},
        retry::{Retried, retry},
    },
    clock::HandClock,
    domain::{
        channel::ChannelKind,
        id::{InboxId, OutboxId},
        locale::Locale,
        person::{Access, Role},
        time::Timestamp,
    },
    entity::{
        card::CardView,
        inbox as inbox_entity,
        outbox::{self as entity, DeliveryState},
    },
    service::{
        Result, cards,
        inbox::{self, NewIncoming, Quarantine, quarantined},
        outbox::{self, NewDelivery, Outcome, dead_letters},
        people::Address,
    },
    worker::{delivery::Patience, leases::Tenure},
};
use sea_orm::EntityTrait;
use tokio::sync::{mpsc, watch};

use super::{Ground, START, on_every_engine};
use crate::support::{
    desk::{DEADLINE, NO_LIMITS, uspec},
    engine::migrated_engines,
};

/// Runs an expression in one transaction.
macro_rules! writes {
    ($database:expr, |$tx:ident| $work:expr) => {
        $database.write(|$tx| Box::pin(async move { $work.await })).await
    };
}

fn words(text: &str) -> Outgoing {
    Outgoing { text: RichText::plain(text), ..Default::default() }
}

fn says(text: &str) -> Delivery {
    Delivery::Send { message: words(text), card: None, via: None }
}

fn letter(chat: &str, delivery: &Delivery) -> NewDelivery {
    NewDelivery {
        channel: ChannelKind::Console,
        chat_key: chat.to_owned(),
        lane: outbox::lane(ChannelKind::Console, chat),
        delivery: serde_json::to_string(delivery).unwrap(),
        card: delivery.redraws(),
        ticket: None,
        person: None,
        critical: true,
        precedence: Default::default(),
        asked: false,
    }
}

async fn enqueues(ground: &Ground, new: NewDelivery) -> OutboxId {
    let new = &new;
    let said: Result<entity::Model> =
        writes!(ground.database, |tx| outbox::enqueue(tx, new.clone(), START));
    said.unwrap().id
}

async fn ends(ground: &Ground, id: OutboxId, outcome: Outcome) {
    let outcome = &outcome;
    let ended: Result<()> =
        writes!(ground.database, |tx| outbox::record(tx, id, outcome.clone(), START));
    ended.unwrap();
}

async fn row(ground: &Ground, id: OutboxId) -> entity::Model {
    let found = entity::Entity::find_by_id(id).one(ground.database.reader()).await;
    found.unwrap().expect("the row is there")
}

async fn retries(ground: &Ground, id: OutboxId, now: Timestamp) -> Retried {
    let retried: Result<Retried> = writes!(ground.database, |tx| retry(tx, id, now));
    retried.unwrap()
}

async fn listed(ground: &Ground, before: Option<OutboxId>, limit: u64) -> Vec<OutboxId> {
    let letters = dead_letters::list(ground.database.reader(), before, limit).await.unwrap();
    letters.iter().map(|letter| letter.id).collect()
}

#[tokio::test]
async fn g5_a_dead_letter_is_sent_again_behind_its_chats_waiting_messages() {
    on_every_engine(async |ground| {
        let requester = ground.enrols("Marta", Role::Requester, &[]).await;
        let ticket = ground.opens(&requester, "plataforma").await.unwrap().ticket;
        let about = NewDelivery { ticket: Some(ticket.id), ..letter("a", &says("uno")) };
        let failed = enqueues(ground, about).await;
        let doubtful = enqueues(ground, letter("a", &says("dos"))).await;
        let sent = enqueues(ground, letter("a", &says("tres"))).await;
        ends(ground, failed, Outcome::Failed("the chat is closed".into())).await;
        ends(ground, doubtful, Outcome::Unknown("no answer".into())).await;
        ends(ground, sent, Outcome::Sent(Some("9".into()))).await;
        let waiting = enqueues(ground, letter("a", &says("cuatro"))).await;

        let letters = dead_letters::list(ground.database.reader(), None, 10).await.unwrap();
        let shown: Vec<_> = letters.iter().map(|l| (l.id, l.ticket, l.why.as_str())).collect();
        let expected =
            [(doubtful, None, "no answer"), (failed, Some(ticket.number), "the chat is closed")];
        assert_eq!(shown, expected, "delivered and waiting messages are not listed");
        assert_eq!(listed(ground, None, 1).await, [doubtful]);
        assert_eq!(listed(ground, Some(doubtful), 1).await, [failed], "the next page");
        assert!(listed(ground, Some(failed), 1).await.is_empty());

        let later = START.plus(90_000_000);
        let Retried::As(again) = retries(ground, failed, later).await else {
            panic!("the retry enqueues a message")
        };
        let old = row(ground, failed).await;
        let new = row(ground, again).await;
        assert_eq!((old.state, old.open_lane), (DeliveryState::Superseded, None));
        assert_eq!(old.failure.as_deref(), Some("said again: the chat is closed"));
        assert!(again > waiting, "behind the messages that wait already (G7)");
        assert_eq!((new.created_at, new.attempts), (later, 0), "the new row has its own age");
        assert_eq!(
            (&new.delivery, new.ticket_id, new.critical),
            (&old.delivery, old.ticket_id, true)
        );
        let head =
            outbox::ready(ground.database.reader(), None, &Default::default(), later, 10).await;
        assert_eq!(head.unwrap()[0].id, waiting);

        for missing in [failed, sent, waiting, OutboxId(999)] {
            assert_eq!(retries(ground, missing, later).await, Retried::NotThere, "once");
        }
        let dropped: Result<bool> =
            writes!(ground.database, |tx| dead_letters::settle(tx, doubtful, "dropped", later));
        assert!(dropped.unwrap());
        assert!(listed(ground, None, 10).await.is_empty());
        let dropped: Result<bool> =
            writes!(ground.database, |tx| dead_letters::settle(tx, sent, "dropped", later));
        assert!(!dropped.unwrap(), "a delivered message cannot be dropped");
    })
    .await;
}

#[tokio::test]
async fn a_failed_card_is_sent_again_in_its_present_state() {
    on_every_engine(async |ground| {
        let to = &Address {
            channel: ChannelKind::Console,
            chat_key: "a".into(),
            person: None,
            locale: Locale::Es,
        };
        let drawn: Result<_> =
            writes!(ground.database, |tx| cards::draw(tx, None, CardView::Prompt, to));
        let card = drawn.unwrap();
        let now_shown = &words("como está hoy");
        let face = &serde_json::to_string(now_shown).unwrap();
        let kept: Result<()> =
            writes!(ground.database, |tx| cards::keep_face(tx, card, face.clone()));
        kept.unwrap();
        let old_face = words("como estaba");
        let sends = |via: Option<&str>| Delivery::Send {
            message: old_face.clone(),
            card: Some(card),
            via: via.map(str::to_owned),
        };
        let edit = Delivery::Edit { message: now_shown.clone(), card };
        let alone = Delivery::Send {
            message: now_shown.clone(),
            card: Some(card),
            via: Some("token".into()),
        };
        for (then, by_now) in [
            (sends(None), &edit),
            (Delivery::Edit { message: old_face.clone(), card }, &edit),
            // An ephemeral message stays for its one reader.
            (sends(Some("token")), &alone),
        ] {
            let id = enqueues(ground, letter("a", &then)).await;
            ends(ground, id, Outcome::Failed("refused".into())).await;
            let Retried::As(again) = retries(ground, id, START).await else {
                panic!("the retry enqueues a message")
            };
            let said: Delivery = serde_json::from_str(&row(ground, again).await.delivery).unwrap();
            assert_eq!(said, *by_now);
        }
        let answer = Delivery::Answer { token: "token".into(), text: None };
        let id = enqueues(ground, letter("a", &answer)).await;
        ends(ground, id, Outcome::Failed("too late".into())).await;
        assert_eq!(retries(ground, id, START).await, Retried::Pointless);
        assert_eq!(row(ground, id).await.state, DeliveryState::Superseded);
    })
    .await;
}

fn update(key: &str) -> NewIncoming {
    NewIncoming {
        source: "telegram:1".into(),
        external_key: key.to_owned(),
        lane: "a".into(),
        raw: "{}".into(),
    }
}

#[tokio::test]
async fn g14_a_set_aside_update_is_handled_again_in_order_or_dropped() {
    on_every_engine(async |ground| {
        let batch = &[update("1"), update("2"), update("3")];
        let stored: Result<u64> = writes!(ground.database, |tx| inbox::receive(tx, batch, START));
        assert_eq!(stored.unwrap(), 3);
        let reader = ground.database.reader();
        let rows = inbox_entity::Entity::find().all(reader).await.unwrap();
        for row in &rows[..2] {
            let reference = &format!("M-{}", row.id);
            let kept: Result<()> = writes!(ground.database, |tx| inbox::quarantine(
                tx,
                row.id,
                Quarantine { reference, reason: "no chat in it" },
                START.plus(7)
            ));
            kept.unwrap();
        }
        let first = rows[0].id;
        let second = rows[1].id;
        let asides = quarantined::list(reader, None, 10).await.unwrap();
        let seen: Vec<_> = asides.iter().map(|a| (a.id, a.at, a.why.as_str())).collect();
        let at = START.plus(7);
        assert_eq!(seen, [(second, at, "no chat in it"), (first, at, "no chat in it")]);
        assert_eq!(quarantined::list(reader, Some(second), 1).await.unwrap()[0].id, first);

        let opened: Result<bool> = writes!(ground.database, |tx| quarantined::retry(tx, first));
        assert!(opened.unwrap());
        let head = inbox::heads(reader, 10, &Default::default()).await.unwrap();
        let order: Vec<_> = head.iter().map(|row| (row.id, row.attempts)).collect();
        assert_eq!(order, [(first, 0)], "before the chat's later updates");

        for still in [true, false] {
            let dropped: Result<bool> =
                writes!(ground.database, |tx| quarantined::drop(tx, second, START));
            assert_eq!(dropped.unwrap(), still);
        }
        for id in [first, second, InboxId(999)] {
            let opened: Result<bool> = writes!(ground.database, |tx| quarantined::retry(tx, id));
            assert!(!opened.unwrap(), "only a set aside update is handled again");
        }
        let stored: Result<u64> = writes!(ground.database, |tx| inbox::receive(tx, batch, START));
        assert_eq!(stored.unwrap(), 0, "delivered again, it is recognised (G2)");
        assert!(quarantined::list(reader, None, 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_command_line_lists_dead_letters_without_their_text() {
    on_every_engine(async |ground| {
        let id = enqueues(ground, letter("a", &says("secreto de Marta"))).await;
        ends(ground, id, Outcome::Failed("the chat\nis closed".into())).await;
        let batch = &[NewIncoming { raw: "secreto de Luis".into(), ..update("1") }];
        let stored: Result<u64> = writes!(ground.database, |tx| inbox::receive(tx, batch, START));
        stored.unwrap();
        let rows = inbox_entity::Entity::find().all(ground.database.reader()).await.unwrap();
        let row = &rows[0];
        let kept: Result<()> = writes!(ground.database, |tx| inbox::quarantine(
            tx,
            row.id,
            Quarantine { reference: "M-1", reason: "no JSON" },
            START
        ));
        kept.unwrap();
        let url = &ground.url();
        let asks = async |line: &str| -> String {
            let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
            command.args(line.split(' ')).env("MESABOT_DATABASE__URL", url);
            command.env("MESABOT_LOG__LEVEL", "error").current_dir(env!("CARGO_MANIFEST_DIR"));
            let ran = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
            let out = ran.stdout;
            let err = ran.stderr;
            let said = String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap();
            assert!(!said.contains("secreto"), "{said}");
            format!("{said}[{}]", ran.status.code().unwrap())
        };
        let mut transcript = String::new();
        for line in [
            "outbox list",
            "inbox list --limit 1",
            "outbox retry 1 7",
            "outbox drop 1",
            "outbox list",
            "inbox retry 1",
            "inbox drop 1",
        ] {
            transcript += &format!("$ mesabot {line}\n{}\n", asks(line).await);
        }
        insta::allow_duplicates! {
            insta::assert_snapshot!(transcript, @r"
            $ mesabot outbox list
            ID  WHEN                       CHANNEL  TICKET  TRIES  STATE   WHY
            1   2026-03-02T08:00:00-05:00  console  -       0      failed  the chat is closed
            [0]
            $ mesabot inbox list --limit 1
            ID  WHEN                       CHANNEL     REFERENCE  TRIES  WHY
            1   2026-03-02T08:00:00-05:00  telegram:1  M-1        0      no JSON
            What is older: mesabot inbox list --before 1
            [0]
            $ mesabot outbox retry 1 7
            1 will be said again, as 2.
            7 is not on the list.
            [1]
            $ mesabot outbox drop 1
            1 is not on the list.
            [1]
            $ mesabot outbox list
            Nothing waits for a decision.
            [0]
            $ mesabot inbox retry 1
            1 will be handled again.
            [0]
            $ mesabot inbox drop 1
            1 is not on the list.
            [1]
            ");
        }
        let waiting = outbox::ready(
            ground.database.reader(),
            None,
            &Default::default(),
            Timestamp(i64::MAX),
            9,
        )
        .await;
        assert_eq!(waiting.unwrap().len(), 1);
    })
    .await;
}

/// A network that forwards the messages it is sent.
struct Forwarding(mpsc::UnboundedSender<String>);

#[async_trait::async_trait]
impl Channel for Forwarding {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Console
    }

    async fn send(&self, _: &Envelope<'_>, said: &Outgoing) -> Result<String, SendError> {
        self.0.send(said.text.to_plain()).expect("the test holds the receiver");
        Ok("1".into())
    }

    async fn edit(&self, _: &str, _: &str, _: &Outgoing) -> Result<(), SendError> {
        Err(SendError::Gone)
    }

    async fn answer(&self, _: &Envelope<'_>, _: Option<&str>) -> Result<(), SendError> {
        Err(SendError::Gone)
    }

    async fn show_menu(&self, _: &str, _: &[MenuEntry]) -> Result<(), SendError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_running_desk_finds_rows_of_another_process() {
    for kept in migrated_engines().await {
        let desk = Desk {
            procedure: Arc::new(uspec()),
            access: Access::Open,
            locale: Locale::Es,
            server: None,
        };
        let clock = Arc::new(HandClock::new(START));
        let app = App::open(&kept.url, desk.clone(), clock.clone()).await.unwrap();
        let (heard, mut hears) = mpsc::unbounded_channel();
        let (handled, mut handles) = mpsc::unbounded_channel();
        let channel: Arc<dyn Channel> = Arc::new(Forwarding(heard));
        let receive = Box::new(move |row: &inbox_entity::Model| {
            handled.send(row.external_key.clone()).expect("the test holds the receiver");
            Ok(None)
        });
        let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
        let channels = HashMap::from([(ChannelKind::Console, channel)]);
        let workers = Arc::new(app.workers(channels, receive, delivery));
        let (stop, stopping) = watch::channel(false);
        let worker = Arc::clone(&workers);
        let until = stopping.clone();
        let handler = tokio::spawn(async move { worker.handler.run(until).await });
        let courier =
            tokio::spawn(async move { workers.courier.run(None, Tenure::alone(), stopping).await });

        // Another process: it wakes no worker of this one.
        let other = App::open(&kept.url, desk, clock).await.unwrap();
        // The first round ends after the start-up work of the workers.
        for round in ["1", "2"] {
            let new = &letter("a", &says(round));
            let batch = &[update(round)];
            let wrote: Result<()> = other
                .database
                .write(|tx| {
                    Box::pin(async move {
                        outbox::enqueue(tx, new.clone(), START).await?;
                        inbox::receive(tx, batch, START).await?;
                        Ok(())
                    })
                })
                .await;
            wrote.unwrap();
            let said = tokio::time::timeout(DEADLINE, hears.recv()).await;
            assert_eq!(said.expect("the courier polls by itself").as_deref(), Some(round));
            let read = tokio::time::timeout(DEADLINE, handles.recv()).await;
            assert_eq!(read.expect("the handler polls by itself").as_deref(), Some(round));
        }
        stop.send_replace(true);
        let ending = Duration::from_secs(15);
        for worker in [handler, courier] {
            tokio::time::timeout(ending, worker).await.expect("the worker stops").unwrap();
        }
        other.database.close().await;
        app.database.close().await;
    }
}
