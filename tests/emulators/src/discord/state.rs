//! Discord's state: accounts, guilds, channels, messages, interactions and sessions.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use super::{
    faults::Faults,
    ledger::{Ledger, Modal, Post},
    refusal::Refusal,
    sessions::Gateway,
};
use crate::upload::Upload;

/// Discord's epoch (start of 2015) and the start of this emulator's clock, in milliseconds of Unix
/// time.
const EPOCH_MS: u64 = 1_420_070_400_000;
const START_MS: u64 = 1_767_225_600_000;

/// Discord's global rate limit for a bot, in requests a second; interaction routes do not count.
const PER_SECOND: usize = 50;
const SECOND: Duration = Duration::from_secs(1);

/// Gateway intents.
pub struct Intents;

impl Intents {
    pub const GUILDS: u64 = 1;
    pub const GUILD_MEMBERS: u64 = 1 << 1;
    pub const GUILD_PRESENCES: u64 = 1 << 8;
    pub const GUILD_MESSAGES: u64 = 1 << 9;
    pub const DIRECT_MESSAGES: u64 = 1 << 12;
    pub const MESSAGE_CONTENT: u64 = 1 << 15;
}

/// Everything behind the emulator's mutex.
pub struct State {
    pub users: BTreeMap<u64, User>,
    pub guilds: BTreeMap<u64, Guild>,
    pub channels: BTreeMap<u64, Channel>,
    pub interactions: BTreeMap<u64, Interaction>,
    /// Registered commands: global (`None`) or of a guild.
    pub commands: BTreeMap<Option<u64>, Vec<Value>>,
    /// The channel and id of messages sent with a nonce, and when.
    pub nonces: HashMap<String, (u64, u64, Duration)>,
    pub gateway: Gateway,
    pub faults: Faults,
    /// The content of the file store, by path.
    pub files: BTreeMap<String, Bytes>,
    /// Files that users can submit in a modal, by name.
    pub at_hand: BTreeMap<String, Upload>,
    pub ledger: Ledger,
    /// Whether interactions are posted to a webhook address instead of the gateway.
    pub over_http: bool,
    pub api_url: String,
    /// When the requests of the last second arrived that count towards the global rate limit.
    pub recent: VecDeque<Duration>,
    /// How far the test has moved Discord's clock ahead.
    pub ahead: Duration,
    started: Instant,
    last_id: u64,
}

pub struct User {
    pub id: u64,
    pub name: String,
    pub locale: String,
    pub dms_closed: bool,
    /// The direct-message channel between this user and the bot.
    pub direct: Option<u64>,
    /// The user's permissions in guilds.
    pub permissions: u64,
    pub modal: Option<Modal>,
}

pub struct Guild {
    pub id: u64,
    pub name: String,
    pub members: BTreeSet<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChannelKind {
    Text = 0,
    Direct = 1,
    Voice = 2,
    Category = 4,
    Announcement = 5,
    PublicThread = 11,
    PrivateThread = 12,
}

/// A channel, thread or direct-message channel.
pub struct Channel {
    pub id: u64,
    pub kind: ChannelKind,
    pub guild: Option<u64>,
    pub parent: Option<u64>,
    pub recipient: Option<u64>,
    pub name: String,
    pub archived: bool,
    pub locked: bool,
    pub invitable: bool,
    pub auto_archive: u64,
    pub members: BTreeSet<u64>,
    pub posts: BTreeMap<u64, Post>,
    /// The permissions that the channel denies the bot.
    pub denied: u64,
}

/// A user's interaction that waits for a response.
pub struct Interaction {
    pub id: u64,
    pub token: String,
    /// Discord's interaction type: 2 command, 3 component, 4 autocomplete, 5 modal.
    pub kind: u64,
    pub user: u64,
    pub channel: u64,
    /// The dispatched payload.
    pub payload: Value,
    pub at: Duration,
    /// The sessions that received it, and whether any of them had a socket.
    pub told: Vec<String>,
    pub heard: bool,
    pub expired: bool,
    /// The type of the first response, once there is one.
    pub answered: Option<u64>,
    /// The message that `@original` means.
    pub original: Option<u64>,
    pub followups: BTreeSet<u64>,
    /// The message whose component was used.
    pub source: Option<u64>,
    pub choices: Option<Vec<Value>>,
}

impl State {
    pub fn new(api_url: &str) -> Self {
        Self {
            users: BTreeMap::new(),
            guilds: BTreeMap::new(),
            channels: BTreeMap::new(),
            interactions: BTreeMap::new(),
            commands: BTreeMap::new(),
            nonces: HashMap::new(),
            gateway: Gateway::default(),
            faults: Faults::default(),
            files: BTreeMap::new(),
            at_hand: BTreeMap::new(),
            ledger: Ledger::default(),
            over_http: false,
            api_url: api_url.to_owned(),
            recent: VecDeque::new(),
            ahead: Duration::ZERO,
            started: Instant::now(),
            last_id: 0,
        }
    }

