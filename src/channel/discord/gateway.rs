//! The gateway: one connection for each shard, whose session is resumed after a break. Events go as raw JSON,
//! in order, through a bounded queue to the inbox; interactions are announced before they are stored.
//! Deliberately absent: serenity's own gateway. It hands over parsed events (unknown events and fields
//! survive, and an event without a required field fails), it reads on while the inbox stalls, and it starts a
//! new session where it could resume. serenity's names of intents, opcodes and close codes are used.

use std::{fmt, ops::Range, pin::pin, sync::Arc, time::Duration};

use rand::RngExt;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;
use serenity::all::GatewayIntents;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{
    DiscordSettings, Failure,
    http::{Call, Http},
    intake::Intake,
    shard::Turns,
};
use crate::{backoff::Backoff, kill_point::panic_point, progress::Progress};
use connection::{Connection, Credentials, Ended, Session, Socket};
use queue::EventQueue;

pub use super::shard::Shard;

mod connection;
mod queue;

/// How many events may wait to be stored before the connection stops reading.
const QUEUE: usize = 1024;
/// How long storing the last events may take at the end.
const STORE_TIME: Duration = Duration::from_secs(5);
/// How long a connection may take to open.
const OPEN_TIME: Duration = Duration::from_secs(10);
/// The time that a progress report allows beyond the expected wait: longer than a few requests that time out.
const PROGRESS_MARGIN: Duration = Duration::from_secs(3 * 60);
/// After this many failures in a row the session is given up.
const RESUME_TRIES: u32 = 3;

/// An end that only a person can change.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The token was reset or belongs to another bot.
    #[error(
        "Discord does not accept the token: at https://discord.com/developers/applications open \
         the application, then Bot, click Reset Token, copy the new one into \
         MESABOT_DISCORD__TOKEN and start again"
    )]
    Token,
    /// The application lacks an intent that the desk needs.
    #[error(
        "Discord does not grant the intents that the desk needs: at \
         https://discord.com/developers/applications open the application, then Bot, switch on \
         Message Content Intent under Privileged Gateway Intents, save and start again"
    )]
    Intents,
    /// The platform no longer supports the API version of this release.
    #[error("Discord no longer supports this release (close code {0}): install the newest one")]
    Release(u16),
}

/// Why listening ended without a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListenEnd {
    /// The shutdown was requested.
    Stopped,
    /// The platform wants another number of shards.
    Resharded,
    /// No connection opened within the patience.
    Unreachable,
}

/// The pauses between tries.
#[derive(Debug, Clone)]
pub struct Pauses {
    /// The pause after the first failure; each further pause is twice as long.
    pub first: Duration,
    pub longest: Duration,
    /// Between a session that the platform declared invalid and the next one.
    pub renewal: Range<Duration>,
    /// Between the starts of two sessions that may not start at once.
    pub turn: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            longest: Duration::from_secs(60),
            // As the platform's documentation asks for.
            renewal: Duration::from_secs(1)..Duration::from_secs(5),
            turn: Duration::from_secs(5),
        }
    }
}

/// Listens to one bot's gateway.
pub struct Gateway {
    http: Arc<Http>,
    token: SecretString,
    message_content: bool,
    pauses: Pauses,
    turns: Turns,
}

impl fmt::Debug for Gateway {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Gateway").field("pauses", &self.pauses).finish_non_exhaustive()
    }
}

/// How long and under whose watch a shard is listened to.
#[derive(Debug, Clone)]
pub struct ListenOptions {
    /// Listening ends when no connection opens for this long, so that another replica can try; `None` where
    /// there is no other replica.
    pub patience: Option<Duration>,
    pub progress: Progress,
    /// Listening ends when this turns true or its sender is dropped.
    pub shutdown: watch::Receiver<bool>,
}

impl ListenOptions {
    /// Options that report progress to no watchdog.
    pub fn new(patience: Option<Duration>, shutdown: watch::Receiver<bool>) -> Self {
        Self { patience, progress: Progress::default(), shutdown }
    }
}

/// What continues from one connection of a shard to the next.
struct ShardState {
    shard: Shard,
    session: Option<Session>,
    message_content: bool,
    /// Failures since the platform last accepted a session.
    failures: u32,
    /// The time since which no connection could be opened.
    unreachable_since: Option<Instant>,
}

/// What follows the end of a connection.
enum Next {
    /// Another connection, after this time.
    Reconnect(Duration),
    End(ListenEnd),
}

/// Why no connection was opened.
enum OpenError {
    Fatal(GatewayError),
    /// The reason, and the wait that the platform asks for.
    Later(String, Option<Duration>),
}

