//! Discord, played in this process on a loopback port: the REST routes the desk uses, the gateway
//! with its sessions, interactions with their deadlines, and people who write, press and fill in.
//! It checks every request against the platform's description and keeps a ledger of what happened.
//! Deliberately absent: any knowledge of the desk; it sees what the platform sees.

mod callbacks;
mod catalogue;
mod cdn;
mod channels;
mod commands;
mod components;
mod facts;
mod faults;
mod fields;
mod forms;
mod gateway;
mod ledger;
mod messages;
mod objects;
mod outages;
mod people;
mod refusal;
mod routes;
mod server;
mod sessions;
mod signing;
mod state;
mod told;
mod webhooks;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;
use tokio::sync::watch;

pub use crate::chance::Gate;
use crate::connection::Loopback;
pub use cdn::FETCHING;
pub use commands::{MenuRef, Typing};
pub use faults::{Fault, FaultScript};
pub use ledger::{Button, Call, Effect, Ledger, Modal, Post, Response, Select};
pub use messages::ATTACH as ATTACH_FILES;
pub use objects::MANAGE_MESSAGES;
pub use sessions::Shard;
pub use signing::Signature;
use state::State;
pub use state::{ChannelKind, Intents};
pub use told::Told;

/// The emulated bot's account, which is its application's number too.
pub const BOT_ID: u64 = 1_100_000_000_000_000_001;
/// The emulated bot's name.
pub const BOT_NAME: &str = "MesaPrueba";
/// Formed as real tokens are, so that whatever hides those hides this one.
const TOKEN: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.GcAnAr.canaryCANARYcanaryCANARYcanaryCANARY00";

/// A robot that is shown what took effect, and may let people react to it.
type Robot = Arc<dyn Fn(&Emulator, &Effect) + Send + Sync>;

/// A running Discord. Clones are the same one; it runs until its test ends.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    robots: Mutex<Vec<Robot>>,
    api_url: String,
}

impl Emulator {
    /// Starts on a free port of the loopback interface.
    pub async fn start() -> Self {
        let listener = Loopback::bind().await;
        let api_url = listener.url();
        let inner = Inner {
            state: Mutex::new(State::new(&api_url)),
            changes: watch::Sender::new(0),
            robots: Mutex::default(),
            api_url,
        };
        let emulator = Self { inner: Arc::new(inner) };
        tokio::spawn(server::serve(listener, emulator.clone()));
        emulator
    }

    /// Where it answers, for `MESABOT_DISCORD__API_URL`: scheme and host alone.
    pub fn api_url(&self) -> &str {
        &self.inner.api_url
    }

    /// Where its gateway answers.
    pub fn gateway_url(&self) -> String {
        self.inner.api_url.replace("http://", "ws://")
    }