    /// The time since the emulator started, by Discord's clock.
    pub fn now(&self) -> Duration {
        self.started.elapsed() + self.ahead
    }

    /// Counts a request towards the global rate limit.
    ///
    /// # Errors
    /// The time to wait, in seconds, when the limit is exceeded.
    pub fn admit(&mut self) -> Result<(), f64> {
        let now = self.now();
        while self.recent.front().is_some_and(|at| now.saturating_sub(*at) >= SECOND) {
            self.recent.pop_front();
        }
        if let Some(first) = self.recent.front().filter(|_| self.recent.len() >= PER_SECOND) {
            return Err((SECOND - now.saturating_sub(*first)).as_secs_f64());
        }
        self.recent.push_back(now);
        Ok(())
    }

    /// A new snowflake: greater than every earlier one, and containing the time.
    pub fn next_id(&mut self) -> u64 {
        let ms = u64::try_from(self.now().as_millis()).unwrap_or_default() + START_MS - EPOCH_MS;
        self.last_id = (ms << 22).max(self.last_id + 1);
        self.last_id
    }

    /// A time as an ISO 8601 timestamp.
    pub fn date(&self, at: Duration) -> String {
        let ms = START_MS + u64::try_from(at.as_millis()).unwrap_or_default();
        let date = chrono::DateTime::from_timestamp_millis(i64::try_from(ms).unwrap_or_default());
        date.unwrap_or_default().to_rfc3339()
    }

    /// The channel with this id; a test that names an unknown one fails.
    pub fn channel(&mut self, id: u64) -> &mut Channel {
        self.channels.get_mut(&id).unwrap_or_else(|| panic!("nobody has added the channel {id}"))
    }

    /// The user with this id; a test that names an unknown one fails.
    pub fn user(&mut self, id: u64) -> &mut User {
        self.users.get_mut(&id).unwrap_or_else(|| panic!("nobody has added the user {id}"))
    }

    /// The channel, if the bot can see it.
    pub fn reach(&mut self, id: u64) -> Result<&mut Channel, Refusal> {
        let guilds = &self.guilds;
        let Some(channel) = self.channels.get_mut(&id) else {
            return Err(Refusal::unknown_channel());
        };
        match channel.guild {
            Some(guild) if !guilds.contains_key(&guild) => Err(Refusal::missing_access()),
            _ => Ok(channel),
        }
    }

    /// Checks a permission of the bot in a channel. A thread takes the permissions of its
    /// channel.
    ///
    /// # Errors
    /// Discord's error response.
    pub fn may(&mut self, id: u64, permission: u64) -> Result<(), Refusal> {
        let place = self.channel(id);
        let id = place.parent.filter(|_| place.is_thread()).unwrap_or(id);
        match self.channels.get(&id).is_some_and(|place| place.denied & permission != 0) {
            true => Err(Refusal::new(403, 50013, "Missing Permissions")),
            false => Ok(()),
        }
    }

    /// Checks that the bot may send the user direct messages.
    pub fn may_write_to(&self, user: u64) -> Result<(), Refusal> {
        if self.users.get(&user).is_none_or(|user| user.dms_closed) {
            return Err(Refusal::new(403, 50007, "Cannot send messages to this user"));
        }
        if !self.guilds.values().any(|guild| guild.members.contains(&user)) {
            let message = "Cannot send messages to this user due to having no mutual guilds";
            return Err(Refusal::new(403, 50278, message));
        }
        Ok(())
    }

    /// The direct-message channel between the bot and a user, created on first use.
    pub fn direct(&mut self, user: u64) -> u64 {
        if let Some(channel) = self.user(user).direct {
            return channel;
        }
        let id = self.next_id();
        let mut channel = Channel::new(id, ChannelKind::Direct, "");
        channel.recipient = Some(user);
        self.channels.insert(id, channel);
        self.user(user).direct = Some(id);
        id
    }

    /// A message, for a change.
    pub fn post(&mut self, channel: u64, message: u64) -> Option<&mut Post> {
        self.channels.get_mut(&channel).and_then(|place| place.posts.get_mut(&message))
    }
}

impl Channel {
    pub fn new(id: u64, kind: ChannelKind, name: &str) -> Self {
        Self {
            id,
            kind,
            guild: None,
            parent: None,
            recipient: None,
            name: name.to_owned(),
            archived: false,
            locked: false,
            invitable: true,
            auto_archive: 4320,
            members: BTreeSet::new(),
            posts: BTreeMap::new(),
            denied: 0,
        }
    }

    /// Whether the user sees the channel: a private thread is visible to its members only.
    pub fn lets_in(&self, user: u64) -> bool {
        self.kind != ChannelKind::PrivateThread || self.members.contains(&user)
    }

    pub fn is_thread(&self) -> bool {
        matches!(self.kind, ChannelKind::PublicThread | ChannelKind::PrivateThread)
    }
}