impl Gateway {
    /// Prepares the gateway; opens no connection yet. With `message_content`, the gateway also asks for the
    /// text of messages in channels, if the platform grants it.
    pub fn new(settings: &DiscordSettings, http: Arc<Http>, message_content: bool) -> Self {
        let token = settings.token.clone();
        let pauses = Pauses::default();
        Self { http, token, message_content, pauses, turns: Turns::default() }
    }

    pub fn with_pauses(self, pauses: Pauses) -> Self {
        Self { pauses, ..self }
    }

    /// The number of shards that the platform wants; asks until it answers. `None` at a shutdown before.
    ///
    /// # Errors
    /// When the platform refuses the bot in a way that only a person can change.
    pub async fn shard_count(
        &self,
        mut shutdown: watch::Receiver<bool>,
    ) -> Result<Option<u64>, GatewayError> {
        let mut failures = 0;
        loop {
            let wait = tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(None),
                asked = self.ask() => match asked {
                    Ok(answer) => return Ok(Some(answer["shards"].as_u64().unwrap_or(1).max(1))),
                    Err(OpenError::Fatal(error)) => return Err(error),
                    Err(OpenError::Later(why, wait)) => {
                        let wait = wait.unwrap_or_else(|| self.pause(failures));
                        failures += 1;
                        tracing::warn!(?wait, "cannot ask Discord for its gateway: {why}");
                        wait
                    }
                },
            };
            tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(None),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Waits for the longest pause or until the shutdown.
    pub async fn wait_longest(&self, mut shutdown: watch::Receiver<bool>) {
        tokio::select! {
            _ = stopped(&mut shutdown) => {}
            () = tokio::time::sleep(self.pauses.longest) => {}
        }
    }

    fn pause(&self, failures: u32) -> Duration {
        Backoff::new(self.pauses.first, self.pauses.longest).pause(failures + 1)
    }

    /// Hands over the events of a shard until the listening ends.
    ///
    /// # Errors
    /// When the platform refuses the bot in a way that only a person can change.
    pub async fn run(
        &self,
        shard: Shard,
        intake: &Intake,
        listening: ListenOptions,
    ) -> Result<ListenEnd, GatewayError> {
        let (sender, waiting) = mpsc::channel(QUEUE);
        let mut storing = pin!(queue::store_all(waiting, shard, intake));
        let ended = tokio::select! {
            biased;
            ended = self.listen(shard, EventQueue { sender, intake }, listening) => ended,
            // The queue ends with the listening, so it never ends first.
            () = &mut storing => return Ok(ListenEnd::Stopped),
        };
        if tokio::time::timeout(STORE_TIME, storing).await.is_err() {
            tracing::warn!("the last events were not stored in time; they are fetched again");
        }
        ended
    }

    async fn listen(
        &self,
        shard: Shard,
        queue: EventQueue<'_>,
        listening: ListenOptions,
    ) -> Result<ListenEnd, GatewayError> {
        let ListenOptions { patience, progress, mut shutdown } = listening;
        let mut state = ShardState {
            shard,
            session: None,
            message_content: self.message_content,
            failures: 0,
            unreachable_since: None,
        };
        loop {
            // A shard may wait for the turns of all other shards.
            let turns = u32::try_from(shard.of).unwrap_or(u32::MAX);
            progress.next_within(self.pauses.turn.saturating_mul(turns) + PROGRESS_MARGIN);
            panic_point("gateway.round");
            let wait = tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(ListenEnd::Stopped),
                opened = self.open(&mut state) => match opened {
                    Ok(socket) => {
                        state.unreachable_since = None;
                        let connection = Connection::new(socket, state.session.take(), &queue)
                            .reporting_to(&progress);
                        let ended = self.converse(connection, &mut state, shutdown.clone());
                        match self.judge(ended.await, &mut state)? {
                            Next::Reconnect(wait) => wait,
                            Next::End(end) => return Ok(end),
                        }
                    }
                    Err(OpenError::Fatal(error)) => return Err(error),
                    Err(OpenError::Later(why, wait)) => {
                        let since = *state.unreachable_since.get_or_insert_with(Instant::now);
                        let left = patience.map(|most| most.saturating_sub(since.elapsed()));
                        if wait.is_none() && left == Some(Duration::ZERO) {
                            tracing::warn!(
                                "cannot reach Discord; another replica may try: {why}"
                            );
                            return Ok(ListenEnd::Unreachable);
                        }
                        let pause = self.pause(state.failures);
                        let wait = wait.unwrap_or(left.map_or(pause, |left| pause.min(left)));
                        state.failures += 1;
                        tracing::warn!(?wait, "cannot reach Discord's gateway: {why}");
                        wait
                    }
                },
            };
            progress.next_within(wait + PROGRESS_MARGIN);
            tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(ListenEnd::Stopped),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Opens a connection at the session's resume address, or at the address that the platform names.
    async fn open(&self, state: &mut ShardState) -> Result<Socket, OpenError> {
        if state.failures >= RESUME_TRIES && state.session.take().is_some() {
            tracing::warn!("Discord's gateway did not resume the session; a new one starts");
        }
        let address = match &state.session {
            Some(session) => session.url.clone(),
            None => self.wait_for_turn(state.shard).await?,
        };
        let url = versioned(&address)
            .ok_or_else(|| OpenError::Later("its address cannot be read".to_owned(), None))?;
        let opening = tokio_tungstenite::connect_async(url.as_str());
        match tokio::time::timeout(OPEN_TIME, opening).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(error)) => Err(OpenError::Later(error.to_string(), None)),
            Err(_) => Err(OpenError::Later("it does not answer".to_owned(), None)),
        }
    }

