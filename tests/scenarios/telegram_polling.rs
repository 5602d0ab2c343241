//! Long polling over the wire: only stored updates are confirmed, under every failure.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    io,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use mesabot::{
    channel::{
        Channel, Envelope,
        telegram::{
            BotIdentity, PollError, Poller, RawUpdate, Telegram, TelegramSettings, receive,
        },
    },
    chat::{
        incoming::{AttachmentKind, Input},
        outgoing::{Outgoing, RichText},
    },
};
use serde_json::json;
use tokio::{sync::watch, task::JoinHandle};

use super::telegram_adapter::settings;
use crate::support::telegram::{AttachmentSample, BOT_ID, Emulator, Fault};

const SOON: Duration = Duration::from_secs(20);
const ANA: i64 = 5;
const MESA: i64 = -1_001_000_000_007;

async fn world() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es");
    emulator.add_group(MESA, "Mesa");
    emulator
}

/// A running poller, with the updates it has stored so far.
struct Polling {
    stored: Arc<Mutex<Vec<RawUpdate>>>,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<(), PollError>>,
}

impl Polling {
    /// Starts polling. Storing the first `failures` batches fails. The store checks that no batch
    /// is confirmed before it is stored.
    fn start(emulator: &Emulator, failures: usize) -> Self {
        Self::with(emulator, failures, None)
    }

    fn with(emulator: &Emulator, failures: usize, patience: Option<Duration>) -> Self {
        let poller = Poller::new(&settings(emulator)).unwrap();
        let stored: Arc<Mutex<Vec<RawUpdate>>> = Arc::default();
        let (stop, shutdown) = watch::channel(false);
        let left = Arc::new(AtomicUsize::new(failures));
        let store = {
            let stored = Arc::clone(&stored);
            let emulator = emulator.clone();
            move |batch: Vec<RawUpdate>| {
                let stored = Arc::clone(&stored);
                let emulator = emulator.clone();
                let left = Arc::clone(&left);
                async move {
                    for update in &batch {
                        let id = update.update_id;
                        assert!(emulator.read(|ledger| !ledger.confirmed.contains(&id)));
                    }
                    let take = |left: usize| left.checked_sub(1);
                    if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take).is_ok() {
                        anyhow::bail!("the disk is full");
                    }
                    stored.lock().unwrap().extend(batch);
                    Ok(())
                }
            }
        };
        let task = tokio::spawn(async move { poller.poll(store, patience, shutdown).await });
        Self { stored, stop, task }
    }

    fn ids(&self) -> Vec<i64> {
        self.stored.lock().unwrap().iter().map(|update| update.update_id).collect()
    }

    /// Stops the poller and returns everything that was stored.
    async fn stops(self) -> Vec<RawUpdate> {
        self.stop.send_replace(true);
        let ended = tokio::time::timeout(SOON, self.task).await;
        ended.expect("an open request does not block the shutdown").unwrap().unwrap();
        self.stored.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn only_stored_updates_are_confirmed() {
    let emulator = world().await;
    let early = emulator.says(ANA, ANA, "antes de empezar");
    let polling = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&early), SOON).await;
    let late = emulator.says(ANA, ANA, "después");
    emulator.wait_until(|ledger| ledger.confirmed.contains(&late), SOON).await;
    let stored = polling.stops().await;
    assert_eq!(stored.iter().map(|update| update.update_id).collect::<Vec<_>>(), [early, late]);
    assert_eq!(stored[0].lane, "5");
    assert_eq!(emulator.read(|ledger| ledger.webhooks_deleted), 0);
    assert!(emulator.read(|ledger| ledger.violations.is_empty()));
}

#[tokio::test]
async fn updates_that_cannot_be_stored_are_requested_again() {
    let emulator = world().await;
    let id = emulator.says(ANA, ANA, "hola");
    let polling = Polling::start(&emulator, 1);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    assert_eq!(polling.stops().await.len(), 1);
    assert_eq!(emulator.read(|ledger| ledger.handed_out[&id]), 2);
}

#[tokio::test]
async fn a_new_process_gets_the_unconfirmed_updates() {
    let emulator = world().await;
    let id = emulator.says(ANA, ANA, "hola");
    let old = Polling::start(&emulator, usize::MAX);
    emulator.wait_until(|ledger| ledger.handed_out.contains_key(&id), SOON).await;
    old.task.abort();
    let new = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    assert_eq!(new.ids(), [id]);
    new.stops().await;
}

#[tokio::test]
async fn polling_continues_after_faults() {
    let emulator = world().await;
    let conflict = Fault::Refuse(409, "Conflict: terminated by other getUpdates request".into());
    for fault in [Fault::ServerError502Html, conflict] {
        emulator.faults().next("getUpdates", 1, fault);
    }
    let id = emulator.says(ANA, ANA, "hola");
    let polling = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    assert_eq!(polling.stops().await.len(), 1);
}

/// Another replica may reach the platform; a refusal would be the same for every replica.
#[tokio::test]
async fn g8_an_unreachable_poller_gives_up_and_a_refused_one_stays() {
    let emulator = world().await;
    emulator.faults().next("getUpdates", 1, Fault::ServerError502Html);
    let polling = Polling::with(&emulator, 0, Some(Duration::ZERO));
    let id = emulator.says(ANA, ANA, "hola");
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    emulator.faults().next("getUpdates", 1, Fault::DropBefore);
    emulator.says(ANA, ANA, "¿hay alguien?");
    let Polling { task, stop: _stop, .. } = polling;
    tokio::time::timeout(SOON, task).await.expect("the poller gives up").unwrap().unwrap();
}

