//! One connection: it says hello, shows who we are, beats and listens until it ends. Deliberately
//! absent: what follows its end, and anything about what the events mean.

use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt, StreamExt};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use serenity::{
    constants::{Opcode, close_codes},
    model::gateway::GatewayIntents,
};
use tokio::{
    net::TcpStream,
    sync::watch,
    time::{Instant, timeout},
};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream,
    tungstenite::{
        self, Message,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::{
    GatewayError, REPORT, Shard, frame,
    queue::{Item, Line},
    stopped,
};
use crate::{
    channel::{
        discord::intake::{self, Heard},
        told,
    },
    progress::Progress,
};

/// How long the other side may take to say hello, and to welcome us.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a frame may take to leave, and a close to be answered.
const PARTING: Duration = Duration::from_secs(2);
/// Closes a connection whose session goes on: 1000 and 1001 would end it.
const TO_RETURN: u16 = 4900;
/// The version that we speak is no longer spoken; serenity names only the codes around it.
const INVALID_API_VERSION: u16 = 4012;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Who we are.
pub(super) struct Credentials<'a> {
    pub token: &'a SecretString,
    pub intents: GatewayIntents,
    pub shard: Shard,
}

/// What outlives a connection.
pub(super) struct Session {
    id: String,
    /// Where it is taken up again.
    pub url: String,
    /// The last event's number.
    seq: u64,
}

/// How a connection ended.
pub(super) enum Ended {
    /// We were told to stop.
    Stopped,
    /// In a way that may be taken up again.
    Broken(String),
    /// With its session.
    Invalid,
    /// Because the bot has to be divided into another number of shards.
    Divided,
    /// For good.
    Fatal(GatewayError),
}

pub(super) struct Connection<'a> {
    socket: Socket,
    line: &'a Line<'a>,
    pub session: Option<Session>,
    /// Whether the other side was told who we are. From then on it may tell us what happens.
    introduced: bool,
    /// Whether we were let in.
    pub welcomed: bool,
    /// What the queue has no room for yet. While there is any, nothing more is read.
    pending: VecDeque<Item>,
    /// Whether the other side showed a sign of life since the last beat.
    alive: bool,
    progress: Progress,
}

impl<'a> Connection<'a> {
    pub fn new(socket: Socket, session: Option<Session>, line: &'a Line<'a>) -> Self {
        let pending = VecDeque::new();
        let (introduced, welcomed) = (false, false);
        Self {
            socket,
            line,
            session,
            introduced,
            welcomed,
            pending,
            alive: true,
            progress: Progress::default(),
        }
    }

    /// The same, reporting that it goes on.
    pub fn reporting_to(self, progress: &Progress) -> Self {
        Self { progress: progress.clone(), ..self }
    }

