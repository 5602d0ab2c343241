//! The operator's settings as typed values. `config/default.toml` explains each key and holds the
//! defaults; the types here are what the program uses. Deliberately absent: how they are read.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::{file::FileRules, limits::Limits, locale::Locale, person::Access};

#[derive(Debug, Clone)]
pub struct Config {
    /// The language of people who have not chosen one.
    pub locale: Locale,
    /// Who may report.
    pub access: Access,
    pub database: DatabaseUrl,
    pub telegram: Telegram,
    pub discord: Discord,
    /// The address of the HTTP listener: webhooks, interactions, `/healthz` and `/readyz`.
    pub listen: SocketAddr,
    pub files: Files,
    /// When a failed message is tried again.
    pub courier: Courier,
    /// How often the sweeper looks for due work.
    pub sweep_every: Duration,
    pub retention: Retention,
    /// The rate limits of what people may ask.
    pub budget: Budget,
    /// How much one person may store in the desk.
    pub limits: Limits,
    pub log: Log,
}

/// The address of the database, which may hold a password, so `Display` and `Debug` leave the
/// password out.
#[derive(Clone)]
pub struct DatabaseUrl(pub(super) SecretString);

impl DatabaseUrl {
    /// The address with its password, for connecting only.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let url = self.expose();
        let Some((scheme, rest)) = url.split_once("://").filter(|_| !url.starts_with("sqlite:"))
        else {
            return f.write_str(url);
        };
        // Options may hold a password, and an unescaped password may look like options.
        let (rest, options) = rest.split_once('?').unwrap_or((rest, ""));
        match rest.rsplit_once('@') {
            _ if options.contains('@') => write!(f, "{scheme}://***"),
            Some((who, place)) => {
                let user = who.split(':').next().unwrap_or_default();
                write!(f, "{scheme}://{user}:***@{place}")
            }
            None => write!(f, "{scheme}://{rest}"),
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[derive(Debug, Clone)]
pub struct Telegram {
    /// The bot's token; without one the channel is off.
    pub token: Option<SecretString>,
    /// The address of the Bot API.
    pub api_url: String,
    /// The webhook that Telegram calls; without one the desk polls.
    pub webhook: Option<Webhook>,
    /// How long a poll may stay open; zero polls without waiting.
    pub poll_timeout: Duration,
    /// How long any other request may take, and how much longer a poll may.
    pub request_timeout: Duration,
    pub pacing: Pacing,
}

/// The webhook that Telegram calls.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The public address; its path is the route.
    pub url: Url,
    /// The secret that a call has to show.
    pub secret: SecretString,
}

#[derive(Debug, Clone)]
pub struct Discord {
    /// The bot's token; without one the channel is off.
    pub token: Option<SecretString>,
    /// The address of the API, which names the gateway.
    pub api_url: String,
    /// The one server that the desk serves, where its commands appear at once.
    pub guild_id: Option<u64>,
    /// The channel for messages to people whose private messages are closed.
    pub channel_id: Option<u64>,
    /// Discord's bit of the permission with which a member sees the staff's commands; without one
    /// every member does.
    pub staff_permission: Option<u64>,
    /// Whether to receive messages outside private chats and mentions.
    pub message_content: bool,
    /// The application's public key, in hexadecimal; without one there is no interactions endpoint.
    pub public_key: Option<String>,
    pub request_timeout: Duration,
}

/// The rate limits of a bot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pacing {
    /// Messages a second to all chats together.
    pub per_second: u32,
    /// Messages that one private chat may receive at once.
    pub private_burst: u32,
    /// Messages a second to one private chat in the long run.
    pub private_per_second: f64,
    /// Messages a minute to one group.
    pub group_per_minute: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    pub place: FilesPlace,
    pub rules: FileRules,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesPlace {
    Folder(PathBuf),
    Bucket(String),
}

/// When a message that could not be delivered is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Courier {
    /// The pause before the second try; each further pause is twice as long.
    pub retry_first: Duration,
    pub retry_longest: Duration,
    /// When to give up and say so on the ticket.
    pub give_up_after: Duration,
}

/// How long old rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// Events, after they were handled.
    pub inbox: Duration,
    /// Texts of messages, and rows that failed for good.
    pub texts: Duration,
    /// Dialogues, after their last step.
    pub conversations: Duration,
    /// How often old rows are deleted.
    pub every: Duration,
}

/// The token buckets of persons and chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// The requests that one person may make at once.
    pub person_at_once: u32,
    /// The requests that one person may make in a minute, in the long run.
    pub person_per_minute: u32,
    /// The messages that one chat may carry at once.
    pub chat_at_once: u32,
    /// The messages that one chat may carry in a minute, in the long run.
    pub chat_per_minute: u32,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A level, or a filter such as `mesabot=debug,warn`.
    pub filter: String,
    pub format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    /// One JSON object a line.
    Json,
}
