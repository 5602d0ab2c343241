//! A simulated network behind the `Channel` trait, in the time of a clock that the test moves:
//! every answer takes a moment, and faults begin and end at set instants. The network keeps a
//! ledger of what people saw and of violations of its own limits. Deliberately absent: the wire;
//! how each adapter handles a broken connection, a page or a 429 is in the stories of the adapters.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use mesabot::{
    channel::{Channel, Envelope, MenuEntry, SendError},
    chat::outgoing::Outgoing,
    clock::{Clock, HandClock},
    domain::{
        channel::ChannelKind,
        time::{MINUTE, SECOND, Timestamp},
    },
};
use tokio::sync::{oneshot, watch};

/// How long an answer takes without faults, in milliseconds.
const PROMPT: i64 = 60;
/// How long the adapter waits for an answer before it gives up, in milliseconds.
const PATIENCE: i64 = 30_000;
/// How long the adapter waits for a sign of life, in milliseconds.
const SIGN: i64 = 5_000;

/// A fault of the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// `per_mille` calls in a thousand are asked to wait 1 to 60 seconds: one chat, or with
    /// `global` now and then all of them.
    TooMany { per_mille: u64, global: bool },
    /// Only these chats are asked to wait, each time they may be called again.
    TooManyIn(&'static [usize]),
    /// Connections are refused.
    Refused,
    /// Every answer is an HTML page with a 5xx; no call has an effect.
    Page,
    /// No call is answered or has an effect.
    Dead,
    /// `per_mille` calls in a thousand hang without effect.
    Hanging { per_mille: u64 },
    /// `per_mille` calls in a thousand take effect, and the answer is lost.
    Lossy { per_mille: u64 },
}

/// A message that a person saw.
#[derive(Debug, Clone)]
pub struct Seen {
    pub chat: String,
    pub text: String,
    pub at: Timestamp,
}

/// A simulated network.
pub struct Network {
    kind: ChannelKind,
    clock: Arc<HandClock>,
    state: Mutex<State>,
    /// How many calls wait for the clock.
    parked: watch::Sender<usize>,
}

/// Limits that hold in every window of their length, wherever the window begins.
#[derive(Debug, Clone, Copy)]
pub struct Enforced {
    pub per_second: usize,
    pub group_per_minute: usize,
}

impl Enforced {
    /// Until when a message waits for its place in every window.
    fn wait(self, chat: &str, ledger: &Ledger, now: Timestamp) -> Option<Timestamp> {
        let within = |length: i64| {
            let recent = ledger.seen.iter().rev();
            recent.take_while(move |seen| now.since(seen.at) < length)
        };
        if within(SECOND).count() >= self.per_second {
            return Some(now.plus(SECOND));
        }
        let here = within(MINUTE).filter(|seen| seen.chat == chat);
        (chat.starts_with("group") && here.count() >= self.group_per_minute)
            .then(|| now.plus(MINUTE))
    }
}

#[derive(Default)]
struct State {
    enforced: Option<Enforced>,
    dice: u64,
    weather: Vec<(Range<i64>, Weather)>,
    blocked: HashSet<String>,
    /// Until when a chat, or under "" every chat, may not be called.
    waits: HashMap<String, Timestamp>,
    /// The nonces of all messages so far.
    nonces: HashSet<String>,
    waiting: Vec<(Timestamp, oneshot::Sender<()>)>,
    ledger: Ledger,
}

#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// What people saw, in order.
    pub seen: Vec<Seen>,
    /// How often it was in doubt whether a message had arrived.
    pub doubts: HashMap<String, usize>,
    /// When messages were sent, with any result.
    pub calls: Vec<Timestamp>,
    /// How many messages exceeded a limit of the network and were asked to wait.
    pub refused: usize,
    /// When the adapter asked whether the network is there.
    pub questions: Vec<Timestamp>,
    /// Chats that were called before the end of their wait.
    pub impatient: Vec<(String, Timestamp)>,
}