    /// Waits until a new session may start, and returns the address for it.
    async fn wait_for_turn(&self, shard: Shard) -> Result<String, OpenError> {
        let answer = self.ask().await?;
        let address = answer["url"].as_str().map(str::to_owned);
        let address =
            address.ok_or_else(|| OpenError::Later("it has no address".to_owned(), None))?;
        let at_once = answer["session_start_limit"]["max_concurrency"].as_u64().unwrap_or(1);
        let turn = self.turns.claim(shard, at_once, self.pauses.turn, Instant::now());
        tokio::time::sleep_until(turn).await;
        Ok(address)
    }

    /// The platform's description of its gateway, if another session may start.
    async fn ask(&self) -> Result<Value, OpenError> {
        let answer = match self.http.ask(Call::get("/gateway/bot")).await {
            Ok(answer) => answer,
            Err(Failure::Refused { status: 401, .. }) => {
                return Err(OpenError::Fatal(GatewayError::Token));
            }
            Err(Failure::Wait(wait)) => {
                return Err(OpenError::Later("told to wait".to_owned(), Some(wait)));
            }
            Err(failure) => return Err(OpenError::Later(failure.to_string(), None)),
        };
        // The platform resets the token of a bot that starts more sessions in a day than allowed.
        let limit = &answer["session_start_limit"];
        if limit["remaining"].as_u64() == Some(0) {
            let wait = limit["reset_after"].as_u64().map(Duration::from_millis);
            return Err(OpenError::Later("the sessions of the day are used up".to_owned(), wait));
        }
        Ok(answer)
    }

    async fn converse(
        &self,
        mut connection: Connection<'_>,
        state: &mut ShardState,
        shutdown: watch::Receiver<bool>,
    ) -> Ended {
        let intents = intents(state.message_content);
        let credentials = Credentials { token: &self.token, intents, shard: state.shard };
        let ended = connection.converse(&credentials, shutdown).await;
        if connection.accepted {
            state.failures = 0;
        }
        state.session = connection.session;
        ended
    }

    fn judge(&self, ended: Ended, state: &mut ShardState) -> Result<Next, GatewayError> {
        let pause = self.pause(state.failures);
        state.failures += 1;
        match ended {
            Ended::Stopped => Ok(Next::End(ListenEnd::Stopped)),
            Ended::Resharded => Ok(Next::End(ListenEnd::Resharded)),
            Ended::Fatal(GatewayError::Intents) if state.message_content => {
                state.message_content = false;
                tracing::warn!(
                    "Discord does not grant the text of messages in channels, so there the bot reads \
                     only messages that mention it; to change that, open the application at \
                     https://discord.com/developers/applications, then Bot, switch on Message \
                     Content Intent, save and start again"
                );
                Ok(Next::Reconnect(pause))
            }
            Ended::Fatal(error) => Err(error),
            Ended::Broken(why) => {
                tracing::info!("the connection to Discord's gateway ended: {why}; reconnecting");
                Ok(Next::Reconnect(pause))
            }
            Ended::Invalid => {
                state.session = None;
                tracing::info!("Discord ended the session at its gateway; a new one starts");
                let Range { start, end } = self.pauses.renewal;
                Ok(Next::Reconnect(start + (end - start).mul_f64(rand::rng().random())))
            }
        }
    }
}

async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // A dropped sender stops too.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

fn intents(message_content: bool) -> GatewayIntents {
    let intents =
        GatewayIntents::GUILDS | GatewayIntents::DIRECT_MESSAGES | GatewayIntents::GUILD_MESSAGES;
    if message_content { intents | GatewayIntents::MESSAGE_CONTENT } else { intents }
}

/// The address with the API version and the encoding of this adapter.
fn versioned(address: &str) -> Option<Url> {
    let mut url: Url = address.parse().ok()?;
    url.set_query(Some("v=10&encoding=json"));
    Some(url)
}

fn frame(op: serenity::constants::Opcode, data: Value) -> String {
    serde_json::json!({"op": u8::from(op), "d": data}).to_string()
}
