//! The gateway: one connection that hears what happens, taken up again where it broke off. Events
//! are handed over as they came, in order, through a bounded queue that is stored before anything
//! else; interactions are announced at once. Deliberately absent: serenity's own gateway. It hands
//! over parsed events only, drops what it cannot parse and starts anew where it could resume; of
//! serenity come the names of intents, opcodes and closes. Absent too: shards. One connection
//! serves 2500 servers.

use std::{fmt, ops::Range, pin::pin, sync::Arc, time::Duration};

use rand::RngExt;
use reqwest::Url;
use secrecy::SecretString;
use serde_json::Value;
use serenity::model::gateway::GatewayIntents;
use tokio::{
    sync::{mpsc, watch},
    time::Instant,
};

use super::{
    DiscordSettings, Failure,
    http::{Call, Http},
    intake::Intake,
};
use crate::{kill_point::panic_point, progress::Progress};
use connection::{Credentials, Ended, Session, Socket};
use queue::Line;
use shard::Turns;

pub use shard::Shard;

mod connection;
mod queue;
mod shard;

/// How many events may wait to be stored before the connection is not read on.
const QUEUE: usize = 1024;
/// How long what was heard may take to be stored at the end.
const FAREWELL: Duration = Duration::from_secs(5);
/// How long a connection may take to open.
const OPENING: Duration = Duration::from_secs(10);
/// How long anything may take beyond what is waited for: longer than a few requests that time out.
const REPORT: Duration = Duration::from_secs(3 * 60);
/// How often a session is looked for before it is given up.
const SEARCHES: u32 = 3;

/// Why listening ended for good.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum GatewayError {
    /// The token was reset, or is another bot's.
    #[error(
        "Discord does not accept the token: at https://discord.com/developers/applications open \
         the application, then Bot, click Reset Token, copy the new one into \
         MESABOT_DISCORD__TOKEN and start again"
    )]
    Token,
    /// The application was not granted what the desk has to hear.
    #[error(
        "Discord refuses what the desk has to hear: at \
         https://discord.com/developers/applications open the application, then Bot, switch on \
         Message Content Intent under Privileged Gateway Intents, save and start again"
    )]
    Intents,
    /// The platform no longer speaks the version that we speak.
    #[error("Discord no longer speaks with this release (close code {0}): install the newest one")]
    Release(u16),
}

/// Why listening ended without anything that a person has to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// It was told to stop.
    Stopped,
    /// The platform wants the bot divided into another number of shards.
    Divided,
    /// The platform could not be reached for too long.
    Unreached,
}

