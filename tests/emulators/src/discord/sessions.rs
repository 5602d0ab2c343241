//! Gateway sessions: which events a session receives, their sequence numbers, and the log for
//! sessions that resume.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    BOT_ID,
    ledger::Post,
    objects,
    state::{Intents, State},
};
use crate::connection::Connection;

/// The state of the gateway.
#[derive(Default)]
pub struct Gateway {
    pub sessions: BTreeMap<String, Session>,
    pub sockets: BTreeMap<u64, Socket>,
    /// Intents that the application was not granted.
    pub forbidden: u64,
    /// Whether new sockets are refused.
    pub refused: bool,
    /// Whether heartbeats stay unanswered.
    pub deaf: bool,
    /// How many of the next events get a sequence number and are never delivered.
    pub lost: u64,
    pub heartbeat_interval: Option<u64>,
    pub division: Division,
    /// How long a session without a socket is kept; unlimited when `None`.
    pub lasting: Option<Duration>,
}

/// Rules on sharding.
pub struct Division {
    /// The shard count that the bot is told to use.
    pub recommended: u64,
    /// The minimum shard count.
    pub required: u64,
    /// `max_concurrency`: how many sessions may start at the same time; later ones in the same
    /// bucket must wait. Not enforced when `None`.
    pub at_once: Option<u64>,
    /// When the last session of each bucket started, by Discord's clock.
    pub begun: BTreeMap<u64, Duration>,
}

impl Default for Division {
    fn default() -> Self {
        Self { recommended: 1, required: 1, at_once: None, begun: BTreeMap::new() }
    }
}

/// A shard: its id and the shard count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard(pub u64, pub u64);

impl Shard {
    /// Whether the shard receives events of a guild, or of direct messages when `guild` is `None`.
    pub fn hears(self, guild: Option<u64>) -> bool {
        guild.map_or(0, |guild| (guild >> 22) % self.1) == self.0
    }
}

/// The part of a session that outlives its socket.
pub struct Session {
    pub shard: Shard,
    pub intents: u64,
    pub seq: u64,
    /// The dispatched events, for a resume.
    pub log: Vec<(u64, Value)>,
    pub socket: Option<u64>,
    /// When the session lost its socket, by Discord's clock.
    pub alone_since: Option<Duration>,
}

pub struct Socket {
    pub out: UnboundedSender<Out>,
    pub connection: Connection,
    pub session: Option<String>,
}

/// A frame or a close that the gateway sends on a socket.
pub enum Out {
    Frame(Value),
    Close(u16, &'static str),
}

impl Socket {
    pub fn says(&self, frame: Value) {
        // A socket that is closing no longer receives frames.
        let _ = self.out.send(Out::Frame(frame));
    }

    pub fn closes(&self, code: u16, reason: &'static str) {
        let _ = self.out.send(Out::Close(code, reason));
    }
}

impl Gateway {
    /// Sends an event to one session, or keeps it in the log until the session resumes.
    pub fn tell(&mut self, session: &str, event: &str, data: &Value, lost: bool) {
        let Some(told) = self.sessions.get_mut(session) else { return };
        told.seq += 1;
        if lost {
            return;
        }
        let frame = json!({"op": 0, "t": event, "s": told.seq, "d": data});
        told.log.push((told.seq, frame.clone()));
        if let Some(socket) = told.socket.and_then(|id| self.sockets.get(&id)) {
            socket.says(frame);
        }
    }

    /// Whether the session has a socket or can still be resumed.
    pub fn may_go_on(&self, session: &str, now: Duration) -> bool {
        let Some(session) = self.sessions.get(session) else { return false };
        let alone = session.alone_since.filter(|_| session.socket.is_none());
        let too_long = |(since, lasting)| now.saturating_sub(since) > lasting;
        !alone.zip(self.lasting).is_some_and(too_long)
    }

    /// Detaches a closed socket; its session may resume on another socket.
    pub fn detach(&mut self, socket: u64, now: Duration) {
        let session = self.sockets.remove(&socket).and_then(|socket| socket.session);
        let session = session.and_then(|id| self.sessions.get_mut(&id));
        if let Some(session) = session.filter(|session| session.socket == Some(socket)) {
            session.socket = None;
            session.alone_since = Some(now);
        }
    }
}

impl State {
    /// Dispatches an event to every session with this intent; 0 reaches every session.
    pub fn dispatch(&mut self, event: &str, intent: u64, data: &Value) {
        self.dispatch_with(event, intent, |_| data.clone());
    }

    /// Dispatches a message; sessions without the right to its content receive it without content.
    pub fn dispatch_message(&mut self, event: &str, post: &Post) {
        let told = objects::dispatched(self, post);
        let silent = self.silenced(post, told.clone());
        let intent = self.intent_of(post.channel);
        self.dispatch_with(event, intent, |intents| {
            if intents & Intents::MESSAGE_CONTENT == 0 { silent.clone() } else { told.clone() }
        });
    }

    /// Dispatches MESSAGE_DELETE.
    pub fn dispatch_deleted(&mut self, channel: u64, id: u64) {
        let guild = self.channels.get(&channel).and_then(|place| place.guild);
        let mut told = json!({"id": id.to_string(), "channel_id": channel.to_string()});
        if let Some(guild) = guild {
            told["guild_id"] = guild.to_string().into();
        }
        self.dispatch("MESSAGE_DELETE", self.intent_of(channel), &told);
    }

    /// A message as REST returns it.
    pub fn seen_over_rest(&self, post: &Post) -> Value {
        let told = objects::message(self, post);
        let granted = self.gateway.forbidden & Intents::MESSAGE_CONTENT == 0;
        if granted { told } else { self.silenced(post, told) }
    }

    /// Removes the content, unless the bot wrote the message, the message is a direct message, or
    /// it mentions the bot.
    fn silenced(&self, post: &Post, mut told: Value) -> Value {
        let direct = self.channels.get(&post.channel).is_some_and(|place| place.guild.is_none());
        let called = post.content.contains(&format!("<@{BOT_ID}>"));
        if post.author != BOT_ID && !direct && !called {
            told["content"] = "".into();
            for part in ["embeds", "components", "attachments"] {
                told[part] = json!([]);
            }
        }
        told
    }

    fn intent_of(&self, channel: u64) -> u64 {
        let guild = self.channels.get(&channel).and_then(|place| place.guild);
        if guild.is_some() { Intents::GUILD_MESSAGES } else { Intents::DIRECT_MESSAGES }
    }

    /// The sessions that receive the events of a guild, or of direct messages when `guild` is
    /// `None`.
    pub fn listeners(&self, guild: Option<u64>) -> Vec<String> {
        let sessions = self.gateway.sessions.iter();
        let listening = sessions.filter(|(_, session)| session.shard.hears(guild));
        listening.map(|(id, _)| id.clone()).collect()
    }

    fn dispatch_with(&mut self, event: &str, intent: u64, data: impl Fn(u64) -> Value) {
        let lost = self.gateway.lost > 0;
        self.gateway.lost = self.gateway.lost.saturating_sub(1);
        for id in self.listeners(guild_of(event, &data(u64::MAX))) {
            let intents = self.gateway.sessions[&id].intents;
            if intent == 0 || intents & intent != 0 {
                self.gateway.tell(&id, event, &data(intents), lost);
            }
        }
    }
}

/// The guild of an event.
fn guild_of(event: &str, told: &Value) -> Option<u64> {
    let own = matches!(event, "GUILD_CREATE" | "GUILD_UPDATE" | "GUILD_DELETE");
    objects::snowflake(&told[if own { "id" } else { "guild_id" }])
}
