//! Discord's gateway over the wire: no event is lost under any failure of the connection, and an
//! interaction is announced even while nothing can be stored.

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures::future::BoxFuture;
use mesabot::channel::discord::{
    DiscordSettings,
    backfill::{self, Watched},
    gateway::{Gateway, GatewayError, ListenEnd, ListenOptions, Pauses, Shard},
    http::{Call, Http},
    intake::{Intake, RawEvent},
};
use secrecy::SecretString;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use crate::support::discord::{ChannelKind, Emulator, Intents};

mod endpoint;
mod shards;

const SOON: Duration = Duration::from_secs(20);
const ANA: u64 = 1_000_000_000_000_000_005;
const GUILD: u64 = 1_000_000_000_000_000_001;
const MESA: u64 = 1_000_000_000_000_000_003;

async fn world() -> Emulator {
    let emulator = Emulator::start().await;
    emulator.add_user(ANA, "Ana", "es-419");
    emulator.add_guild(GUILD, "Taller");
    emulator.add_channel(MESA, GUILD, ChannelKind::Text, "mesa");
    emulator.joins(GUILD, ANA);
    emulator
}

fn settings(emulator: &Emulator, token: &str) -> DiscordSettings {
    DiscordSettings {
        token: SecretString::from(token.to_owned()),
        api_url: emulator.api_url().parse().unwrap(),
        guild_id: None,
        channel_id: None,
        staff_permission: None,
        request_timeout: Duration::from_secs(5),
    }
}

/// Ana presses a button of the bot; returns the interaction's key.
async fn press(emulator: &Emulator) -> u64 {
    press_in(emulator, MESA).await
}

async fn press_in(emulator: &Emulator, channel: u64) -> u64 {
    let card = card_in(emulator, channel).await;
    emulator.presses(ANA, channel, card, "t:a:1")
}

/// A message of the bot with a button.
async fn card_in(emulator: &Emulator, channel: u64) -> u64 {
    let http = Http::new(&settings(emulator, emulator.token())).unwrap();
    let button = json!({"type": 2, "style": 1, "label": "Aceptar", "custom_id": "t:a:1"});
    let card = json!({"content": "caso", "components": [{"type": 1, "components": [button]}]});
    let sent = http.ask(Call::post(format!("/channels/{channel}/messages"), card)).await.unwrap();
    sent["id"].as_str().unwrap().parse().unwrap()
}

/// The events received so far.
#[derive(Default)]
struct Heard {
    stored: Vec<RawEvent>,
    arrived: Vec<String>,
    readies: Vec<bool>,
    /// How many further batches cannot be stored.
    failures: usize,
}

impl Heard {
    fn said(&self) -> Vec<String> {
        let text = |event: &RawEvent| {
            let raw: Value = serde_json::from_str(&event.raw).unwrap();
            raw["d"]["content"].as_str().unwrap_or_default().to_owned()
        };
        self.stored.iter().filter(|event| event.key.starts_with("m:")).map(text).collect()
    }

    /// Stores as the inbox does: an event that is stored already is not stored again.
    fn take(&mut self, events: Vec<RawEvent>) -> anyhow::Result<()> {
        if self.failures > 0 {
            self.failures -= 1;
            anyhow::bail!("the disk is full");
        }
        for event in events {
            if self.stored.iter().all(|known| known.key != event.key) {
                self.stored.push(event);
            }
        }
        Ok(())
    }

    fn watched(&self) -> Vec<Watched> {
        let seen = self.stored.iter().filter(|event| event.lane == format!("#{MESA}"));
        let seen = seen.filter_map(|event| event.key.strip_prefix("m:")?.parse::<u64>().ok()).max();
        let channel = MESA.to_string();
        let guild = Some(GUILD.to_string());
        vec![Watched { channel, guild, after: seen.map(|id| id.to_string()) }]
    }
}

/// Records what the gateway delivers, and signals every change.
#[derive(Clone)]
struct Recorder {
    heard: watch::Sender<()>,
    state: Arc<Mutex<Heard>>,
}