/// How long to wait before the next try.
#[derive(Debug, Clone)]
pub struct Pauses {
    /// The first pause after something went wrong; each further one is twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
    /// Between a session that was declared invalid and the next.
    pub renewal: Range<Duration>,
    /// Between the beginnings of two sessions that may not be begun at once.
    pub turn: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Self {
            first: Duration::from_millis(500),
            longest: Duration::from_secs(60),
            // As the platform asks for.
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

/// A spell of listening.
#[derive(Debug)]
pub struct Spell {
    /// For how long no connection may open before it ends; none where there is no other replica.
    pub patience: Option<Duration>,
    /// Where it reports that it goes on.
    pub progress: Progress,
    /// Ends it.
    pub shutdown: watch::Receiver<bool>,
}

/// What goes on from one connection to the next.
struct Course {
    shard: Shard,
    session: Option<Session>,
    message_content: bool,
    failures: u32,
    /// Since when no connection could be opened.
    unreached: Option<Instant>,
}

/// What follows the end of a connection.
enum Next {
    /// Another one, after this time.
    Again(Duration),
    /// Nothing.
    Silence(Silence),
}

/// Why no connection was opened.
enum Closed {
    Fatal(GatewayError),
    Later(String, Option<Duration>),
}

impl Gateway {
    /// The gateway of the bot of these settings; nothing is asked of the network yet. With
    /// `message_content`, what is said in channels is asked for too, if the platform lets us.
    pub fn new(settings: &DiscordSettings, http: Arc<Http>, message_content: bool) -> Self {
        let token = settings.token.clone();
        let (pauses, turns) = (Pauses::default(), Turns::default());
        Self { http, token, message_content, pauses, turns }
    }

    /// The same with other pauses.
    pub fn with_pauses(self, pauses: Pauses) -> Self {
        Self { pauses, ..self }
    }

    /// Into how many shards the platform wants the bot divided; asked until it answers. None when told
    /// to stop before.
    ///
    /// # Errors
    /// When the platform refuses us in a way that only a person can change.
    pub async fn shards(
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
                    Err(Closed::Fatal(error)) => return Err(error),
                    Err(Closed::Later(why, wait)) => {
                        let wait = wait.unwrap_or_else(|| self.pause(failures));
                        failures += 1;
                        tracing::warn!(?wait, "Discord does not say how it is listened to: {why}");
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

    /// Waits as long as anything waits that goes wrong again and again, or until told to stop.
    pub async fn rest(&self, mut shutdown: watch::Receiver<bool>) {
        tokio::select! {
            _ = stopped(&mut shutdown) => {}
            () = tokio::time::sleep(self.pauses.longest) => {}
        }
    }

    fn pause(&self, failures: u32) -> Duration {
        self.pauses.first.saturating_mul(1 << failures.min(16)).min(self.pauses.longest)
    }

    /// Hands over what happens in a shard until `shutdown` turns true or its sender is gone, or no
    /// connection could be opened for as long as `patience`.
    ///
    /// # Errors
    /// When the platform refuses us in a way that only a person can change.
    pub async fn run(
        &self,
        shard: Shard,
        intake: &Intake,
        (patience, shutdown): (Option<Duration>, watch::Receiver<bool>),
    ) -> Result<Silence, GatewayError> {
        let spell = Spell { patience, progress: Progress::default(), shutdown };
        self.run_watched(shard, intake, spell).await
    }

    /// The same, reporting that it goes on.
    ///
    /// # Errors
    /// When the platform refuses us in a way that only a person can change.
    pub async fn run_watched(
        &self,
        shard: Shard,
        intake: &Intake,
        spell: Spell,
    ) -> Result<Silence, GatewayError> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let mut keeping = pin!(queue::keep(waiting, shard, intake));
        let ended = tokio::select! {
            biased;
            ended = self.listen(shard, Line { queue, intake }, spell) => ended,
            // The queue ends with the listening, so it never ends first.
            () = &mut keeping => return Ok(Silence::Stopped),
        };
        if tokio::time::timeout(FAREWELL, keeping).await.is_err() {
            tracing::warn!(
                "what was heard last was not stored in time; it will be asked for again"
            );
        }
        ended
    }

    async fn listen(
        &self,
        shard: Shard,
        line: Line<'_>,
        Spell { patience, progress, mut shutdown }: Spell,
    ) -> Result<Silence, GatewayError> {
        let message_content = self.message_content;
        let mut course =
            Course { shard, session: None, message_content, failures: 0, unreached: None };
        loop {
            // Each shard may wait for the turns of all the others.
            let turns = u32::try_from(shard.of).unwrap_or(u32::MAX);
            progress.next_within(self.pauses.turn.saturating_mul(turns) + REPORT);
            panic_point("gateway.round");
            let wait = tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(Silence::Stopped),
                opened = self.open(&mut course) => match opened {
                    Ok(socket) => {
                        course.unreached = None;
                        let hearing = (&line, &progress, shutdown.clone());
                        let ended = self.converse(socket, &mut course, hearing);
                        match self.judge(ended.await, &mut course)? {
                            Next::Again(wait) => wait,
                            Next::Silence(silence) => return Ok(silence),
                        }
                    }
                    Err(Closed::Fatal(error)) => return Err(error),
                    Err(Closed::Later(why, wait)) => {
                        let since = *course.unreached.get_or_insert_with(Instant::now);
                        let left = patience.map(|most| most.saturating_sub(since.elapsed()));
                        if wait.is_none() && left == Some(Duration::ZERO) {
                            tracing::warn!("Discord is not reached; another replica may: {why}");
                            return Ok(Silence::Unreached);
                        }
                        let pause = self.pause(course.failures);
                        let wait = wait.unwrap_or(left.map_or(pause, |left| pause.min(left)));
                        course.failures += 1;
                        tracing::warn!(?wait, "Discord's gateway cannot be reached: {why}");
                        wait
                    }
                },
            };
            progress.next_within(wait + REPORT);
            tokio::select! {
                biased;
                _ = stopped(&mut shutdown) => return Ok(Silence::Stopped),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Opens a connection: where the session was, or where the platform says.
    async fn open(&self, course: &mut Course) -> Result<Socket, Closed> {
        if course.failures >= SEARCHES && course.session.take().is_some() {
            tracing::warn!("the session at Discord's gateway was lost; a new one is begun");
        }
        let address = match &course.session {
            Some(session) => session.url.clone(),
            None => self.wait_for_turn(course.shard).await?,
        };
        let url = versioned(&address)
            .ok_or_else(|| Closed::Later("its address cannot be read".to_owned(), None))?;
        let opening = tokio_tungstenite::connect_async(url.as_str());
        match tokio::time::timeout(OPENING, opening).await {
            Ok(Ok((socket, _))) => Ok(socket),
            Ok(Err(error)) => Err(Closed::Later(error.to_string(), None)),
            Err(_) => Err(Closed::Later("it does not answer".to_owned(), None)),
        }
    }

    /// Waits until a new session may be begun, and gives the address for it.
    async fn wait_for_turn(&self, shard: Shard) -> Result<String, Closed> {
        let answer = self.ask().await?;
        let address = answer["url"].as_str().map(str::to_owned);
        let address = address.ok_or_else(|| Closed::Later("it has no address".to_owned(), None))?;
        let at_once = answer["session_start_limit"]["max_concurrency"].as_u64().unwrap_or(1);
        let turn = self.turns.claim((shard, at_once), self.pauses.turn, Instant::now());
        tokio::time::sleep_until(turn).await;
        Ok(address)
    }

    /// What the platform says about sessions, if another may be begun.
    async fn ask(&self) -> Result<Value, Closed> {
        let answer = match self.http.ask(Call::get("/gateway/bot")).await {
            Ok(answer) => answer,
            Err(Failure::Refused { status: 401, .. }) => {
                return Err(Closed::Fatal(GatewayError::Token));
            }
            Err(Failure::Wait(wait)) => {
                return Err(Closed::Later("told to wait".to_owned(), Some(wait)));
            }
            Err(failure) => return Err(Closed::Later(failure.to_string(), None)),
        };
        // Who begins more sessions in a day than allowed has the token reset.
        let limit = &answer["session_start_limit"];
        if limit["remaining"].as_u64() == Some(0) {
            let wait = limit["reset_after"].as_u64().map(Duration::from_millis);
            return Err(Closed::Later("the day's sessions are used up".to_owned(), wait));
        }
        Ok(answer)
    }

    async fn converse(
        &self,
        socket: Socket,
        course: &mut Course,
        (line, progress, shutdown): (&Line<'_>, &Progress, watch::Receiver<bool>),
    ) -> Ended {
        let (token, intents) = (&self.token, intents(course.message_content));
        let credentials = Credentials { token, intents, shard: course.shard };
        let session = course.session.take();
        let mut connection =
            connection::Connection::new(socket, session, line).reporting_to(progress);
        let ended = connection.converse(&credentials, shutdown).await;
        if connection.welcomed {
            course.failures = 0;
        }
        course.session = connection.session;
        ended
    }

    fn judge(&self, ended: Ended, course: &mut Course) -> Result<Next, GatewayError> {
        let pause = self.pause(course.failures);
        course.failures += 1;
        match ended {
            Ended::Stopped => Ok(Next::Silence(Silence::Stopped)),
            Ended::Divided => Ok(Next::Silence(Silence::Divided)),
            Ended::Fatal(GatewayError::Intents) if course.message_content => {
                course.message_content = false;
                tracing::warn!(
                    "Discord does not let the bot read what is said in channels, so there it hears \
                     only what is said to it; to change that, open the application at \
                     https://discord.com/developers/applications, then Bot, switch on Message \
                     Content Intent, save and start again"
                );
                Ok(Next::Again(pause))
            }
            Ended::Fatal(error) => Err(error),
            Ended::Broken(why) => {
                tracing::info!(
                    "the connection to Discord's gateway ended: {why}; taking it up again"
                );
                Ok(Next::Again(pause))
            }
            Ended::Invalid => {
                course.session = None;
                tracing::info!("Discord ended the session at its gateway; a new one is begun");
                let Range { start, end } = self.pauses.renewal;
                Ok(Next::Again(start + (end - start).mul_f64(rand::rng().random())))
            }
        }
    }
}

async fn stopped(shutdown: &mut watch::Receiver<bool>) {
    // A sender that is gone stops too.
    let _ = shutdown.wait_for(|stop| *stop).await;
}

fn intents(message_content: bool) -> GatewayIntents {
    let intents =
        GatewayIntents::GUILDS | GatewayIntents::DIRECT_MESSAGES | GatewayIntents::GUILD_MESSAGES;
    if message_content { intents | GatewayIntents::MESSAGE_CONTENT } else { intents }
}

/// The address with the version and the encoding that we speak.
fn versioned(address: &str) -> Option<Url> {
    let mut url: Url = address.parse().ok()?;
    url.set_query(Some("v=10&encoding=json"));
    Some(url)
}

/// A frame to send.
fn frame(op: serenity::constants::Opcode, data: Value) -> String {
    serde_json::json!({"op": u8::from(op), "d": data}).to_string()
}
