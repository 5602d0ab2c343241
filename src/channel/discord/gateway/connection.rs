//! One connection: it opens or resumes a session, sends heartbeats and reads events until it ends.
//! Deliberately absent: what follows its end, and the meaning of events.

use std::{collections::VecDeque, time::Duration};

use futures::{SinkExt, StreamExt};
use rand::RngExt;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use serenity::{
    all::GatewayIntents,
    constants::{Opcode, close_codes},
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
    GatewayError, PROGRESS_MARGIN, Shard, frame,
    queue::{EventQueue, Item},
    stopped,
};
use crate::{
    channel::{
        discord::intake::{self, Dispatch},
        raw_json,
    },
    progress::Progress,
};

/// How long the platform may take for its hello, and to accept the session.
const HANDSHAKE_TIME: Duration = Duration::from_secs(20);
/// How long sending a frame may take, and the answer to a close.
const SEND_TIME: Duration = Duration::from_secs(2);
/// A close code that keeps the session; 1000 and 1001 would end it.
const KEEP_SESSION: u16 = 4900;
/// The platform no longer supports the API version. serenity names the codes around this one.
const INVALID_API_VERSION: u16 = 4012;

pub(super) type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) struct Credentials<'a> {
    pub token: &'a SecretString,
    pub intents: GatewayIntents,
    pub shard: Shard,
}

/// A session, which outlives its connections.
pub(super) struct Session {
    id: String,
    /// The address at which the session is resumed.
    pub url: String,
    /// The sequence number of the last event.
    seq: u64,
}

/// How a connection ended.
pub(super) enum Ended {
    /// The shutdown was requested.
    Stopped,
    /// The session may be resumed.
    Broken(String),
    /// The session ended too.
    Invalid,
    /// The platform wants another number of shards.
    Resharded,
    Fatal(GatewayError),
}

pub(super) struct Connection<'a> {
    socket: Socket,
    queue: &'a EventQueue<'a>,
    pub session: Option<Session>,
    /// Whether the identify or resume frame was sent. From then on the platform may send events.
    identified: bool,
    /// Whether the platform accepted the session.
    pub accepted: bool,
    /// Items for which the queue has no room yet. While there are any, the connection does not read.
    pending: VecDeque<Item>,
    /// Whether the platform sent a frame since the last heartbeat.
    alive: bool,
    progress: Progress,
}

impl<'a> Connection<'a> {
    pub fn new(socket: Socket, session: Option<Session>, queue: &'a EventQueue<'a>) -> Self {
        Self {
            socket,
            queue,
            session,
            identified: false,
            accepted: false,
            pending: VecDeque::new(),
            alive: true,
            progress: Progress::default(),
        }
    }

    pub fn reporting_to(self, progress: &Progress) -> Self {
        Self { progress: progress.clone(), ..self }
    }

    /// Runs until the platform or the shutdown ends it.
    pub async fn converse(
        &mut self,
        credentials: &Credentials<'_>,
        mut shutdown: watch::Receiver<bool>,
    ) -> Ended {
        let ended = tokio::select! {
            biased;
            () = stopped(&mut shutdown) => Ended::Stopped,
            Err(ended) = self.read_events(credentials) => ended,
        };
        if !matches!(ended, Ended::Stopped) {
            // The session counts these events as received, so they are queued before the next connection.
            tokio::select! {
                biased;
                () = stopped(&mut shutdown) => {}
                () = self.flush() => {}
            }
        }
        match &ended {
            // A normal close shows the bot as offline, so the platform tells a person who presses a button.
            Ended::Stopped => {
                self.close(CloseCode::Normal).await;
                // Events that are not stored in this time are fetched again at the next start.
                let _ = timeout(SEND_TIME, self.flush()).await;
            }
            _ => self.close(CloseCode::from(KEEP_SESSION)).await,
        }
        ended
    }

    async fn flush(&mut self) {
        while let Some(item) = self.pending.pop_front() {
            // Without its receiver the queue stores no event.
            let _ = self.queue.sender.send(item).await;
        }
    }