impl Recorder {
    fn new() -> Self {
        Self { heard: watch::Sender::new(()), state: Arc::default() }
    }

    fn change<R>(&self, change: impl FnOnce(&mut Heard) -> R) -> R {
        let result = change(&mut self.state.lock().unwrap());
        self.heard.send_replace(());
        result
    }

    async fn wait_until(&self, condition: impl Fn(&Heard) -> bool) {
        let mut changes = self.heard.subscribe();
        let reached = async {
            while !condition(&self.state.lock().unwrap()) {
                changes.changed().await.unwrap();
            }
        };
        if tokio::time::timeout(SOON, reached).await.is_err() {
            let heard = self.state.lock().unwrap();
            panic!("heard only {:?}, ready {:?}", heard.said(), heard.readies);
        }
    }

    /// An intake into this recorder; after a possible loss, `http` fetches the missed messages.
    fn intake(&self, http: Option<Arc<Http>>) -> Intake {
        let storing = self.clone();
        let arriving = self.clone();
        let readying = self.clone();
        Intake {
            store: Box::new(move |events| {
                let stored = storing.change(|heard| heard.take(events));
                Box::pin(async { stored })
            }),
            arrived: Box::new(move |arrived| {
                arriving.change(|heard| heard.arrived.push(arrived.encode()));
            }),
            suggest: Box::new(|_| {}),
            server: Box::new(|_| {}),
            ready: Box::new(move |_, resumed| readying.clone().ready(resumed, http.clone())),
        }
    }

    fn ready(self, resumed: bool, http: Option<Arc<Http>>) -> BoxFuture<'static, ()> {
        Box::pin(async move {
            if let Some(http) = http.filter(|_| !resumed) {
                let watched = self.change(|heard| heard.watched());
                let store = |events| {
                    let stored = self.change(|heard| heard.take(events));
                    async { stored }
                };
                backfill::fill(&http, &watched, store).await;
            }
            self.change(|heard| heard.readies.push(resumed));
        })
    }
}

/// A running gateway connection.
struct Listening {
    recorder: Recorder,
    stop: watch::Sender<bool>,
    task: JoinHandle<Result<ListenEnd, GatewayError>>,
}

/// The shard that one connection serves, its recorder, and how long the connection may be down.
struct Part {
    shard: Shard,
    recorder: Recorder,
    patience: Option<Duration>,
}

impl Listening {
    fn start(emulator: &Emulator) -> Self {
        Self::with(emulator, emulator.token(), Recorder::new())
    }

    fn with(emulator: &Emulator, token: &str, recorder: Recorder) -> Self {
        Self::to(emulator, token, Part { shard: Shard::WHOLE, recorder, patience: None })
    }

    fn to(emulator: &Emulator, token: &str, part: Part) -> Self {
        let Part { shard, recorder, patience } = part;
        let settings = settings(emulator, token);
        let http = Arc::new(Http::new(&settings).unwrap());
        let at_once = Duration::from_millis(1);
        let renewal = at_once..at_once * 2;
        let pauses = Pauses { first: at_once, longest: at_once * 50, renewal, turn: at_once };
        let gateway = Gateway::new(&settings, Arc::clone(&http), true).with_pauses(pauses);
        let intake = recorder.intake(Some(http));
        let (stop, shutdown) = watch::channel(false);
        let task = tokio::spawn(async move {
            gateway.run(shard, &intake, ListenOptions::new(patience, shutdown)).await
        });
        Self { recorder, stop, task }
    }

    async fn ready(&self, times: usize) {
        self.recorder.wait_until(|heard| heard.readies.len() >= times).await;
    }

    async fn hears(&self, said: &[&str]) {
        self.recorder.wait_until(|heard| heard.said() == said).await;
    }

    fn readies(&self) -> Vec<bool> {
        self.recorder.state.lock().unwrap().readies.clone()
    }

    async fn ends(self) -> Result<ListenEnd, GatewayError> {
        tokio::time::timeout(SOON, self.task).await.unwrap().unwrap()
    }
}

