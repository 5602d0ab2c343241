//! The webhook over the wire: a call without the secret is refused, and only stored updates are
//! accepted, under every failure.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod emulated;

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::Router;
use mesabot::{
    app::App,
    channel::telegram::{RawUpdate, Telegram, Webhook, webhook::SECRET as HEADER},
    chat::Desk,
    clock::{Clock, SystemClock},
    domain::{locale::Locale, person::Access},
    entity::inbox,
    service::inbox::NewIncoming,
    worker::handler,
};
use reqwest::StatusCode;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;

use super::telegram_adapter::settings;
use crate::support::{
    desk::uspec,
    engine::TestDatabase,
    telegram::{Emulator, webhook::Delivery},
};

const SOON: Duration = Duration::from_secs(20);
const ANA: i64 = 5;
const PATH: &str = "/telegram/3f9c1e7a";
const SECRET: &str = "CANARY_0123456789-0123456789abcdef";

async fn world() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es");
    emulator
}

/// Serves a webhook through `router` on a free port, and returns the webhook.
async fn served(router: impl FnOnce(&Webhook) -> Router) -> Webhook {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}{PATH}", listener.local_addr().unwrap()).parse().unwrap();
    let webhook = Webhook { url, secret: SECRET.into() };
    let router = router(&webhook);
    tokio::spawn(async move { axum::serve(listener, router).await });
    webhook
}

/// A webhook that stores its updates, or fails to.
#[derive(Clone, Default)]
struct Recorder {
    stored: Arc<Mutex<Vec<RawUpdate>>>,
    failing: Arc<AtomicBool>,
}

impl Recorder {
    async fn open(&self) -> Webhook {
        let recorder = self.clone();
        let store = move |update: RawUpdate| {
            let recorder = recorder.clone();
            async move {
                anyhow::ensure!(!recorder.failing.load(Ordering::SeqCst), "the disk is full");
                recorder.stored.lock().unwrap().push(update);
                Ok(())
            }
        };
        served(|webhook| webhook.router(store)).await
    }

    fn stored(&self) -> Vec<RawUpdate> {
        self.stored.lock().unwrap().clone()
    }
}

async fn post(webhook: &Webhook, secret: Option<&str>, body: &str) -> reqwest::Response {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut request = client.post(webhook.url.clone()).body(body.to_owned());
    if let Some(secret) = secret {
        request = request.header(HEADER, secret);
    }
    request.send().await.unwrap()
}

fn update(update_id: i64, text: &str) -> String {
    let chat = json!({"id": ANA, "type": "private"});
    json!({"update_id": update_id, "message": {"message_id": 1, "chat": chat, "text": text}})
        .to_string()
}

