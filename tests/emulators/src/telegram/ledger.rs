//! What happened, in order, as Telegram saw it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use super::webhook::Delivery;

/// Everything that happened since the start.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub effects: Vec<Effect>,
    /// Every request, failed ones included, in the order of their responses.
    pub calls: Vec<Call>,
    /// How often each update was delivered.
    pub handed_out: BTreeMap<i64, u32>,
    /// The updates that the bot has confirmed, which are never delivered again.
    pub confirmed: BTreeSet<i64>,
    /// The number of `getUpdates` requests.
    pub polls: usize,
    /// Requests that Telegram's API description does not allow.
    pub violations: Vec<String>,
    /// Every webhook post, in the order in which they ended.
    pub deliveries: Vec<Delivery>,
    /// The number of `setWebhook` requests.
    pub webhooks_set: usize,
    /// The number of `deleteWebhook` requests.
    pub webhooks_deleted: usize,
}

/// An effect that a user or a client could see.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A message appeared.
    Sent(Post),
    /// A message was edited.
    Edited(Post),
    /// A callback query was answered.
    Answered {
        /// The id of the callback query.
        query: String,
        /// The text shown with the answer.
        text: Option<String>,
        at: Instant,
    },
    /// A command menu was set.
    Menu {
        /// The scope as the bot sent it.
        scope: Value,
        /// The language of the clients that show it; empty for all.
        language: String,
        /// The commands with their descriptions.
        commands: Vec<(String, String)>,
    },
}

/// One version of a message of the bot.
#[derive(Debug, Clone)]
pub struct Post {
    pub chat: i64,
    /// The message id, unique within the chat.
    pub message_id: i64,
    pub text: String,
    /// The formatting entities as the bot sent them.
    pub entities: Vec<Value>,
    pub buttons: Vec<Vec<Button>>,
    /// The file of the message; `text` is its caption then.
    pub file: Option<SentFile>,
    /// When this version appeared.
    pub at: Instant,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// `photo` or `document`.
    pub field: &'static str,
    pub name: String,
    pub bytes: Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    pub label: String,
    /// The callback data.
    pub code: String,
}

#[derive(Debug, Clone)]
pub struct Call {
    /// The method's name in the API description.
    pub method: String,
    /// The chat that the request names.
    pub chat: Option<i64>,
    /// The HTTP status of the response; 0 when the connection was cut instead.
    pub status: u16,
    /// When the response was sent.
    pub at: Instant,
}

impl Post {
    /// The visible content: the file's name and the text.
    pub fn shown(&self) -> String {
        let file = self.file.as_ref().map(|file| format!("📎 {}\n", file.name));
        file.unwrap_or_default() + &self.text
    }
}

impl Ledger {
    /// The first version of each message.
    pub fn sends(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Sent(post) => Some(post),
            _ => None,
        })
    }

    /// The later versions of messages.
    pub fn edits(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Edited(post) => Some(post),
            _ => None,
        })
    }

    /// The answers to callback queries: the query's id and the text shown.
    pub fn answers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Answered { query, text, .. } => Some((query.as_str(), text.as_deref())),
            _ => None,
        })
    }

    /// How often a callback query was answered.
    pub fn answers_to(&self, query: &str) -> usize {
        self.answers().filter(|(answered, _)| *answered == query).count()
    }

    /// The texts sent to a chat, oldest first.
    pub fn said_to(&self, chat: i64) -> Vec<&str> {
        self.sends().filter(|post| post.chat == chat).map(|post| post.text.as_str()).collect()
    }

    /// Messages that appeared more than once with the same text in the same chat, and how often.
    pub fn repeated(&self) -> Vec<(i64, String, usize)> {
        let mut times: BTreeMap<(i64, &str), usize> = BTreeMap::new();
        for post in self.sends() {
            *times.entry((post.chat, &post.text)).or_default() += 1;
        }
        let repeated = times.into_iter().filter(|(_, times)| *times > 1);
        repeated.map(|((chat, text), times)| (chat, text.to_owned(), times)).collect()
    }

    /// The last effects, for failed assertions.
    pub fn summary(&self) -> String {
        let last = |count: usize| count.saturating_sub(12);
        let effects = &self.effects[last(self.effects.len())..];
        let calls = &self.calls[last(self.calls.len())..];
        let calls: Vec<String> =
            calls.iter().map(|call| format!("{} {}", call.method, call.status)).collect();
        format!(
            "{} effects, the last: {effects:#?}\nthe last calls: {calls:?}\nviolations: {:?}",
            self.effects.len(),
            self.violations
        )
    }
}