    /// The one token it accepts.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// What goes wrong with requests is written here.
    pub fn faults(&self) -> FaultScript<'_> {
        FaultScript::new(self)
    }

    /// Shows every accepted message and new face of one, those that answer interactions included,
    /// to `robot` before the bot gets its answer. The robot may act for people.
    pub fn on_send(&self, robot: impl Fn(&Emulator, &Post) + Send + Sync + 'static) {
        self.on_effect(move |emulator, effect| {
            if let Effect::Sent(post) | Effect::Edited(post) = effect {
                robot(emulator, post);
            }
        });
    }

    /// Shows everything that takes effect to `robot` before the bot gets its answer.
    pub fn on_effect(&self, robot: impl Fn(&Emulator, &Effect) + Send + Sync + 'static) {
        lock(&self.inner.robots).push(Arc::new(robot));
    }

    /// Reads the ledger as it stands.
    pub fn read<R>(&self, read: impl FnOnce(&Ledger) -> R) -> R {
        read(&lock(&self.inner.state).ledger)
    }

    /// The messages of the bot in a channel with their present faces, oldest first, without those
    /// that only one person sees.
    pub fn messages(&self, channel: u64) -> Vec<Post> {
        let state = lock(&self.inner.state);
        let posts = state.channels.get(&channel).into_iter().flat_map(|place| place.posts.values());
        posts.filter(|post| post.author == BOT_ID && post.only_for.is_none()).cloned().collect()
    }

    /// The messages that only this person sees, with their present faces, oldest first.
    pub fn ephemerals(&self, user: u64) -> Vec<Post> {
        let state = lock(&self.inner.state);
        let posts = state.channels.values().flat_map(|place| place.posts.values());
        let mut posts: Vec<Post> =
            posts.filter(|post| post.only_for == Some(user) && !post.loading()).cloned().collect();
        posts.sort_by_key(|post| post.message_id);
        posts
    }

    /// The newest button in a channel with this label: its message and its code.
    pub fn button(&self, channel: u64, label: &str) -> Option<(u64, String)> {
        self.messages(channel).iter().rev().find_map(|post| {
            let found = post.buttons().into_iter().find(|button| button.label == label)?;
            Some((post.message_id, found.custom_id))
        })
    }

    /// The newest button with this label that this person sees in private or alone: where it hangs
    /// and its code.
    pub fn button_before(&self, user: u64, label: &str) -> Option<(u64, u64, String)> {
        let mut posts = self.messages(self.direct(user));
        posts.extend(self.ephemerals(user));
        posts.sort_by_key(|post| post.message_id);
        posts.iter().rev().find_map(|post| {
            let found = post.buttons().into_iter().find(|button| button.label == label)?;
            Some((post.channel, post.message_id, found.custom_id))
        })
    }

    /// The interactions whose placeholder still says that the desk is thinking.
    pub fn thinking(&self) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let posts = state.channels.values().flat_map(|place| place.posts.values());
        posts.filter(|post| post.loading()).filter_map(|post| post.interaction).collect()
    }

    /// The form that is open before this person.
    pub fn modal_shown(&self, user: u64) -> Option<Modal> {
        lock(&self.inner.state).users.get(&user).and_then(|user| user.modal.clone())
    }

    /// What was suggested to somebody who types, once it was.
    pub fn choices(&self, interaction: u64) -> Option<Vec<Value>> {
        lock(&self.inner.state).interactions.get(&interaction).and_then(|i| i.choices.clone())
    }

    /// The commands as they are registered, for one guild or, without one, everywhere.
    pub fn commands(&self, guild: Option<u64>) -> Vec<Value> {
        lock(&self.inner.state).commands.get(&guild).cloned().unwrap_or_default()
    }

    /// The key of the newest message in a channel, whoever wrote it.
    pub fn last_message(&self, channel: u64) -> u64 {
        let state = lock(&self.inner.state);
        let place = state.channels.get(&channel);
        place.and_then(|place| place.posts.keys().next_back().copied()).unwrap_or_default()
    }

    /// The newest message that this person wrote in a channel.
    pub fn last_message_of(&self, user: u64, channel: u64) -> u64 {
        let state = lock(&self.inner.state);
        let posts = state.channels.get(&channel).into_iter().flat_map(|place| place.posts.values());
        let own = posts.filter(|post| post.author == user).map(|post| post.message_id).max();
        own.unwrap_or_else(|| panic!("{user} has written nothing in {channel}"))
    }

    /// What people did that still waits for its first answer.
    pub fn unanswered(&self) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let waiting = state.interactions.values().filter(|one| one.answered.is_none());
        waiting.map(|one| one.id).collect()
    }

    /// The threads that hang in a channel and were not deleted.
    pub fn threads(&self, channel: u64) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let places = state.channels.values().filter(|place| place.parent == Some(channel));
        places.map(|place| place.id).collect()
    }

    /// A thread as it stands: its name, whether it is archived, and the people in it.
    pub fn thread(&self, thread: u64) -> (String, bool, Vec<u64>) {
        let state = lock(&self.inner.state);
        let place = state.channels.get(&thread);
        let place = place.unwrap_or_else(|| panic!("there is no thread {thread}"));
        let people = place.members.iter().copied().filter(|user| *user != BOT_ID);
        (place.name.clone(), place.archived, people.collect())
    }

    /// Signals every change of what the emulator knows.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Waits until the ledger fulfils `condition`; after `deadline` it panics with what happened.
    pub async fn wait_until(&self, condition: impl Fn(&Ledger) -> bool, deadline: Duration) {
        let mut changes = self.changed();
        let reached = async {
            while !self.read(&condition) {
                changes.changed().await.expect("the emulator holds the sender");
            }
        };
        if tokio::time::timeout(deadline, reached).await.is_err() {
            panic!("it did not come to pass in {deadline:?}; {}", self.read(Ledger::summary));
        }
    }

    /// Time passes on the platform alone: deadlines of interactions come, nonces are forgotten.
    pub fn passes(&self, time: Duration) {
        self.change(|state| state.ahead += time);
    }

    /// Changes the state and tells everybody who waits.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut lock(&self.inner.state));
        self.inner.changes.send_modify(|version| *version += 1);
        result
    }

    fn robots(&self) -> Vec<Robot> {
        lock(&self.inner.robots).clone()
    }
}

/// A failed assertion in one test task must not hide what the others saw.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
