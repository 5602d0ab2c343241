//! Discord over REST: [`render`], [`modal`] and [`commands`] convert and touch nothing, [`http`]
//! speaks to the network at the pace of [`pace`], [`send`] delivers and [`interactions`] answers
//! what waits for an answer. Deliberately absent: serenity's HTTP client, rate limiter and cache.
//! They lose how long the platform says to wait and grow for ever.

use std::{fmt, sync::Arc, time::Duration};

use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;

pub mod autocomplete;
pub mod backfill;
pub mod commands;
pub mod endpoint;
mod errors;
mod files;
pub mod gateway;
pub mod http;
pub mod intake;
pub mod interactions;
pub mod modal;
pub mod pace;
pub mod permissions;
mod places;
pub mod receive;
pub mod render;
pub mod send;
mod threads;
mod wire;

pub use errors::Failure;
pub use interactions::{InteractionKind, InteractionToken, Interactions};
pub use places::Opened;

use http::{Call, Http};
use places::Places;

/// What the adapter has to know about its bot and its network.
#[derive(Debug, Clone)]
pub struct DiscordSettings {
    /// The bot's token, as the developer portal gave it.
    pub token: SecretString,
    /// Where the REST interface answers, without `/api`: `https://discord.com`.
    pub api_url: Url,
    /// The server that holds the commands; without one they are registered for all.
    pub guild_id: Option<u64>,
    /// The channel in which people are reached whose private messages are closed.
    pub channel_id: Option<u64>,
    /// The permission with which somebody is offered the staff's commands in a server; without one
    /// they are offered to everybody.
    pub staff_permission: Option<u64>,
    /// How long a request may take before its outcome counts as unknown.
    pub request_timeout: Duration,
}

/// Who the bot is, as the platform says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscordIdentity {
    /// Its application, which owns commands and interactions.
    pub application_id: u64,
    /// Its account.
    pub user_id: u64,
    /// Its name.
    pub username: String,
}

/// Why the bot could not be reached, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The platform does not know the token.
    #[error(
        "Discord does not accept the token: at https://discord.com/developers/applications open \
         the application, then Bot, click Reset Token and copy the new one into \
         MESABOT_DISCORD__TOKEN; and see that MESABOT_DISCORD__API_URL names the right server"
    )]
    Token,
    /// The platform cannot be reached, or does not answer as Discord does.
    #[error(
        "Discord cannot be reached ({0}): see that this machine may open connections to it, or \
         set MESABOT_DISCORD__API_URL to a server that answers"
    )]
    Network(String),
    /// No HTTP client can be made on this machine.
    #[error("no HTTP client can be made on this machine: {0}")]
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

/// Nothing is shown of what is in it: addresses of interactions hold their tokens.
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

    /// The same, told whether the platform lets it read what names nobody.
    pub fn overhearing(self, overhears: bool) -> Self {
        Self { overhears, ..self }
    }

    /// Tells `told`, which must not block, of each private chat that the desk opens from now on.
    pub fn when_opened(&self, told: impl Fn(Opened) + Send + Sync + 'static) {
        self.places.when_opened(Box::new(told));
    }

    /// The platform's REST interface.
    pub fn http(&self) -> &Arc<Http> {
        &self.http
    }
}

/// Asks the platform who the bot is, which also tells whether the token is right.
pub async fn connect(
    settings: &DiscordSettings,
) -> Result<(Discord, DiscordIdentity), ConnectError> {
    let http = Http::new(settings).map_err(|error| ConnectError::Client(http::cause(&error)))?;
    let http = Arc::new(http);
    let myself = http.ask(Call::get("/users/@me")).await.map_err(refused)?;
    let application = http.ask(Call::get("/applications/@me")).await.map_err(refused)?;
    let known = || {
        Some(DiscordIdentity {
            application_id: snowflake(&application["id"])?,
            user_id: snowflake(&myself["id"])?,
            username: myself["username"].as_str()?.to_owned(),
        })
    };
    let identity =
        known().ok_or_else(|| ConnectError::Network("the bot has no name there".to_owned()))?;
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

/// Reads one of the platform's keys, which travel as text.
fn snowflake(value: &Value) -> Option<u64> {
    value.as_str()?.parse().ok()
}