    /// Returns only with an end of the connection.
    async fn read_events(&mut self, credentials: &Credentials<'_>) -> Result<(), Ended> {
        let opened = Instant::now();
        let interval = self.hello().await?;
        self.identify(credentials).await?;
        // A random first heartbeat keeps clients that were cut off together from beating together.
        let mut beat = Instant::now() + interval.mul_f64(rand::rng().random());
        loop {
            // A full queue waits for the database, which has its own watchdog.
            self.progress.next_within(interval + PROGRESS_MARGIN);
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(beat) => {
                    beat = Instant::now() + interval;
                    // While the connection does not read, the platform's frames are not seen.
                    if !self.alive && self.pending.is_empty() {
                        return Err(Ended::Broken("it answers no heartbeat".to_owned()));
                    }
                    self.beat().await?;
                }
                room = self.queue.sender.reserve(), if !self.pending.is_empty() => {
                    if let (Ok(room), Some(item)) = (room, self.pending.pop_front()) {
                        room.send(item);
                    }
                }
                message = self.socket.next(), if self.pending.is_empty() => {
                    self.receive(message).await?;
                }
                () = tokio::time::sleep_until(opened + HANDSHAKE_TIME), if !self.accepted => {
                    return Err(Ended::Broken("it does not accept the session".to_owned()));
                }
            }
        }
    }

    async fn hello(&mut self) -> Result<Duration, Ended> {
        let missing = || Ended::Broken("it sends no hello".to_owned());
        loop {
            let message =
                timeout(HANDSHAKE_TIME, self.socket.next()).await.map_err(|_| missing())?;
            let Some(value) = self.read(message)?.map(|(value, _)| value) else { continue };
            if op(&value) != Opcode::Hello {
                return Err(missing());
            }
            let interval =
                value["d"]["heartbeat_interval"].as_u64().filter(|interval| *interval > 0);
            return interval.map(Duration::from_millis).ok_or_else(missing);
        }
    }

    async fn identify(&mut self, credentials: &Credentials<'_>) -> Result<(), Ended> {
        let token = credentials.token.expose_secret();
        let frame = match &self.session {
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
                        "shard": credentials.shard.to_json(), "properties": properties}),
                )
            }
        };
        self.identified = true;
        self.send(frame).await
    }

    async fn beat(&mut self) -> Result<(), Ended> {
        self.alive = false;
        let seq = self.session.as_ref().map(|session| session.seq);
        self.send(frame(Opcode::Heartbeat, json!(seq))).await
    }

    async fn send(&mut self, text: String) -> Result<(), Ended> {
        let sent = timeout(SEND_TIME, self.socket.send(Message::text(text))).await;
        match sent {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(Ended::Broken(error.to_string())),
            Err(_) => Err(Ended::Broken("it accepts no frame".to_owned())),
        }
    }

    async fn receive(
        &mut self,
        message: Option<tungstenite::Result<Message>>,
    ) -> Result<(), Ended> {
        let Some((value, raw)) = self.read(message)? else { return Ok(()) };
        match op(&value) {
            Opcode::Dispatch => self.dispatch(&value, raw.as_str()),
            Opcode::Heartbeat => self.beat().await?,
            Opcode::Reconnect => return Err(Ended::Broken("it asks for a reconnect".to_owned())),
            Opcode::InvalidSession if value["d"] == true => {
                return Err(Ended::Broken("it has lost the session for a moment".to_owned()));
            }
            Opcode::InvalidSession => return Err(Ended::Invalid),
            _ => {}
        }
        Ok(())
    }

    /// A frame as JSON and as text; `None` for a frame without JSON.
    fn read(
        &mut self,
        message: Option<tungstenite::Result<Message>>,
    ) -> Result<Option<(Value, tungstenite::Utf8Bytes)>, Ended> {
        let raw = match message {
            Some(Ok(Message::Text(raw))) => raw,
            Some(Ok(Message::Close(close))) => return Err(end_of(close.as_ref())),
            Some(Ok(_)) => return Ok(None),
            Some(Err(error)) => return Err(Ended::Broken(error.to_string())),
            None => return Err(Ended::Broken("it was cut".to_owned())),
        };
        self.alive = true;
        let value = raw_json::sketch(&raw);
        if value.is_none() {
            // A gap before the next sequence number will show that an event is missing.
            tracing::error!(bytes = raw.len(), "a frame of Discord's gateway is not JSON");
        }
        Ok(value.map(|value| (value, raw)))
    }

    fn dispatch(&mut self, value: &Value, raw: &str) {
        self.count(value["s"].as_u64());
        match value["t"].as_str() {
            Some("READY") => {
                self.session = session(value);
                self.accepted = true;
                self.pending.push_back(Item::Ready(false));
            }
            Some("RESUMED") => {
                self.accepted = true;
                self.pending.push_back(Item::Ready(true));
            }
            _ => match intake::sort(value, raw) {
                Dispatch::Ignore => {}
                Dispatch::Store(events) => {
                    self.pending.extend(events.into_iter().map(Item::Event));
                }
                Dispatch::Interaction(token, event) => {
                    (self.queue.intake.arrived)(token);
                    self.pending.push_back(Item::Event(event));
                }
                Dispatch::Suggest(suggesting) => (self.queue.intake.suggest)(suggesting),
                Dispatch::Server(server) => (self.queue.intake.server)(server),
            },
        }
    }

    /// A gap in the sequence numbers means a missed event; missed messages are then fetched.
    fn count(&mut self, seq: Option<u64>) {
        let (Some(session), Some(seq)) = (&mut self.session, seq) else { return };
        if seq > session.seq + 1 {
            let missing = seq - session.seq - 1;
            tracing::warn!(missing, "events of Discord's gateway are missing; fetching them");
            self.pending.push_back(Item::Ready(false));
        }
        session.seq = session.seq.max(seq);
    }

    /// Closes the connection. A connection whose session ends reads until the platform has closed too, because
    /// no later session gets the interactions of this moment.
    async fn close(&mut self, code: CloseCode) {
        let leaving = code == CloseCode::Normal && self.identified;
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
        // A platform that does not answer the close is left.
        let _ = timeout(SEND_TIME, parting).await;
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

/// What a close by the platform means.
fn end_of(close: Option<&CloseFrame>) -> Ended {
    let Some(close) = close else { return Ended::Broken("it was closed".to_owned()) };
    match u16::from(close.code) {
        close_codes::AUTHENTICATION_FAILED => Ended::Fatal(GatewayError::Token),
        close_codes::DISALLOWED_GATEWAY_INTENTS => Ended::Fatal(GatewayError::Intents),
        close_codes::INVALID_SHARD | close_codes::SHARDING_REQUIRED => Ended::Resharded,
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