fn assert_proper(emulator: &Emulator) {
    emulator.read(|ledger| assert_eq!(ledger.violations, Vec::<String>::new()));
}

#[tokio::test]
async fn events_are_stored_in_order_and_a_stop_closes_the_session() {
    let emulator = world().await;
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.says(ANA, MESA, "uno");
    emulator.dms(ANA, "dos");
    emulator.says(ANA, MESA, "tres");
    listening.hears(&["uno", "dos", "tres"]).await;
    assert_eq!(listening.readies(), [false]);
    let lanes = listening
        .recorder
        .change(|heard| heard.stored.iter().map(|event| event.lane.clone()).collect::<Vec<_>>());
    assert_eq!(lanes, [format!("#{MESA}"), format!("@{ANA}"), format!("#{MESA}")]);
    listening.stop.send_replace(true);
    listening.ends().await.unwrap();
    emulator.wait_until(|ledger| ledger.client_closes == [1000], SOON).await;
    assert_proper(&emulator);
}

#[tokio::test]
async fn g10_events_before_ready_is_read_are_stored_by_a_stopping_desk() {
    let emulator = world().await;
    let card = card_in(&emulator, MESA).await;
    let listening = Listening::start(&emulator);
    // The platform has started a session, of which the desk has read nothing when it is told to
    // stop.
    emulator.wait_until(|ledger| ledger.readies == 1, SOON).await;
    let pressed = emulator.presses(ANA, MESA, card, "t:a:1");
    listening.stop.send_replace(true);
    let recorder = listening.recorder.clone();
    listening.ends().await.unwrap();
    let heard = recorder.state.lock().unwrap();
    assert_eq!(heard.arrived.len(), 1, "{pressed} was delivered to this session and to no other");
    assert!(heard.stored.iter().any(|event| event.key == format!("i:{pressed}")));
    assert_proper(&emulator);
}

#[tokio::test]
async fn a_cut_connection_resumes_where_it_stopped() {
    let emulator = world().await;
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.says(ANA, MESA, "uno");
    listening.hears(&["uno"]).await;
    emulator.kill_sockets();
    emulator.says(ANA, MESA, "dos");
    listening.ready(2).await;
    emulator.reconnect();
    listening.ready(3).await;
    emulator.closes_gateway(4000);
    listening.ready(4).await;
    emulator.says(ANA, MESA, "tres");
    listening.hears(&["uno", "dos", "tres"]).await;
    assert_eq!(listening.readies(), [false, true, true, true]);
    emulator.read(|ledger| assert_eq!((ledger.identifies, ledger.resumes), (1, 3)));
    assert_proper(&emulator);
}

#[tokio::test]
async fn an_invalid_session_is_replaced_and_missed_messages_are_fetched() {
    let emulator = world().await;
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.says(ANA, MESA, "uno");
    listening.hears(&["uno"]).await;
    emulator.invalid_session(false);
    emulator.says(ANA, MESA, "dos");
    listening.ready(2).await;
    listening.hears(&["uno", "dos"]).await;
    emulator.forgets_sessions();
    emulator.kill_sockets();
    emulator.says(ANA, MESA, "tres");
    listening.ready(3).await;
    listening.hears(&["uno", "dos", "tres"]).await;
    assert_eq!(listening.readies(), [false, false, false]);
    assert_proper(&emulator);
}

#[tokio::test]
async fn a_lost_event_is_noticed_by_its_sequence_number() {
    let emulator = world().await;
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.says(ANA, MESA, "uno");
    listening.hears(&["uno"]).await;
    emulator.loses_events(1);
    emulator.says(ANA, MESA, "dos");
    emulator.says(ANA, MESA, "tres");
    listening.ready(2).await;
    listening.hears(&["uno", "dos", "tres"]).await;
    assert_eq!(listening.readies(), [false, false]);
    emulator.read(|ledger| assert_eq!(ledger.identifies, 1));
}