#[tokio::test]
async fn only_calls_with_the_secret_are_accepted() {
    let recorder = Recorder::default();
    let webhook = recorder.open().await;
    let longer = format!("{SECRET}a");
    let shorter = &SECRET[..SECRET.len() - 1];
    let long = "a".repeat(4_000);
    let other = SECRET.replace('C', "D");
    for wrong in [None, Some(""), Some(&*longer), Some(shorter), Some(&*long), Some(&*other)] {
        let answer = post(&webhook, wrong, &update(7, "hola")).await;
        assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{wrong:?}");
        assert_eq!(answer.text().await.unwrap(), "");
    }
    assert!(recorder.stored().is_empty());
    let answer = post(&webhook, Some(SECRET), &update(7, "hola")).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(
        recorder.stored()[0],
        RawUpdate { update_id: 7, lane: ANA.to_string(), raw: update(7, "hola") }
    );
    let got = reqwest::get(webhook.url.clone()).await.unwrap();
    assert_eq!(got.status(), StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn numbered_updates_are_stored_and_others_not_requested_again() {
    let recorder = Recorder::default();
    let webhook = recorder.open().await;
    for lost in ["", "no JSON", "[1]", r#"{"message":{"text":"x"}}"#, r#"{"update_id":"7"}"#] {
        let answer = post(&webhook, Some(SECRET), lost).await;
        assert_eq!(answer.status(), StatusCode::OK, "{lost}");
    }
    assert!(recorder.stored().is_empty());
    let tomorrow = r#"{ "update_id": 8, "hologram": {"of": [1,  2]} }"#;
    assert_eq!(post(&webhook, Some(SECRET), tomorrow).await.status(), StatusCode::OK);
    assert_eq!((&*recorder.stored()[0].lane, &*recorder.stored()[0].raw), ("update", tomorrow));
    let nested = format!("{}{}", "[".repeat(50_000), "]".repeat(50_000));
    let deep = format!(r#"{{"update_id":11,"message":{{"chat":{{"id":5}},"new":{nested}}}}}"#);
    assert_eq!(post(&webhook, Some(SECRET), &deep).await.status(), StatusCode::OK);
    assert_eq!((&*recorder.stored()[1].lane, &*recorder.stored()[1].raw), ("5", &*deep));
    let long = update(9, &"x".repeat(600 * 1024));
    assert_eq!(post(&webhook, Some(SECRET), &long).await.status(), StatusCode::OK);
    let longer = update(10, &"x".repeat(1_100 * 1024));
    let answer = post(&webhook, Some(SECRET), &longer).await;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(recorder.stored().len(), 3);
}

#[tokio::test]
async fn an_update_that_cannot_be_stored_is_requested_again() {
    let recorder = Recorder::default();
    let webhook = recorder.open().await;
    recorder.failing.store(true, Ordering::SeqCst);
    let answer = post(&webhook, Some(SECRET), &update(7, "hola")).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers()["retry-after"], "2");
    assert_eq!(answer.text().await.unwrap(), "", "the answer does not reveal the reason");
}

/// Renames a table, so that the desk cannot reach it, or can again.
async fn rename(url: &str, from: &str, to: &str) {
    let connection = sea_orm::Database::connect(url).await.unwrap();
    let rename = format!("ALTER TABLE {from} RENAME TO {to}");
    connection.execute_unprepared(&rename).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn g1_during_a_database_failure_no_update_is_accepted_or_lost() {
    let emulator = world().await;
    let database = TestDatabase::in_memory();
    let desk = Desk {
        procedure: Arc::new(uspec()),
        access: Access::Open,
        locale: Locale::Es,
        server: None,
    };
    let app = App::open(&database.url, desk, Arc::new(SystemClock)).await.unwrap();
    let store = {
        let app = app.clone();
        move |update: RawUpdate| {
            let app = app.clone();
            async move {
                let incoming = NewIncoming {
                    source: "telegram:1".to_owned(),
                    external_key: update.update_id.to_string(),
                    lane: update.lane,
                    raw: update.raw,
                };
                let now = SystemClock.now();
                handler::store(&app.database, &[incoming], now, &app.wake).await?;
                Ok(())
            }
        }
    };
    let webhook = served(|webhook| webhook.router(store)).await;
    let telegram = Telegram::new(&settings(&emulator)).unwrap();
    telegram.set_webhook(&webhook).await.unwrap();
    rename(&database.url, "inbox", "inbox_away").await;
    let first = emulator.says(ANA, ANA, "hola");
    let second = emulator.says(ANA, ANA, "¿hay alguien?");
    let refused = Delivery { update_id: first, status: 503 };
    emulator.wait_until(|ledger| ledger.deliveries.contains(&refused), SOON).await;
    assert!(emulator.read(|ledger| ledger.confirmed.is_empty()));
    rename(&database.url, "inbox_away", "inbox").await;
    emulator.wait_until(|ledger| ledger.confirmed.contains(&second), SOON).await;
    let rows = inbox::Entity::find().all(app.database.reader()).await.unwrap();
    let keys: Vec<&str> = rows.iter().map(|row| row.external_key.as_str()).collect();
    assert_eq!(keys, [first.to_string(), second.to_string()], "once each, and in order");
    app.database.close().await;
}

#[tokio::test]
async fn the_webhook_is_registered_with_address_and_secret() {
    let emulator = world().await;
    let recorder = Recorder::default();
    let webhook = recorder.open().await;
    let telegram = Telegram::new(&settings(&emulator)).unwrap();
    let early = emulator.says(ANA, ANA, "antes de que se abra");
    for _ in 0..2 {
        telegram.set_webhook(&webhook).await.unwrap();
    }
    let late = emulator.says(ANA, ANA, "después");
    emulator.wait_until(|ledger| ledger.confirmed.contains(&late), SOON).await;
    let ids: Vec<i64> = recorder.stored().iter().map(|update| update.update_id).collect();
    assert_eq!(ids, [early, late], "pending updates come first");
    emulator.read(|ledger| {
        assert_eq!((ledger.webhooks_set, ledger.webhooks_deleted), (2, 0));
        assert!(ledger.violations.is_empty(), "{:?}", ledger.violations);
    });
}

/// Captures the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_shows_neither_secret_nor_path_nor_message_texts() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::DEBUG)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let recorder = Recorder::default();
    let webhook = recorder.open().await;
    recorder.failing.store(true, Ordering::SeqCst);
    let telling = update(7, "CANARY de Ana");
    post(&webhook, Some("CANARY"), &telling).await;
    post(&webhook, Some("CANARY"), &telling).await;
    post(&webhook, Some(SECRET), &telling).await;
    post(&webhook, Some(SECRET), "CANARY de nadie").await;
    let logged = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let ours: Vec<&str> = logged.lines().filter(|line| line.contains("mesabot")).collect();
    assert_eq!(ours.len(), 3, "{ours:#?}");
    assert!(ours[0].contains("without the webhook's secret") && ours[0].contains("all others"));
    assert!(ours[1].contains("was not stored: the disk is full") && ours[1].contains("number=7"));
    assert!(ours[2].contains("an update without a number"));
    let shown = format!("{} {webhook:?}", ours.join("\n"));
    assert!(!shown.contains("CANARY"), "{shown}");
    assert!(!ours.iter().any(|line| line.contains(PATH)), "{ours:#?}");
}
