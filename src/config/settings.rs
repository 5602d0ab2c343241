//! The operator's decisions as typed values. What each key means to an operator is written in
//! `config/default.toml`, which holds the defaults too; here is what the program makes of them.
//! Deliberately absent: how they are read.

use std::{fmt, net::SocketAddr, path::PathBuf, time::Duration};

use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};

use crate::domain::{file::FileRules, limits::Limits, locale::Locale, person::Access};

/// The operator's decisions.
#[derive(Debug, Clone)]
pub struct Config {
    /// The language of people who have not chosen.
    pub locale: Locale,
    /// Who may report.
    pub access: Access,
    /// Where everything is kept.
    pub database: DatabaseUrl,
    /// The Telegram channel.
    pub telegram: Telegram,
    /// The Discord channel.
    pub discord: Discord,
    /// Where the desk listens to what networks send it, and says whether it is well.
    pub listen: SocketAddr,
    /// How files are kept.
    pub files: Files,
    /// How notices are tried again.
    pub courier: Courier,
    /// How often due times are looked at.
    pub sweep_every: Duration,
    /// How long things are kept.
    pub retention: Retention,
    /// How much anybody may ask of the desk.
    pub budget: Budget,
    /// How much one person may put into the desk.
    pub limits: Limits,
    /// What is logged.
    pub log: Log,
}

/// Where the database is. It may hold a password, so it is shown without.
#[derive(Clone)]
pub struct DatabaseUrl(pub(super) SecretString);

impl DatabaseUrl {
    /// The address with its password, for connecting alone.
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
        // Options may hold a password, and a password written raw may look like options.
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

/// The Telegram channel.
#[derive(Debug, Clone)]
pub struct Telegram {
    /// The bot's token; without one the channel is off.
    pub token: Option<SecretString>,
    /// Where the Bot API answers.
    pub api_url: String,
    /// Where Telegram is to call the desk; without one the desk asks for news itself.
    pub webhook: Option<Webhook>,
    /// How long one question for news may stay open; none at all asks without waiting.
    pub poll_timeout: Duration,
    /// How long any other request may take, and how much longer a question for news.
    pub request_timeout: Duration,
    /// How fast the bot may speak.
    pub pacing: Pacing,
}

/// Where Telegram calls the desk.
#[derive(Debug, Clone)]
pub struct Webhook {
    /// The public address; its path is the route.
    pub url: Url,
    /// What a call shows to be believed.
    pub secret: SecretString,
}

/// The Discord channel.
#[derive(Debug, Clone)]
pub struct Discord {
    /// The bot's token; without one the channel is off.
    pub token: Option<SecretString>,
    /// Where the API answers; the gateway comes from it.
    pub api_url: String,
    /// The one server the desk serves, where its commands appear at once.
    pub guild_id: Option<u64>,
    /// The channel in which people are told whose private messages are closed.
    pub channel_id: Option<u64>,
    /// The platform's number of the permission with which somebody is offered the staff's commands;
    /// without one everybody is.
    pub staff_permission: Option<u64>,
    /// Whether to ask for what people write outside private chats and mentions.
    pub message_content: bool,
    /// The application's public key, in hexadecimal; without one nothing is heard over HTTP.
    pub public_key: Option<String>,
    /// How long a request may take.
    pub request_timeout: Duration,
}

/// How fast a bot may speak.
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

/// How files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// Where.
    pub place: FilesPlace,
    /// Which.
    pub rules: FileRules,
}

/// Where files are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FilesPlace {
    /// In a folder of this machine.
    Folder(PathBuf),
    /// In a bucket, by its address.
    Bucket(String),
}

/// How notices that could not be delivered are tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Courier {
    /// The wait before the second try; each further wait is longer.
    pub retry_first: Duration,
    /// The longest wait between two tries.
    pub retry_longest: Duration,
    /// When to stop trying and say so on the ticket.
    pub give_up_after: Duration,
}

/// How long what is over is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retention {
    /// What was told, after it was handled.
    pub inbox: Duration,
    /// The words of what was said, and whatever failed for good.
    pub texts: Duration,
    /// A conversation that nobody goes on with.
    pub conversations: Duration,
    /// How often the desk looks for what is older.
    pub every: Duration,
}

/// How much anybody may ask of the desk before it stops reading for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Things at once from one person.
    pub person_at_once: u32,
    /// Things a minute from one person in the long run.
    pub person_per_minute: u32,
    /// Things at once in one chat.
    pub chat_at_once: u32,
    /// Things a minute in one chat in the long run.
    pub chat_per_minute: u32,
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// A level, or a filter such as `mesabot=debug,warn`.
    pub filter: String,
    /// How a line looks.
    pub format: LogFormat,
}

/// How a line of the log looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}