#[tokio::test]
async fn nothing_is_lost_over_kills_and_restarts() {
    let emulator = world().await;
    let recorder = Recorder::new();
    let mut expected = Vec::new();
    let mut number = 0;
    for round in 0..12 {
        let listening = Listening::with(&emulator, emulator.token(), recorder.clone());
        for step in 0..10 {
            number += 1;
            expected.push(format!("mensaje {number}"));
            emulator.says(ANA, MESA, expected.last().unwrap());
            match (round + step) % 5 {
                0 => emulator.kill_sockets(),
                2 => emulator.loses_events(u64::from(step == 7)),
                3 => {
                    emulator.forgets_sessions();
                    emulator.kill_sockets();
                }
                // Some events are received before the next fault, some are not.
                _ => recorder.wait_until(|heard| heard.said().len() == expected.len()).await,
            }
        }
        if round % 2 == 0 {
            listening.task.abort();
        } else {
            listening.stop.send_replace(true);
            listening.ends().await.unwrap();
        }
        recorder.change(|heard| heard.readies.clear());
    }
    let listening = Listening::with(&emulator, emulator.token(), recorder.clone());
    listening.ready(1).await;
    emulator.says(ANA, MESA, "fin");
    expected.push("fin".to_owned());
    recorder.wait_until(|heard| heard.said().len() >= expected.len()).await;
    assert_eq!(recorder.change(|heard| heard.said()), expected);
    assert_proper(&emulator);
}

#[tokio::test]
async fn an_unstored_interaction_is_announced_anyway() {
    let emulator = world().await;
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    listening.recorder.change(|heard| heard.failures = 3);
    emulator.says(ANA, MESA, "uno");
    emulator.says(ANA, MESA, "dos");
    let pressed = press(&emulator).await;
    listening.recorder.wait_until(|heard| !heard.arrived.is_empty()).await;
    let arrived = listening.recorder.change(|heard| heard.arrived[0].clone());
    assert!(arrived.starts_with(&format!("{pressed}:")) && arrived.ends_with(":b"), "{arrived}");
    listening.hears(&["uno", "dos"]).await;
    let stored = |heard: &Heard| heard.stored.iter().any(|e| e.key == format!("i:{pressed}"));
    listening.recorder.wait_until(stored).await;
}

#[tokio::test]
async fn a_connection_without_heartbeats_is_closed() {
    let emulator = world().await;
    emulator.heartbeat_interval(Duration::from_millis(50));
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.ignores_heartbeats(true);
    emulator.wait_until(|ledger| ledger.resumes >= 1, SOON).await;
    emulator.ignores_heartbeats(false);
    emulator.says(ANA, MESA, "uno");
    listening.hears(&["uno"]).await;
    emulator.read(|ledger| assert_eq!(ledger.identifies, 1));
}

#[tokio::test]
async fn without_the_message_content_intent_the_desk_goes_on() {
    let emulator = world().await;
    emulator.forbids_intents(Intents::MESSAGE_CONTENT);
    let listening = Listening::start(&emulator);
    listening.ready(1).await;
    emulator.dms(ANA, "uno");
    listening.hears(&["uno"]).await;
    emulator.read(|ledger| {
        assert_eq!(
            (ledger.identifies, ledger.readies, ledger.closes.as_slice()),
            (2, 1, &[4014][..])
        );
    });
}

#[tokio::test]
async fn faults_for_the_operator_end_with_a_remedy() {
    let emulator = world().await;
    let stranger = Listening::with(&emulator, "not.the.token", Recorder::new());
    assert_eq!(stranger.ends().await, Err(GatewayError::Token));
    for (code, expected) in [(4004, GatewayError::Token), (4013, GatewayError::Release(4013))] {
        let listening = Listening::start(&emulator);
        listening.ready(1).await;
        emulator.closes_gateway(code);
        assert_eq!(listening.ends().await, Err(expected));
    }
    emulator.forbids_intents(Intents::GUILD_MESSAGES);
    let error = Listening::start(&emulator).ends().await.unwrap_err();
    assert_eq!(error, GatewayError::Intents);
    assert!(error.to_string().contains("switch on"), "{error}");
}
