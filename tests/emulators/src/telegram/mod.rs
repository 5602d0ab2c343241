//! The Bot API, emulated in this process on a loopback port: the update queue with Telegram's rules
//! of confirmation, the methods that the desk uses, and users who write and press buttons. The
//! emulator checks every parameter against Telegram's API description and keeps a ledger of what
//! happened. Deliberately absent: any knowledge of the desk; the emulator sees what Telegram sees.

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

pub use crate::chance::Gate;
use crate::connection::Loopback;
pub use faults::{Fault, FaultScript};
pub use files::DOWNLOADING;
pub use ledger::{Button, Call, Effect, Ledger, Post, SentFile};
pub use people::AttachmentSample;
use state::State;

/// The user id of the bot.
pub const BOT_ID: i64 = 110_201_543;
/// The user name of the bot.
pub const BOT_USERNAME: &str = "MesaPruebaBot";
/// Has the form of a real token, so that code that redacts tokens redacts this one.
const TOKEN: &str = "110201543:AAHcanaryCANARYcanaryCANARYcanary00";

/// A callback that sees every accepted message and edit, and may act for users.
type Robot = Arc<dyn Fn(&Emulator, &Post) + Send + Sync>;

/// A running Bot API. Clones share one server, which runs until the test's runtime ends.
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

    /// The base URL, for `MESABOT_TELEGRAM__API_URL`.
    pub fn api_url(&self) -> &str {
        &self.inner.api_url
    }

    /// The only token that the server accepts.
    pub fn token(&self) -> &'static str {
        TOKEN
    }

    /// The bot's user name without the `@`.
    pub fn bot_username(&self) -> &'static str {
        BOT_USERNAME
    }

    /// Configures what goes wrong.
    pub fn faults(&self) -> FaultScript<'_> {
        FaultScript::new(self)
    }

    /// Calls `robot` with every accepted message and edit before the bot gets its response. The
    /// robot may act for users.
    pub fn on_send(&self, robot: impl Fn(&Emulator, &Post) + Send + Sync + 'static) {
        *lock(&self.inner.robot) = Some(Arc::new(robot));
    }

    /// Reads the ledger.
    pub fn read<R>(&self, read: impl FnOnce(&Ledger) -> R) -> R {
        read(&lock(&self.inner.state).ledger)
    }

    /// The current versions of the bot's messages in a chat, oldest first.
    pub fn messages(&self, chat: i64) -> Vec<Post> {
        lock(&self.inner.state).posts(chat)
    }

    /// The message id and the callback data of the newest button with this label in a chat.
    pub fn button(&self, chat: i64, label: &str) -> Option<(i64, String)> {
        self.messages(chat).iter().rev().find_map(|post| {
            let mut buttons = post.buttons.iter().flatten();
            buttons
                .find(|button| button.label == label)
                .map(|button| (post.message_id, button.code.clone()))
        })
    }

    /// The updates that are neither confirmed nor dropped, oldest first.
    pub fn pending(&self) -> Vec<i64> {
        lock(&self.inner.state).queue.pending()
    }

    /// Signals every change of the emulator's state.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changes.subscribe()
    }

    /// Signals a change of time alone.
    pub fn passes_the_time(&self) {
        self.change(|_| ());
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

    /// Changes the state and wakes every waiting task.
    fn change<R>(&self, change: impl FnOnce(&mut State) -> R) -> R {
        let result = change(&mut lock(&self.inner.state));
        self.inner.changes.send_modify(|version| *version += 1);
        result
    }

    fn robot(&self) -> Option<Robot> {
        lock(&self.inner.robot).clone()
    }
}

/// Ignores poisoning: a failed assertion in one task must not hide what other tasks saw.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
