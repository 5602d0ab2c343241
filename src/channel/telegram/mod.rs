//! The Telegram Bot API: [`mod@receive`] and [`render`] convert and touch nothing, [`send`] and
//! [`poller`] speak to the network, [`webhook`] is spoken to by it, `files` carries what is not text,
//! [`setup`] does what is done once at start. Deliberately absent: teloxide's dispatcher, dialogues,
//! throttle and polling. They confirm an update before it is stored and keep their queues in memory.

mod errors;
mod files;
mod kinds;
pub mod poller;
pub mod profile;
pub mod receive;
pub mod render;
pub mod send;
pub mod setup;
pub mod webhook;
mod wire;

use std::time::Duration;

use reqwest::Url;
use secrecy::SecretString;

pub use poller::{PollError, Poller, RawUpdate};
pub use profile::{Profile, ProfileText};
pub use receive::{Unreadable, receive};
pub use send::Telegram;
pub use setup::{ConnectError, MenuScope, ScopedMenu, connect};
pub use webhook::Webhook;

/// What the adapter has to know about its bot and its network.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// The bot's token, as @BotFather gave it.
    pub token: SecretString,
    /// Where the Bot API answers; `https://api.telegram.org` unless there is a server of one's own.
    pub api_url: Url,
    /// How long the platform may hold a request for updates open.
    pub poll_timeout: Duration,
    /// How long any other request may take before its outcome counts as unknown.
    pub request_timeout: Duration,
}

/// Who the bot is, as the platform says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotIdentity {
    /// Its account.
    pub id: i64,
    /// Its name without the `@`.
    pub username: String,
}

/// Builds an HTTP client. A server on this very machine is never reached through a proxy.
fn client(settings: &TelegramSettings, total: Duration) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        // A connection that cannot be made must be told apart from an answer that does not come.
        .connect_timeout((settings.request_timeout / 2).min(Duration::from_secs(5)))
        // Below what servers keep idle connections open for: a request that meets a closing one
        // has no known outcome.
        .pool_idle_timeout(Duration::from_secs(20))
        .timeout(total)
        // The address holds the token, and nobody else is to be told it.
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true);
    if matches!(settings.api_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build()
}