    /// Goes on until either side ends it.
    pub async fn converse(
        &mut self,
        credentials: &Credentials<'_>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Ended {
        let ended = tokio::select! {
            biased;
            () = stopped(&mut shutdown) => Ended::Stopped,
            Err(ended) = self.last(credentials) => ended,
        };
        if !matches!(ended, Ended::Stopped) {
            // What was counted is not told again, so it is kept before anything else begins.
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => {}
                () = self.flush() => {}
            }
        }
        match &ended {
            // The desk is leaving: shown as absent, people are told so when they press a button.
            Ended::Stopped => {
                self.close(CloseCode::Normal).await;
                // What waits longer than this to be kept was said to nobody.
                let _ = timeout(PARTING, self.flush()).await;
            }
            _ => self.close(CloseCode::from(TO_RETURN)).await,
        }
        ended
    }

    async fn flush(&mut self) {
        while let Some(item) = self.pending.pop_front() {
            // Without its other end there is nobody left who could keep it.
            let _ = self.line.queue.send(item).await;
        }
    }

    /// Never ends well.
    async fn last(&mut self, credentials: &Credentials<'_>) -> Result<(), Ended> {
        let opened = Instant::now();
        let interval = self.hello().await?;
        self.introduce(credentials).await?;
        // Everybody who was cut off at the same moment should not come back in step.
        let mut beat = Instant::now() + interval.mul_f64(rand::rng().random());
        loop {
            // A queue that has no room waits for the database, which is watched on its own.
            self.progress.next_within(interval + REPORT);
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(beat) => {
                    beat = Instant::now() + interval;
                    // What is not read cannot show a sign of life.
                    if !self.alive && self.pending.is_empty() {
                        return Err(Ended::Broken("it shows no sign of life".to_owned()));
                    }
                    self.beat().await?;
                }
                room = self.line.queue.reserve(), if !self.pending.is_empty() => {
                    if let (Ok(room), Some(item)) = (room, self.pending.pop_front()) {
                        room.send(item);
                    }
                }
                message = self.socket.next(), if self.pending.is_empty() => {
                    self.hear(message).await?;
                }
                () = tokio::time::sleep_until(opened + PATIENCE), if !self.welcomed => {
                    return Err(Ended::Broken("it does not welcome us".to_owned()));
                }
            }
        }
    }

    async fn hello(&mut self) -> Result<Duration, Ended> {
        let unheard = || Ended::Broken("it does not say hello".to_owned());
        loop {
            let message = timeout(PATIENCE, self.socket.next()).await.map_err(|_| unheard())?;
            let Some(value) = self.read(message)?.map(|(value, _)| value) else { continue };
            if op(&value) != Opcode::Hello {
                return Err(unheard());
            }
            let interval =
                value["d"]["heartbeat_interval"].as_u64().filter(|interval| *interval > 0);
            return interval.map(Duration::from_millis).ok_or_else(unheard);
        }
    }

    async fn introduce(&mut self, credentials: &Credentials<'_>) -> Result<(), Ended> {
        let token = credentials.token.expose_secret();
        let introduction = match &self.session {
            Some(Session { id, seq, .. }) => {
                frame(Opcode::Resume, json!({"token": token, "session_id": id, "seq": seq}))
            }
            None => {
                let name = env!("CARGO_PKG_NAME");
                let properties =
                    json!({"os": std::env::consts::OS, "browser": name, "device": name});
                frame(
                    Opcode::Identify,
                    json!({"token": token, "intents": credentials.intents.bits(),
                        "shard": credentials.shard.spelled(), "properties": properties}),
                )
            }
        };
        self.introduced = true;
        self.say(introduction).await
    }

    async fn beat(&mut self) -> Result<(), Ended> {
        self.alive = false;
        let seq = self.session.as_ref().map(|session| session.seq);
        self.say(frame(Opcode::Heartbeat, json!(seq))).await
    }

    async fn say(&mut self, text: String) -> Result<(), Ended> {
        let sent = timeout(PARTING, self.socket.send(Message::text(text))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Ended::Broken(error.to_string())),
            Err(_) => Err(Ended::Broken("it takes nothing more".to_owned())),
        }
    }

    async fn hear(&mut self, message: Option<tungstenite::Result<Message>>) -> Result<(), Ended> {
        let Some((value, raw)) = self.read(message)? else { return Ok(()) };
        match op(&value) {
            Opcode::Dispatch => self.dispatch(&value, raw.as_str()),
            Opcode::Heartbeat => self.beat().await?,
            Opcode::Reconnect => return Err(Ended::Broken("it asks us to".to_owned())),
            Opcode::InvalidSession if value["d"] == true => {
                return Err(Ended::Broken("it has mislaid the session".to_owned()));
            }
            Opcode::InvalidSession => return Err(Ended::Invalid),
            _ => {}
        }
        Ok(())
    }

    /// A frame as JSON and as it came; `None` when there was nothing in it for us.
    fn read(
        &mut self,
        message: Option<tungstenite::Result<Message>>,
    ) -> Result<Option<(Value, tungstenite::Utf8Bytes)>, Ended> {
        let raw = match message {
            Some(Ok(Message::Text(raw))) => raw,
            Some(Ok(Message::Close(close))) => return Err(farewell(close.as_ref())),
            Some(Ok(_)) => return Ok(None),
            Some(Err(error)) => return Err(Ended::Broken(error.to_string())),
            None => return Err(Ended::Broken("it was cut".to_owned())),
        };
        self.alive = true;
        let value = told::sketch(&raw);
        if value.is_none() {
            // The next event's number shows that one is missing.
            tracing::error!(bytes = raw.len(), "a frame of Discord's gateway is no JSON");
        }
        Ok(value.map(|value| (value, raw)))
    }

    fn dispatch(&mut self, value: &Value, raw: &str) {
        self.count(value["s"].as_u64());
        match value["t"].as_str() {
            Some("READY") => {
                self.session = session(value);
                self.welcomed = true;
                self.pending.push_back(Item::Ready(false));
            }
            Some("RESUMED") => {
                self.welcomed = true;
                self.pending.push_back(Item::Ready(true));
            }
            _ => match intake::hear(value, raw) {
                Heard::Nothing => {}
                Heard::Keep(events) => self.pending.extend(events.into_iter().map(Item::Event)),
                Heard::Arrived(arrived, event) => {
                    (self.line.intake.arrived)(arrived);
                    self.pending.push_back(Item::Event(event));
                }
                Heard::Suggest(suggesting) => (self.line.intake.suggest)(suggesting),
                Heard::Server(server) => (self.line.intake.server)(server),
            },
        }
    }

    /// Numbers follow each other; where one is missing, something was missed.
    fn count(&mut self, seq: Option<u64>) {
        let (Some(session), Some(seq)) = (&mut self.session, seq) else { return };
        if seq > session.seq + 1 {
            let missing = seq - session.seq - 1;
            tracing::warn!(missing, "events of Discord's gateway are missing; looking for them");
            self.pending.push_back(Item::Ready(false));
        }
        session.seq = session.seq.max(seq);
    }

    /// Says goodbye. Who does not come back hears until the other side has said so too: what somebody
    /// does at this moment would be told to nobody else.
    async fn close(&mut self, code: CloseCode) {
        let leaving = code == CloseCode::Normal && self.introduced;
        let parting = async {
            let close = CloseFrame { code, reason: "".into() };
            if self.socket.close(Some(close)).await.is_err() {
                return;
            }
            while let Some(Ok(message)) = self.socket.next().await {
                if leaving
                    && let Ok(Some((value, raw))) = self.read(Some(Ok(message)))
                    && op(&value) == Opcode::Dispatch
                {
                    self.dispatch(&value, raw.as_str());
                }
            }
        };
        // Who does not answer is left.
        let _ = timeout(PARTING, parting).await;
    }
}

