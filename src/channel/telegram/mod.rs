//! The Telegram Bot API, with teloxide's payloads and types. [`mod@receive`] and [`render`] convert and have no
//! effects, [`send`] and [`poller`] send requests, [`webhook`] receives calls of the platform, `files`
//! transfers files, [`setup`] runs once at the start. Deliberately absent: teloxide's dispatcher, dialogues,
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

/// The bot and the network of the adapter.
#[derive(Debug, Clone)]
pub struct TelegramSettings {
    /// The bot's token from @BotFather.
    pub token: SecretString,
    /// The address of the Bot API: `https://api.telegram.org` or the operator's own server.
    pub api_url: Url,
    /// How long the platform may keep a request for updates open.
    pub poll_timeout: Duration,
    /// After this time the outcome of any other request counts as unknown.
    pub request_timeout: Duration,
}

/// The bot's identity on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BotIdentity {
    /// The account.
    pub id: i64,
    /// Without the `@`.
    pub username: String,
}

/// Builds an HTTP client. A server on this machine is never reached through a proxy.
fn client(settings: &TelegramSettings, total: Duration) -> reqwest::Result<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        // A failed connection had no effect; a missing answer leaves the outcome unknown.
        .connect_timeout((settings.request_timeout / 2).min(Duration::from_secs(5)))
        // Shorter than servers keep idle connections open, because a request on a closing connection has an
        // unknown outcome.
        .pool_idle_timeout(Duration::from_secs(20))
        .timeout(total)
        // The address holds the token, which no other host may see.
        .redirect(reqwest::redirect::Policy::none())
        .tcp_nodelay(true);
    if matches!(settings.api_url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")) {
        builder = builder.no_proxy();
    }
    builder.build()
}
