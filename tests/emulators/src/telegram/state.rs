//! Telegram's state: accounts, chats, messages, callback queries and command menus.

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;
use tokio::time::Instant;

use super::{
    faults::Faults,
    files::Files,
    ledger::{Ledger, Post},
    methods::Refusal,
    queue::Queue,
    webhook::Webhook,
};

/// Everything behind the emulator's mutex.
pub struct State {
    pub users: HashMap<i64, User>,
    pub chats: HashMap<i64, Chat>,
    pub queue: Queue,
    pub webhook: Option<Webhook>,
    pub presses: HashMap<String, Press>,
    pub menus: BTreeMap<(String, String), Value>,
    /// The profile texts, by field and language.
    pub profile: BTreeMap<(&'static str, String), String>,
    pub faults: Faults,
    pub files: Files,
    pub ledger: Ledger,
    pub started: Instant,
    pub serial: i64,
}

#[derive(Clone)]
pub struct User {
    pub id: i64,
    pub first_name: String,
    pub language: String,
    /// Whether the user has ever written to the bot.
    pub known: bool,
    pub blocked: bool,
    pub deactivated: bool,
}

pub struct Chat {
    pub id: i64,
    pub kind: ChatKind,
    pub title: String,
    pub moved_to: Option<i64>,
    pub kicked: bool,
    pub last_message: i64,
    pub posts: BTreeMap<i64, Post>,
    /// The authors of the messages that the bot did not write.
    pub authors: HashMap<i64, i64>,
    pub topics: Topics,
    /// The code and description with which every message to the chat is refused.
    pub refusal: Option<(u16, String)>,
}

/// The topics of a forum.
#[derive(Default)]
pub struct Topics {
    /// Whether each topic is open.
    pub open: BTreeMap<i64, bool>,
    /// Whether the General topic is closed to the bot.
    pub general_closed: bool,
    /// The topic of each message that has one.
    pub messages: HashMap<i64, i64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    Private,
    Group,
    Supergroup,
}

/// A callback query that waits for its answer.
#[derive(Default)]
pub struct Press {
    pub expired: bool,
}

impl State {
    pub fn new() -> Self {
        Self {
            users: HashMap::new(),
            chats: HashMap::new(),
            queue: Queue::new(),
            webhook: None,
            presses: HashMap::new(),
            menus: BTreeMap::new(),
            profile: BTreeMap::new(),
            faults: Faults::default(),
            files: Files::new(),
            ledger: Ledger::default(),
            started: Instant::now(),
            serial: 4_000_000_000,
        }
    }

    /// A number that was not given before.
    pub fn next_serial(&mut self) -> i64 {
        self.serial += 1;
        self.serial
    }

    /// The time in seconds of Unix time: the test's elapsed time after a fixed date.
    pub fn date(&self) -> u64 {
        1_767_225_600 + self.started.elapsed().as_secs()
    }

    pub fn posts(&self, chat: i64) -> Vec<Post> {
        self.chats.get(&chat).map(|chat| chat.posts.values().cloned().collect()).unwrap_or_default()
    }

    /// The chat with this id; a test that names an unknown one fails.
    pub fn chat(&mut self, id: i64) -> &mut Chat {
        self.chats.get_mut(&id).unwrap_or_else(|| panic!("nobody has added the chat {id}"))
    }

    /// The user with this id; a test that names an unknown one fails.
    pub fn user(&mut self, id: i64) -> &mut User {
        self.users.get_mut(&id).unwrap_or_else(|| panic!("nobody has added the user {id}"))
    }

    /// The chat, if the bot may act in it.
    pub fn reach(&mut self, id: i64) -> Result<&mut Chat, Refusal> {
        if let Some(user) = self.users.get(&id) {
            if user.deactivated {
                return Err(Refusal::new(403, "Forbidden: user is deactivated"));
            }
            if user.blocked {
                return Err(Refusal::new(403, "Forbidden: bot was blocked by the user"));
            }
            if !user.known {
                return Err(Refusal::new(
                    403,
                    "Forbidden: bot can't initiate conversation with a user",
                ));
            }
        }
        let Some(chat) = self.chats.get_mut(&id) else {
            return Err(Refusal::new(400, "Bad Request: chat not found"));
        };
        if let Some(to) = chat.moved_to {
            return Err(Refusal::moved(to));
        }
        match chat.kind {
            ChatKind::Group if chat.kicked => {
                Err(Refusal::new(403, "Forbidden: bot was kicked from the group chat"))
            }
            ChatKind::Supergroup if chat.kicked => {
                Err(Refusal::new(403, "Forbidden: bot was kicked from the supergroup chat"))
            }
            _ => Ok(chat),
        }
    }
}

impl Chat {
    pub fn new(id: i64, kind: ChatKind, title: &str) -> Self {
        Self {
            id,
            kind,
            title: title.to_owned(),
            moved_to: None,
            kicked: false,
            last_message: 0,
            posts: BTreeMap::new(),
            authors: HashMap::new(),
            topics: Topics::default(),
            refusal: None,
        }
    }

    /// Checks that the bot may write in a topic; `None` is the General topic.
    pub fn takes(&self, topic: Option<i64>) -> Result<(), Refusal> {
        if let Some((code, description)) = &self.refusal {
            return Err(Refusal::new(*code, description));
        }
        match topic {
            None if self.topics.general_closed => Err(Refusal::bad("TOPIC_CLOSED")),
            None => Ok(()),
            Some(topic) => match self.topics.open.get(&topic) {
                Some(true) => Ok(()),
                Some(false) => Err(Refusal::bad("TOPIC_CLOSED")),
                None => Err(Refusal::bad("message thread not found")),
            },
        }
    }

    pub fn next_message(&mut self) -> i64 {
        self.last_message += 1;
        self.last_message
    }
}
