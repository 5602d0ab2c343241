//! The restore drill: a backup made under load, a new desk on it, and the data it has.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use mesabot::{
    app::{App, DeliverySettings},
    channel::{Channel, console::Console, console::OutputKind},
    chat::{
        Desk,
        outgoing::{Delivery, Outgoing, RichText},
    },
    clock::HandClock,
    domain::{
        channel::ChannelKind,
        id::{OutboxId, TicketNumber},
        locale::Locale,
        person::{Access, Doer, Role},
    },
    entity::{
        outbox::{self as entity, DeliveryState},
        ticket,
    },
    service::{
        Error, Result,
        outbox::{self, NewDelivery, Outcome},
        ticket::open,
    },
    worker::delivery::Patience,
};
use sea_orm::{EntityTrait, QueryOrder};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{Ground, START, on_every_engine, request};
use crate::support::desk::{NO_LIMITS, uspec};

async fn backs_up(url: &str, file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
    command.arg("backup").arg(file).env("MESABOT_DATABASE__URL", url);
    command.env("MESABOT_LOG__LEVEL", "error").current_dir(env!("CARGO_MANIFEST_DIR"));
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

fn said(output: &Output) -> String {
    let out = output.stdout.clone();
    let err = output.stderr.clone();
    String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap()
}

/// Registers tickets and enqueues messages about each, until told to stop. Of three messages one is
/// delivered, one is in delivery and one waits. Every acknowledged number is sent to the test.
async fn works(
    ground: &Ground,
    requester: &Doer,
    stop: &AtomicBool,
    acknowledged: mpsc::UnboundedSender<TicketNumber>,
) {
    while !stop.load(Ordering::SeqCst) {
        let opened = ground.opens(requester, "plataforma").await.unwrap();
        let number = opened.ticket.number;
        let message = Outgoing { text: RichText::plain(number.to_string()), ..Default::default() };
        let new = &NewDelivery {
            channel: ChannelKind::Console,
            chat_key: number.to_string(),
            lane: outbox::lane(ChannelKind::Console, &number.to_string()),
            delivery: serde_json::to_string(&Delivery::Send { message, card: None, via: None })
                .unwrap(),
            card: None,
            ticket: Some(opened.ticket.id),
            person: None,
            critical: false,
            precedence: Default::default(),
            asked: false,
        };
        let said: Result<OutboxId> = ground
            .database
            .write(|tx| {
                Box::pin(async move {
                    let id = outbox::enqueue(tx, new.clone(), START).await?.id;
                    if number.0 % 3 > 0 {
                        outbox::claim(tx, &[id]).await?;
                    }
                    if number.0 % 3 == 1 {
                        outbox::record(tx, id, Outcome::Sent(Some(id.to_string())), START).await?;
                    }
                    Ok(id)
                })
            })
            .await;
        said.unwrap();
        acknowledged.send(number).unwrap();
    }
}

/// Waits until this many more tickets are acknowledged, and returns the last.
async fn waits(numbers: &mut mpsc::UnboundedReceiver<TicketNumber>, many: usize) -> TicketNumber {
    let mut last = TicketNumber(0);
    for _ in 0..many {
        let next = tokio::time::timeout(Duration::from_secs(60), numbers.recv()).await;
        last = next.expect("the desk works").expect("the desk works");
    }
    while let Ok(more) = numbers.try_recv() {
        last = more;
    }
    last
}

#[tokio::test]
async fn g15_a_backup_under_load_has_every_ticket_acknowledged_before() {
    on_every_engine(async |ground| {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("copy.db");
        if !ground.url().starts_with("sqlite:") {
            let refused = backs_up(&ground.url(), &file).await;
            let notices = said(&refused);
            assert_eq!(refused.status.code(), Some(1), "a scheduler sees the failure: {notices}");
            assert!(notices.contains("pg_dump --format=custom --file='"), "{notices}");
            assert!(!file.exists());
            return;
        }
        let requester = ground.enrols("Marta", Role::Requester, &[]).await;
        let (acknowledges, mut numbers) = mpsc::unbounded_channel();
        let stop = AtomicBool::new(false);
        let (before, after) = {
            let work = works(ground, &requester, &stop, acknowledges);
            let drill = async {
                let before = waits(&mut numbers, 20).await;
                let copied = backs_up(&ground.url(), &file).await;
                assert!(copied.status.success(), "{}", said(&copied));
                let after = waits(&mut numbers, 1).await;
                stop.store(true, Ordering::SeqCst);
                (before, after)
            };
            tokio::join!(work, drill).1
        };
        assert!(after > before, "the desk worked during the backup");

        // Only the final file exists, and an existing file is not overwritten.
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left behind");
        let whole = std::fs::read(&file).unwrap();
        let again = backs_up(&ground.url(), &file).await;
        assert_eq!(again.status.code(), Some(1));
        assert!(said(&again).contains("exists already"), "{}", said(&again));
        assert_eq!(std::fs::read(&file).unwrap(), whole);

        restores(&file, &requester, before).await;
    })
    .await;
}

/// Opens a new desk on the backup and checks its data and its behaviour.
async fn restores(file: &Path, requester: &Doer, before: TicketNumber) {
    let url = format!("sqlite://{}", file.display());
    let procedure = Arc::new(uspec());
    let desk = Desk { procedure, access: Access::Open, locale: Locale::Es, server: None };
    let clock = Arc::new(HandClock::new(START));
    let app = App::open(&url, desk.clone(), clock).await.unwrap();
    let reader = app.database.reader();
    let tickets = ticket::Entity::find().order_by_asc(ticket::Column::Number);
    let numbers: Vec<i64> =
        tickets.all(reader).await.unwrap().iter().map(|ticket| ticket.number.0).collect();
    let last = *numbers.last().unwrap();
    assert!(last >= before.0, "{last}: every ticket acknowledged before the backup is in it");
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>(), "no ticket is partial");

    let rows = entity::Entity::find().all(reader).await.unwrap();
    let in_state = |state: DeliveryState| -> HashSet<String> {
        let rows = rows.iter().filter(|row| row.state == state);
        rows.map(|row| row.chat_key.clone()).collect()
    };
    let sent = in_state(DeliveryState::Sent);
    let waiting = in_state(DeliveryState::Queued);
    let sending = in_state(DeliveryState::Sending);
    assert!(!sent.is_empty() && !waiting.is_empty() && !sending.is_empty());

    let console = Arc::new(Console::default());
    let channel: Arc<dyn Channel> = Arc::<Console>::clone(&console);
    let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
    let channels = HashMap::from([(ChannelKind::Console, channel)]);
    let workers = app.workers(channels, Box::new(|_| Ok(None)), delivery);
    workers.courier.recover().await.unwrap();
    workers.settle().await.unwrap();
    let heard: Vec<String> = console
        .take()
        .into_iter()
        .map(|heard| match heard.what {
            OutputKind::Said(message) => message.text.to_plain(),
            other => panic!("{other:?}"),
        })
        .collect();
    let once: HashSet<String> = heard.iter().cloned().collect();
    assert_eq!(heard.len(), once.len(), "no message is sent twice");
    assert_eq!(once, waiting, "settled messages and messages in doubt are not sent again");

    let procedure = &*desk.procedure;
    let new = &request(requester, "plataforma");
    let opened: Result<_, Error> = app
        .database
        .write(|tx| {
            Box::pin(async move {
                let act = mesabot::service::Act {
                    tx,
                    procedure,
                    now: START,
                    doer: requester.clone(),
                    channel: Some(ChannelKind::Console),
                };
                open::open(&act, new.clone()).await
            })
        })
        .await;
    assert_eq!(opened.unwrap().ticket.number.0, last + 1, "the next number");
    app.database.close().await;
}

#[tokio::test]
async fn a_missing_database_is_not_backed_up() {
    let folder = TempDir::new().unwrap();
    let absent = folder.path().join("absent.db");
    let url = format!("sqlite://{}", absent.display());
    let refused = backs_up(&url, &folder.path().join("copy.db")).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("there is no database at"), "{}", said(&refused));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "no file is created");
}
