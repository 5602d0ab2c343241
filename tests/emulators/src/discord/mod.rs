//! Discord, emulated in this process on a loopback port: the REST routes that the desk uses, the
//! gateway with its sessions, interactions with their time limits, and users who write, press and
//! fill in modals. The emulator checks every request against Discord's API description and keeps a
//! ledger of what happened. Deliberately absent: any knowledge of the desk; the emulator sees what
//! Discord sees.

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

/// The user id of the bot, which is the id of its application too.
pub const BOT_ID: u64 = 1_100_000_000_000_000_001;
/// The user name of the bot.
pub const BOT_NAME: &str = "MesaPrueba";
/// Has the form of a real token, so that code that redacts tokens redacts this one.
const TOKEN: &str = "MTEwMDAwMDAwMDAwMDAwMDAwMQ.GcAnAr.canaryCANARYcanaryCANARYcanaryCANARY00";

/// A callback that sees every effect, and may act for users.
type Robot = Arc<dyn Fn(&Emulator, &Effect) + Send + Sync>;

/// A running Discord. Clones share one server, which runs until the test's runtime ends.
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

    /// The base URL, for `MESABOT_DISCORD__API_URL`: scheme and host alone.
    pub fn api_url(&self) -> &str {
        &self.inner.api_url
    }

    /// The URL of the gateway.
    pub fn gateway_url(&self) -> String {
        self.inner.api_url.replace("http://", "ws://")
    }

    /// The only token that the server accepts.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// Configures what goes wrong with requests.
    pub fn faults(&self) -> FaultScript<'_> {
        FaultScript::new(self)
    }

    /// Calls `robot` with every accepted message and edit, interaction responses included, before
    /// the bot gets its response. The robot may act for users.
    pub fn on_send(&self, robot: impl Fn(&Emulator, &Post) + Send + Sync + 'static) {
        self.on_effect(move |emulator, effect| {
            if let Effect::Sent(post) | Effect::Edited(post) = effect {
                robot(emulator, post);
            }
        });
    }

    /// Calls `robot` with every effect before the bot gets its response.
    pub fn on_effect(&self, robot: impl Fn(&Emulator, &Effect) + Send + Sync + 'static) {
        lock(&self.inner.robots).push(Arc::new(robot));
    }

    /// Reads the ledger.
    pub fn read<R>(&self, read: impl FnOnce(&Ledger) -> R) -> R {
        read(&lock(&self.inner.state).ledger)
    }

    /// The current versions of the bot's messages in a channel, oldest first, without ephemeral
    /// ones.
    pub fn messages(&self, channel: u64) -> Vec<Post> {
        let state = lock(&self.inner.state);
        let posts = state.channels.get(&channel).into_iter().flat_map(|place| place.posts.values());
        posts.filter(|post| post.author == BOT_ID && post.only_for.is_none()).cloned().collect()
    }

    /// The current versions of the ephemeral messages that this user sees, oldest first.
    pub fn ephemerals(&self, user: u64) -> Vec<Post> {
        let state = lock(&self.inner.state);
        let posts = state.channels.values().flat_map(|place| place.posts.values());
        let mut posts: Vec<Post> =
            posts.filter(|post| post.only_for == Some(user) && !post.loading()).cloned().collect();
        posts.sort_by_key(|post| post.message_id);
        posts
    }

    /// The message id and the custom id of the newest button with this label in a channel.
    pub fn button(&self, channel: u64, label: &str) -> Option<(u64, String)> {
        self.messages(channel).iter().rev().find_map(|post| {
            let found = post.buttons().into_iter().find(|button| button.label == label)?;
            Some((post.message_id, found.custom_id))
        })
    }

    /// The channel, message id and custom id of the newest button with this label in the user's
    /// direct or ephemeral messages.
    pub fn button_before(&self, user: u64, label: &str) -> Option<(u64, u64, String)> {
        let mut posts = self.messages(self.direct(user));
        posts.extend(self.ephemerals(user));
        posts.sort_by_key(|post| post.message_id);
        posts.iter().rev().find_map(|post| {
            let found = post.buttons().into_iter().find(|button| button.label == label)?;
            Some((post.channel, post.message_id, found.custom_id))
        })
    }

    /// The interactions with a deferred response that has no content yet.
    pub fn thinking(&self) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let posts = state.channels.values().flat_map(|place| place.posts.values());
        posts.filter(|post| post.loading()).filter_map(|post| post.interaction).collect()
    }

    /// The modal that is open for this user.
    pub fn modal_shown(&self, user: u64) -> Option<Modal> {
        lock(&self.inner.state).users.get(&user).and_then(|user| user.modal.clone())
    }

    /// The autocomplete suggestions of an interaction, once there are some.
    pub fn choices(&self, interaction: u64) -> Option<Vec<Value>> {
        lock(&self.inner.state).interactions.get(&interaction).and_then(|i| i.choices.clone())
    }

    /// The registered commands of a guild, or the global ones.
    pub fn commands(&self, guild: Option<u64>) -> Vec<Value> {
        lock(&self.inner.state).commands.get(&guild).cloned().unwrap_or_default()
    }

    /// The id of the newest message in a channel, of any author.
    pub fn last_message(&self, channel: u64) -> u64 {
        let state = lock(&self.inner.state);
        let place = state.channels.get(&channel);
        place.and_then(|place| place.posts.keys().next_back().copied()).unwrap_or_default()
    }

    /// The newest message of this user in a channel.
    pub fn last_message_of(&self, user: u64, channel: u64) -> u64 {
        let state = lock(&self.inner.state);
        let posts = state.channels.get(&channel).into_iter().flat_map(|place| place.posts.values());
        let own = posts.filter(|post| post.author == user).map(|post| post.message_id).max();
        own.unwrap_or_else(|| panic!("{user} has written nothing in {channel}"))
    }

    /// The interactions that still wait for their first response.
    pub fn unanswered(&self) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let waiting = state.interactions.values().filter(|one| one.answered.is_none());
        waiting.map(|one| one.id).collect()
    }

    /// The threads of a channel that were not deleted.
    pub fn threads(&self, channel: u64) -> Vec<u64> {
        let state = lock(&self.inner.state);
        let places = state.channels.values().filter(|place| place.parent == Some(channel));
        places.map(|place| place.id).collect()
    }

    /// The name of a thread, whether it is archived, and its members.
    pub fn thread(&self, thread: u64) -> (String, bool, Vec<u64>) {
        let state = lock(&self.inner.state);
        let place = state.channels.get(&thread);
        let place = place.unwrap_or_else(|| panic!("there is no thread {thread}"));
        let people = place.members.iter().copied().filter(|user| *user != BOT_ID);
        (place.name.clone(), place.archived, people.collect())
    }

    /// Signals every change of the emulator's state.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Waits until the ledger meets `condition`; after `deadline` panics with the ledger's summary.
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

    /// Moves Discord's clock alone: time limits of interactions end, nonces are forgotten.
    pub fn passes(&self, time: Duration) {
        self.change(|state| state.ahead += time);
    }

    /// Changes the state and wakes every waiting task.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut lock(&self.inner.state));
        self.inner.changes.send_modify(|version| *version += 1);
        result
    }

    fn robots(&self) -> Vec<Robot> {
        lock(&self.inner.robots).clone()
    }
}

/// Ignores poisoning: a failed assertion in one task must not hide what other tasks saw.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
