//! The cost of a message with a backlog behind it: in one chat, in many chats, and with cards that
//! were redrawn before. Fails when a message costs more than twice as much with ten times the
//! backlog.

use std::{collections::HashMap, sync::Arc, time::Instant};

use mesabot::{
    app::{App, DeliverySettings},
    channel::{Channel, telegram},
    chat::{
        Desk,
        outgoing::{Delivery, Outgoing, RichText},
    },
    clock::{Clock, SystemClock},
    domain::{channel::ChannelKind, id::CardId, locale::Locale, person::Access},
    service::{
        Error, Result,
        outbox::{self, NewDelivery},
    },
    worker::delivery::Patience,
};

use crate::{
    directory, parameter,
    support::{
        desk::{NO_LIMITS, line, uspec},
        engine::{TestDatabase, postgres_url},
        telegram::Emulator,
    },
    table::heading,
};

/// The factor between the two backlogs.
const TIMES: usize = 10;
const MOST: f64 = 2.0;
/// The number of chats of the shape with many chats.
const CHATS: usize = 200;

/// The shape of a backlog.
#[derive(Debug, Clone, Copy)]
enum Shape {
    OneChat,
    ManyChats,
    Redrawn,
}

/// Prints the measurement for each available engine. Gives whether the cost stays within its bound.
pub async fn measure() -> bool {
    let few: usize = parameter("MESABOT_BENCH_BACKLOG", 1_000);
    heading("What waits to be said: milliseconds a message, by how many wait");
    println!("{:<10} {:<10} {few:>8} {:>8}   ratio", "engine", "", few * TIMES);
    let mut fine = true;
    for shape in [Shape::OneChat, Shape::ManyChats, Shape::Redrawn] {
        fine &= compare(shape, few, || async { TestDatabase::sqlite_on(&directory()) }).await;
        if let Some(server) = postgres_url() {
            fine &= compare(shape, few, || TestDatabase::postgres(&server)).await;
        }
    }
    fine
}

async fn compare<F>(shape: Shape, few: usize, database: impl Fn() -> F) -> bool
where
    F: Future<Output = TestDatabase>,
{
    let place = database().await;
    let engine = format!("{:?}", place.engine);
    let less = drain(&place.url, shape, few).await;
    let place = database().await;
    let more = drain(&place.url, shape, few * TIMES).await;
    let ratio = more / less;
    let verdict = if ratio > MOST { "  too much" } else { "" };
    println!("{engine:<10} {shape:<10?} {less:>8.2} {more:>8.2}   {ratio:.2}{verdict}");
    ratio <= MOST
}

/// Enqueues so many messages and delivers them; gives the milliseconds of each message.
async fn drain(url: &str, shape: Shape, messages: usize) -> f64 {
    let emulator = Emulator::start().await;
    let desk = Desk {
        procedure: Arc::new(uspec()),
        access: Access::Open,
        locale: Locale::Es,
        server: None,
    };
    let app = App::open(url, desk, Arc::new(SystemClock)).await.expect("a desk opens");
    let (telegram, _) = telegram::connect(&line(&emulator)).await.expect("the emulator answers");
    let chats = if matches!(shape, Shape::ManyChats) { CHATS } else { 1 };
    for chat in 1..=chats {
        let chat = i64::try_from(chat).expect("there are few");
        emulator.add_user(chat, "Empleado", "es");
        emulator.says(chat, chat, "Hola");
    }
    let channels = HashMap::from([(ChannelKind::Telegram, Arc::new(telegram) as Arc<dyn Channel>)]);
    let delivery = DeliverySettings { limits: NO_LIMITS, patience: Patience::default() };
    let receive = Box::new(|_: &_| Ok(None));
    let workers = app.workers(channels, receive, delivery);
    enqueue(&app, shape, messages, chats).await;
    let begun = Instant::now();
    workers.courier.pass().await.expect("every message is sent");
    let took = begun.elapsed();
    let said = emulator.read(|ledger| ledger.sends().count());
    let expected = if matches!(shape, Shape::Redrawn) { messages / 2 } else { messages };
    assert_eq!(said, expected, "every message was sent");
    app.database.close().await;
    took.as_secs_f64() * 1e3 / messages as f64
}

/// Enqueues the backlog. In the shape with redrawn cards every other row redraws a card that was
/// never sent: the courier looks for a newer face and sends nothing.
async fn enqueue(app: &App, shape: Shape, messages: usize, chats: usize) {
    let now = SystemClock.now();
    let kind = ChannelKind::Telegram;
    for first in (0..messages).step_by(500) {
        let written: Result<()> = app
            .database
            .write(|tx| {
                Box::pin(async move {
                    for number in first..(first + 500).min(messages) {
                        let chat = (1 + number % chats).to_string();
                        let text = RichText::plain(format!("Aviso {number}"));
                        let message = Outgoing { text, ..Default::default() };
                        let redraws = matches!(shape, Shape::Redrawn) && number % 2 == 1;
                        let delivery = match i64::try_from(number) {
                            Ok(number) if redraws => {
                                Delivery::Edit { message, card: CardId(number) }
                            }
                            _ => Delivery::Send { message, card: None, via: None },
                        };
                        let new = NewDelivery {
                            channel: kind,
                            lane: outbox::lane(kind, &chat),
                            chat_key: chat,
                            delivery: serde_json::to_string(&delivery).expect("it is JSON"),
                            card: delivery.redraws(),
                            ticket: None,
                            person: None,
                            critical: false,
                            precedence: Default::default(),
                            asked: false,
                        };
                        outbox::enqueue(tx, new, now).await?;
                    }
                    Ok::<_, Error>(())
                })
            })
            .await;
        written.expect("it is written down");
    }
}
