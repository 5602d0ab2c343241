//! Sessions of the gateway: who is told what, under which number, and what is kept for those that
//! come back.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    super::connection::Connection,
    BOT_ID,
    ledger::Post,
    objects,
    state::{Intents, State},
};

/// Everything about the gateway that a lock guards.
#[derive(Default)]
pub struct Gateway {
    pub sessions: BTreeMap<String, Session>,
    pub sockets: BTreeMap<u64, Socket>,
    /// Intents that the application was not granted.
    pub forbidden: u64,
    /// Whether nobody is let in.
    pub refused: bool,
    /// Whether signs of life stay without an answer.
    pub deaf: bool,
    /// How many of the next events get a number and are never delivered.
    pub lost: u64,
    pub heartbeat_interval: Option<u64>,
    pub division: Division,
    /// How long a session without a socket is kept; for ever without it.
    pub lasting: Option<Duration>,
}

/// How the bot is divided.
pub struct Division {
    /// Into how many shards it is told to be.
    pub recommended: u64,
    /// Into how many it has to be at least.
    pub required: u64,
    /// How many sessions may be begun at once; the next of their kind later. Not looked after by
    /// default.
    pub at_once: Option<u64>,
    /// When the last of each kind was begun, by the platform's clock.
    pub begun: BTreeMap<u64, Duration>,
}

impl Default for Division {
    fn default() -> Self {
        Self { recommended: 1, required: 1, at_once: None, begun: BTreeMap::new() }
    }
}

/// A part of what the platform tells a bot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shard(pub u64, pub u64);

impl Shard {
    /// Whether what happens in a guild, or in private, is told to it.
    pub fn hears(self, guild: Option<u64>) -> bool {
        guild.map_or(0, |guild| (guild >> 22) % self.1) == self.0
    }
}

/// What outlives a socket.
pub struct Session {
    pub shard: Shard,
    pub intents: u64,
    pub seq: u64,
    /// What was dispatched, for those that come back.
    pub log: Vec<(u64, Value)>,
    pub socket: Option<u64>,
    /// Since when it has had none, by the platform's clock.
    pub alone_since: Option<Duration>,
}

/// A connection that is open.
pub struct Socket {
    pub out: UnboundedSender<Out>,
    pub connection: Connection,
    pub session: Option<String>,
}

/// What the gateway says on a socket.
pub enum Out {
    Frame(Value),
    Close(u16, &'static str),
}

impl Socket {
    pub fn says(&self, frame: Value) {
        // A socket that is ending has nobody left to tell.
        let _ = self.out.send(Out::Frame(frame));
    }

    pub fn closes(&self, code: u16, reason: &'static str) {
        let _ = self.out.send(Out::Close(code, reason));
    }
}

impl Gateway {
    /// Tells one session of an event, or keeps it until the session comes back.
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

    /// Whether a session can still be taken up again, or goes on.
    pub fn may_go_on(&self, session: &str, now: Duration) -> bool {
        let Some(session) = self.sessions.get(session) else { return false };
        let alone = session.alone_since.filter(|_| session.socket.is_none());
        let too_long = |(since, lasting)| now.saturating_sub(since) > lasting;
        !alone.zip(self.lasting).is_some_and(too_long)
    }

    /// The socket is gone; its session may come back on another.
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
    /// Tells every session that asked for this kind of event; 0 is for all of them.
    pub fn dispatch(&mut self, event: &str, intent: u64, data: &Value) {
        self.dispatch_with(event, intent, |_| data.clone());
    }

    /// A message is told with its words only to those who may read them.
    pub fn dispatch_message(&mut self, event: &str, post: &Post) {
        let told = objects::dispatched(self, post);
        let silent = self.silenced(post, told.clone());
        let intent = self.intent_of(post.channel);
        self.dispatch_with(event, intent, |intents| {
            if intents & Intents::MESSAGE_CONTENT == 0 { silent.clone() } else { told.clone() }
        });
    }

    /// A message is gone.
    pub fn dispatch_deleted(&mut self, channel: u64, id: u64) {
        let guild = self.channels.get(&channel).and_then(|place| place.guild);
        let mut told = json!({"id": id.to_string(), "channel_id": channel.to_string()});
        if let Some(guild) = guild {
            told["guild_id"] = guild.to_string().into();
        }
        self.dispatch("MESSAGE_DELETE", self.intent_of(channel), &told);
    }

    /// A message as it is read back.
    pub fn seen_over_rest(&self, post: &Post) -> Value {
        let told = objects::message(self, post);
        let granted = self.gateway.forbidden & Intents::MESSAGE_CONTENT == 0;
        if granted { told } else { self.silenced(post, told) }
    }

    /// Without its words, unless they were for the bot: its own, in private, or with its name.
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

    /// The sessions that are told what happens in a guild, or in private.
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

/// The guild in which something happened.
fn guild_of(event: &str, told: &Value) -> Option<u64> {
    let own = matches!(event, "GUILD_CREATE" | "GUILD_UPDATE" | "GUILD_DELETE");
    objects::snowflake(&told[if own { "id" } else { "guild_id" }])
}