fn op(value: &Value) -> Opcode {
    let op = value["op"].as_u64().and_then(|op| u8::try_from(op).ok());
    Opcode::from(op.unwrap_or(u8::MAX))
}

fn session(ready: &Value) -> Option<Session> {
    let data = &ready["d"];
    Some(Session {
        id: data["session_id"].as_str()?.to_owned(),
        url: data["resume_gateway_url"].as_str()?.to_owned(),
        seq: ready["s"].as_u64()?,
    })
}

fn farewell(close: Option<&CloseFrame>) -> Ended {
    let Some(close) = close else { return Ended::Broken("it was closed".to_owned()) };
    match u16::from(close.code) {
        close_codes::AUTHENTICATION_FAILED => Ended::Fatal(GatewayError::Token),
        close_codes::DISALLOWED_GATEWAY_INTENTS => Ended::Fatal(GatewayError::Intents),
        close_codes::INVALID_SHARD | close_codes::SHARDING_REQUIRED => Ended::Divided,
        code @ (INVALID_API_VERSION | close_codes::INVALID_GATEWAY_INTENTS) => {
            Ended::Fatal(GatewayError::Release(code))
        }
        close_codes::NOT_AUTHENTICATED
        | close_codes::ALREADY_AUTHENTICATED
        | close_codes::INVALID_SEQUENCE
        | close_codes::SESSION_TIMEOUT => Ended::Invalid,
        code => Ended::Broken(format!("closed with {code}")),
    }
}