impl Network {
    pub fn new(kind: ChannelKind, clock: Arc<HandClock>, seed: u64) -> Arc<Self> {
        let state = Mutex::new(State { dice: seed, ..State::default() });
        Arc::new(Self { kind, clock, state, parked: watch::Sender::new(0) })
    }

    /// Sets the weather between two instants.
    pub fn forecast(&self, when: Range<Timestamp>, weather: Weather) {
        self.lock().weather.push((when.start.0..when.end.0, weather));
    }

    /// Enforces these limits from now on.
    pub fn enforces(&self, limits: Enforced) {
        self.lock().enforced = Some(limits);
    }

    /// A person blocks the bot for good.
    pub fn blocks(&self, chat: &str) {
        self.lock().blocked.insert(chat.to_owned());
    }

    pub fn ledger(&self) -> Ledger {
        self.lock().ledger.clone()
    }

    /// Until when a chat was asked to wait.
    pub fn waits(&self, chat: &str) -> Option<Timestamp> {
        let state = self.lock();
        [chat, ""].iter().filter_map(|key| state.waits.get(*key)).max().copied()
    }

    /// Waits until this many calls wait for the clock.
    pub async fn stalls(&self, calls: usize) {
        let mut parked = self.parked.subscribe();
        parked.wait_for(|parked| *parked == calls).await.expect("the network holds the sender");
    }

    /// When the next call ends.
    pub fn next(&self) -> Option<Timestamp> {
        self.lock().waiting.iter().map(|(due, _)| *due).min()
    }

    /// Ends every call whose time has come.
    pub fn wakes(&self) {
        let now = self.clock.now();
        let mut state = self.lock();
        let (due, later) = std::mem::take(&mut state.waiting).into_iter().partition(|w| w.0 <= now);
        state.waiting = later;
        let left = state.waiting.len();
        drop(state);
        self.parked.send_replace(left);
        let due: Vec<(Timestamp, oneshot::Sender<()>)> = due;
        for (_, wake) in due {
            wake.send(()).expect("every call awaits its wake-up");
        }
    }

