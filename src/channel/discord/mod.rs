//! Discord over REST and the gateway, with serenity's models and builders. [`receive`] and `render` convert
//! and have no effects, [`http`] sends requests within the limits of [`pace`], [`send`] delivers,
//! [`interactions`] answers what waits for an answer, and [`gateway`] listens. Deliberately absent: serenity's
//! HTTP client, because its errors lose `retry_after` and `global` of a 429; its gateway, because it hands
//! over parsed events without back-pressure and starts a new session where it could resume; and its cache,
//! because it grows without bound.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::Url;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;
use serenity::all::{ApplicationId, CurrentUser, GuildChannel};

pub mod autocomplete;
pub mod backfill;
pub mod commands;
mod components;
pub mod endpoint;
mod errors;
mod files;
pub mod gateway;
pub mod http;
pub mod intake;
pub mod interactions;
mod modal;
pub mod pace;
pub mod permissions;
mod places;
pub mod receive;
mod render;
mod response;
pub mod send;
pub mod shard;
mod threads;
pub mod token;
mod wire;

pub use errors::Failure;
pub use interactions::Interactions;
pub use places::Opened;
pub use token::{InteractionKind, InteractionToken};

use http::{Call, Http};
use places::Places;

/// The bot and the network of the adapter.
#[derive(Debug, Clone)]
pub struct DiscordSettings {
    /// The bot's token from the developer portal.
    pub token: SecretString,
    /// The address of the REST API without `/api`: `https://discord.com`.
    pub api_url: Url,
    /// The server that holds the commands; `None` registers them for every server.
    pub guild_id: Option<u64>,
    /// The channel for persons whose private messages are closed.
    pub channel_id: Option<u64>,
    /// The bit of the permission that a member of a server needs to be offered the commands of technicians;
    /// `None` offers them to every member.
    pub staff_permission: Option<u64>,
    /// After this time the outcome of a request counts as unknown.
    pub request_timeout: Duration,
}

/// The bot's identity on the platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordIdentity {
    /// The application, which owns commands and interactions.
    pub application_id: u64,
    /// The account.
    pub user_id: u64,
    pub username: String,
}

/// Why the bot could not connect, and what the operator can do.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The platform refuses the token.
    #[error(
        "Discord does not accept the token: at https://discord.com/developers/applications open \
         the application, then Bot, click Reset Token and copy the new one into \
         MESABOT_DISCORD__TOKEN; and see that MESABOT_DISCORD__API_URL names the right server"
    )]
    Token,
    /// The platform cannot be reached or its answer is not Discord's.
    #[error(
        "Discord cannot be reached ({0}): see that this machine may open connections to it, or \
         set MESABOT_DISCORD__API_URL to a server that answers"
    )]
    Network(String),
    /// This machine cannot create an HTTP client.
    #[error("this machine cannot create an HTTP client: {0}")]
    Client(String),
}

/// The Discord side of the courier; clones share everything.
#[derive(Clone)]
pub struct Discord {
    http: Arc<Http>,
    interactions: Arc<Interactions>,
    places: Arc<Places>,
    application_id: u64,
    user_id: u64,
    guild_id: Option<u64>,
    overhears: bool,
    staff_permission: Option<u64>,
}

/// Shows no field, because addresses of interactions hold their tokens.
impl fmt::Debug for Discord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Discord").finish_non_exhaustive()
    }
}

impl Discord {
    /// The interactions that wait for an answer.
    pub fn interactions(&self) -> &Arc<Interactions> {
        &self.interactions
    }

    /// Sets whether the platform delivers messages in channels that do not mention the bot.
    pub fn overhearing(self, overhears: bool) -> Self {
        Self { overhears, ..self }
    }

    /// Calls `act`, which must not block, for each private chat that the desk opens from now on.
    pub fn on_opened(&self, act: impl Fn(Opened) + Send + Sync + 'static) {
        self.places.on_opened(Box::new(act));
    }

    /// The REST API of the platform.
    pub fn http(&self) -> &Arc<Http> {
        &self.http
    }
}

/// The one field of the bot's application that the desk needs.
#[derive(Deserialize)]
struct Application {
    id: ApplicationId,
}

/// Asks the platform for the bot's identity, which also checks the token.
///
/// # Errors
/// When the token is refused or the platform cannot be reached.
pub async fn connect(
    settings: &DiscordSettings,
) -> Result<(Discord, DiscordIdentity), ConnectError> {
    let http = Http::new(settings).map_err(|error| ConnectError::Client(http::cause(&error)))?;
    let http = Arc::new(http);
    let myself: CurrentUser = http.ask_for(Call::get("/users/@me")).await.map_err(refused)?;
    let application: Application =
        http.ask_for(Call::get("/applications/@me")).await.map_err(refused)?;
    let identity = DiscordIdentity {
        application_id: application.id.get(),
        user_id: myself.id.get(),
        username: myself.name.clone(),
    };
    let interactions = Arc::new(Interactions::new(http.clone(), identity.application_id));
    let places = Arc::new(Places::new(http.clone(), settings.channel_id));
    let discord = Discord {
        http,
        interactions,
        places,
        application_id: identity.application_id,
        user_id: identity.user_id,
        guild_id: settings.guild_id,
        overhears: false,
        staff_permission: settings.staff_permission,
    };
    Ok((discord, identity))
}

fn refused(failure: Failure) -> ConnectError {
    match failure {
        Failure::Refused { status: 401, .. } => ConnectError::Token,
        other => ConnectError::Network(other.to_string()),
    }
}

/// Reads a channel; `None` for a private one. serenity fills a default server in where the platform names
/// none, so the raw JSON is asked.
fn server_channel(channel: Value) -> Result<Option<GuildChannel>, Failure> {
    if !channel["guild_id"].is_string() {
        return Ok(None);
    }
    serde_json::from_value(channel).map(Some).map_err(|_| http::unreadable())
}

/// Reads a key of the platform, which travels as text.
fn snowflake(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}