#[tokio::test]
async fn a_batch_with_a_lost_answer_is_delivered_again() {
    let emulator = world().await;
    let id = emulator.says(ANA, ANA, "hola");
    emulator.faults().next("getUpdates", 1, Fault::DropAfter);
    emulator.faults().next("getUpdates", 1, Fault::RetryAfter(1));
    let polling = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    assert_eq!(polling.stops().await.len(), 1);
    assert_eq!(emulator.read(|ledger| ledger.handed_out[&id]), 2);
}

#[tokio::test]
async fn a_revoked_token_ends_polling_with_a_remedy() {
    let emulator = world().await;
    emulator.faults().next("getUpdates", 1, Fault::Refuse(401, "Unauthorized".to_owned()));
    let polling = Polling::start(&emulator, 0);
    let error = polling.task.await.unwrap().unwrap_err();
    assert!(matches!(error, PollError::Unauthorized));
    assert!(error.to_string().contains("@BotFather"), "{error}");
}

#[tokio::test]
async fn unknown_kinds_of_updates_are_stored_unchanged() {
    let emulator = world().await;
    let polling = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.polls == 1, SOON).await;
    let message = json!({"chat": {"id": MESA}, "text": {"of": ["tomorrow"]}, "date": 1});
    let id = emulator.raw_update(json!({"message": message}));
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    let stored = polling.stops().await;
    let raw: serde_json::Value = serde_json::from_str(&stored[0].raw).unwrap();
    assert_eq!(raw["message"]["text"]["of"][0], "tomorrow");
    assert_eq!(stored[0].lane, MESA.to_string());
}

#[tokio::test]
async fn peoples_actions_are_parsed() {
    let emulator = world().await;
    let telegram = Telegram::new(&settings(&emulator)).unwrap();
    let identity = BotIdentity { id: BOT_ID, username: emulator.bot_username().to_owned() };
    emulator.says(ANA, ANA, "/start abc");
    let card =
        Outgoing { text: RichText::plain("Caso 1"), buttons: Vec::new(), ..Default::default() };
    let card = telegram.send(&Envelope::to(&MESA.to_string()), &card).await.unwrap();
    emulator.replies(ANA, MESA, card.parse().unwrap(), "/solucionar@mesapruebabot listo");
    emulator.says_anonymously(MESA, "/aceptar 1");
    emulator.sends_attachment(ANA, ANA, AttachmentSample::Photo, "así quedó");
    emulator.edits(ANA, ANA, 2, "así quedó mejor");
    let press = emulator.presses(ANA, MESA, 1, "v1:acc:1");
    emulator.blocks(ANA);
    emulator.unblocks(ANA);
    let last = emulator.says(ANA, ANA, "fin");

    let polling = Polling::start(&emulator, 0);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&last), SOON).await;
    let heard: Vec<_> = polling
        .stops()
        .await
        .iter()
        .map(|update| serde_json::from_str(&update.raw).unwrap())
        .map(|raw| receive(&raw, &identity).unwrap().unwrap())
        .collect();
    let inputs: Vec<&Input> = heard.iter().map(|incoming| &incoming.input).collect();
    assert_eq!(*inputs[0], Input::Text("/start abc".to_owned()));
    assert_eq!(*inputs[1], Input::Text("/solucionar listo".to_owned()));
    assert_eq!(heard[1].reply_to, Some(card));
    assert_eq!(*inputs[2], Input::Anonymous);
    let Input::Attachment(photo) = inputs[3] else { panic!("{:?}", inputs[3]) };
    assert_eq!((photo.kind, &*photo.reference), (AttachmentKind::Photo, "photo-large"));
    assert_eq!(photo.caption, "así quedó");
    assert_eq!(*inputs[4], Input::Edited("así quedó mejor".to_owned()));
    assert!(matches!(inputs[5], Input::Press { .. }));
    assert_eq!(heard[5].token.as_deref(), Some(press.as_str()));
    assert_eq!([inputs[6], inputs[7]], [&Input::Blocked, &Input::Unblocked]);
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
async fn the_log_shows_neither_token_nor_message_texts() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let emulator = world().await;
    let impatient =
        TelegramSettings { request_timeout: Duration::from_millis(200), ..settings(&emulator) };
    let telegram = Telegram::new(&impatient).unwrap();
    let mut shown = format!("{impatient:?} {telegram:?} {:?}", Poller::new(&impatient).unwrap());
    let id = emulator.says(ANA, ANA, "CANARIO de Ana");
    let faults = [Fault::ServerError502Html, Fault::DropBefore, Fault::DropAfter];
    emulator.faults().next("getUpdates", 1, Fault::DropBefore);
    for fault in faults {
        emulator.faults().next("sendMessage", 1, fault);
        let secret = Outgoing {
            text: RichText::plain("CANARIO del bot"),
            buttons: Vec::new(),
            ..Default::default()
        };
        let error = telegram.send(&Envelope::to("5"), &secret).await.unwrap_err();
        shown += &format!("{error} {error:?}");
    }
    let polling = Polling::start(&emulator, 1);
    emulator.wait_until(|ledger| ledger.confirmed.contains(&id), SOON).await;
    polling.stops().await;

    shown += &String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(shown.contains("no updates from Telegram"), "{shown}");
    assert!(shown.contains("the disk is full"), "{shown}");
    for secret in [emulator.token(), "canaryCANARY", "CANARIO"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