    async fn takes(&self, milliseconds: i64) {
        let (wake, woken) = oneshot::channel();
        let due = self.clock.now().plus(milliseconds);
        let parked = {
            let mut state = self.lock();
            state.waiting.push((due, wake));
            state.waiting.len()
        };
        self.parked.send_replace(parked);
        woken.await.expect("the network outlives its calls");
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides the result of a message: how long the answer takes in milliseconds, and the answer.
    fn handle(&self, to: &Envelope<'_>, text: &str) -> (i64, Result<String, SendError>) {
        let now = self.clock.now();
        let state = &mut *self.lock();
        state.ledger.calls.push(now);
        // A repeated message is marked, and counts as the same message.
        let text = text.strip_prefix("(Repetido) ").unwrap_or(text);
        let doubt = |state: &mut State| {
            *state.ledger.doubts.entry(text.to_owned()).or_default() += 1;
        };
        let own = state.waits.get(to.chat).filter(|until| **until > now).copied();
        if let Some(until) = own {
            state.ledger.impatient.push((to.chat.to_owned(), now));
            return (PROMPT, Err(wait(until, now)));
        }
        if let Some(until) = state.waits.get("").filter(|until| **until > now).copied() {
            return (PROMPT, Err(wait(until, now)));
        }
        let chances = (state.roll(), state.roll());
        match state.weather_at(now) {
            Some(Weather::TooMany { per_mille, global }) if chances.0 % 1000 < per_mille => {
                let until = now.plus(1_000 * i64::try_from(1 + chances.1 % 60).expect("small"));
                let all = global && (chances.1 / 60).is_multiple_of(8);
                let key = if all { "" } else { to.chat };
                state.waits.insert(key.to_owned(), until);
                return (PROMPT, Err(wait(until, now)));
            }
            Some(Weather::TooManyIn(chats))
                if chats.iter().any(|c| to.chat.ends_with(&name(*c))) =>
            {
                let until = now.plus(7_000);
                state.waits.insert(to.chat.to_owned(), until);
                return (PROMPT, Err(wait(until, now)));
            }
            Some(Weather::Refused) => {
                return (PROMPT, Err(SendError::Transient("cannot connect".into())));
            }
            Some(Weather::Page) => {
                return (PROMPT, Err(SendError::Transient("the platform answered 502".into())));
            }
            Some(Weather::Dead) => {
                doubt(state);
                return (PATIENCE, Err(SendError::Unknown("no answer in time".into())));
            }
            Some(Weather::Hanging { per_mille }) if chances.0 % 1000 < per_mille => {
                doubt(state);
                return (PATIENCE, Err(SendError::Unknown("no answer in time".into())));
            }
            _ => {}
        }
        if state.blocked.contains(to.chat) {
            return (PROMPT, Err(SendError::Unreachable("bot was blocked by the user".into())));
        }
        let full = state.enforced.and_then(|limits| limits.wait(to.chat, &state.ledger, now));
        if let Some(until) = full {
            state.ledger.refused += 1;
            return (PROMPT, Err(wait(until, now)));
        }
        let known = self.remembers() && !state.nonces.insert(to.nonce.unwrap_or_default().into());
        if !known {
            let seen = Seen { chat: to.chat.to_owned(), text: text.to_owned(), at: now };
            state.ledger.seen.push(seen);
        }
        match state.weather_at(now) {
            Some(Weather::Lossy { per_mille }) if chances.0 % 1000 < per_mille => {
                doubt(state);
                (PROMPT, Err(SendError::Unknown("the answer was lost".into())))
            }
            _ => (PROMPT, Ok(state.ledger.seen.len().to_string())),
        }
    }

    fn remembers(&self) -> bool {
        self.kind == ChannelKind::Discord
    }
}

/// What the names of the chat with this number end with.
pub fn name(chat: usize) -> String {
    format!("{chat:04}")
}

fn wait(until: Timestamp, now: Timestamp) -> SendError {
    SendError::RetryAfter(Duration::from_millis(until.since(now).unsigned_abs()))
}

impl State {
    /// One step of SplitMix64.
    fn roll(&mut self) -> u64 {
        self.dice = self.dice.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.dice;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn weather_at(&self, now: Timestamp) -> Option<Weather> {
        let found = self.weather.iter().find(|(when, _)| when.contains(&now.0));
        found.map(|(_, weather)| *weather)
    }
}

#[async_trait]
impl Channel for Network {
    fn kind(&self) -> ChannelKind {
        self.kind
    }

    fn repeats_safely(&self, via: Option<&str>) -> bool {
        self.remembers() && via.is_none()
    }

    async fn is_there(&self) -> Result<(), SendError> {
        let now = self.clock.now();
        let weather = {
            let mut state = self.lock();
            state.ledger.questions.push(now);
            state.weather_at(now)
        };
        match weather {
            Some(Weather::Refused) => {
                self.takes(PROMPT).await;
                Err(SendError::Transient("cannot connect".into()))
            }
            Some(Weather::Page) => {
                self.takes(PROMPT).await;
                Err(SendError::Transient("the platform answered 502".into()))
            }
            Some(Weather::Dead) => {
                self.takes(SIGN).await;
                Err(SendError::Unknown("no answer in time".into()))
            }
            _ => {
                self.takes(PROMPT).await;
                Ok(())
            }
        }
    }

    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError> {
        let (milliseconds, answer) = self.handle(to, &message.text.to_plain());
        self.takes(milliseconds).await;
        answer
    }

    async fn edit(&self, _: &str, _: &str, _: &Outgoing) -> Result<(), SendError> {
        unreachable!("nothing is edited in a storm")
    }

    async fn answer(&self, _: &Envelope<'_>, _: Option<&str>) -> Result<(), SendError> {
        unreachable!("nothing is acknowledged in a storm")
    }

    async fn show_menu(&self, _: &str, _: &[MenuEntry]) -> Result<(), SendError> {
        unreachable!("no menu is shown in a storm")
    }
}
