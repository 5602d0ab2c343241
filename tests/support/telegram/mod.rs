//! The Bot API, played in this process on a loopback port: the queue of updates with the platform's
//! own rules of confirmation, the methods the desk uses, and people who write and press. It checks
//! every parameter against the platform's description and keeps a ledger of what happened.
//! Deliberately absent: any knowledge of the desk; it sees what the platform sees.

mod faults;
mod files;
mod ledger;
mod methods;
mod people;
mod profile;
mod queue;
mod server;
mod state;
mod topics;
mod updates;
mod validate;
pub mod webhook;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::watch;

pub use super::chance::Gate;
use super::connection::Loopback;
pub use faults::{Fault, FaultScript};
pub use files::DOWNLOADING;
pub use ledger::{Button, Call, Effect, Ledger, Post, SentFile};
pub use people::AttachmentSample;
use state::State;

/// The emulated bot's account.
pub const BOT_ID: i64 = 110_201_543;
/// The emulated bot's name.
pub const BOT_USERNAME: &str = "MesaPruebaBot";
/// Formed as real tokens are, so that whatever hides those hides this one.
const TOKEN: &str = "110201543:AAHcanaryCANARYcanaryCANARYcanary00";

/// A robot that is shown every accepted message and edit, and may let people react to it.
type Robot = Arc<dyn Fn(&Emulator, &Post) + Send + Sync>;

/// A running Bot API. Clones are the same one; it runs until its test ends.
#[derive(Clone)]
pub struct Emulator {
    inner: Arc<Inner>,
}

struct Inner {
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    robot: Mutex<Option<Robot>>,
    api_url: String,
}

impl Emulator {
    /// Starts on a free port of the loopback interface.
    pub async fn start() -> Self {
        let listener = Loopback::bind().await;
        let inner = Inner {
            state: Mutex::new(State::new()),
            changes: watch::Sender::new(0),
            robot: Mutex::new(None),
            api_url: listener.url(),
        };
        let emulator = Self { inner: Arc::new(inner) };
        tokio::spawn(server::serve(listener, emulator.clone()));
        emulator
    }

    /// Where it answers, for `MESABOT_TELEGRAM__API_URL`.
    pub fn api_url(&self) -> &str {
        &self.inner.api_url
    }

    /// The one token it accepts.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// The bot's name without the `@`.
    pub fn bot_username(&self) -> &'static str {
        BOT_USERNAME
    }

    /// What went wrong is written here.
    pub fn faults(&self) -> FaultScript<'_> {
        FaultScript::new(self)
    }

    /// Shows every accepted message and edit to `robot` before the bot gets its answer. The robot
    /// may act for people.
    pub fn on_send(&self, robot: impl Fn(&Emulator, &Post) + Send + Sync + 'static) {
        *lock(&self.inner.robot) = Some(Arc::new(robot));
    }

    /// Reads the ledger as it stands.
    pub fn read<R>(&self, read: impl FnOnce(&Ledger) -> R) -> R {
        read(&lock(&self.inner.state).ledger)
    }

    /// The messages of the bot in a chat with their present faces, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Post> {
        lock(&self.inner.state).posts(chat)
    }

    /// The newest button in a chat with this label: its message and its code.
    pub fn button(&self, chat: i64, label: &str) -> Option<(i64, String)> {
        self.messages(chat).iter().rev().find_map(|post| {
            let mut buttons = post.buttons.iter().flatten();
            buttons
                .find(|button| button.label == label)
                .map(|button| (post.message_id, button.code.clone()))
        })
    }

    /// Updates that are neither confirmed nor forgotten, oldest first.
    pub fn pending(&self) -> Vec<i64> {
        lock(&self.inner.state).queue.pending()
    }

    /// Signals every change of what the emulator knows.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Signals a change although nothing has changed but the time.
    pub fn passes_the_time(&self) {
        self.change(|_| ());
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

    /// Changes the state and tells everybody who waits.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut lock(&self.inner.state));
        self.inner.changes.send_modify(|version| *version += 1);
        result
    }

    fn robot(&self) -> Option<Robot> {
        lock(&self.inner.robot).clone()
    }
}

/// A failed assertion in one test task must not hide what the others saw.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
