//! What happened, in order, as the platform saw it.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use super::webhook::Delivery;

/// Everything that happened since the start.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// What took effect, in order.
    pub effects: Vec<Effect>,
    /// Every request, those that failed included, in order of their answers.
    pub calls: Vec<Call>,
    /// How often each update was handed out.
    pub handed_out: BTreeMap<i64, u32>,
    /// The updates that the bot has confirmed, which the platform never hands out again.
    pub confirmed: BTreeSet<i64>,
    /// How often updates were asked for.
    pub polls: usize,
    /// Requests that the platform's own description does not allow.
    pub violations: Vec<String>,
    /// Every call of the webhook, in order of their ends.
    pub deliveries: Vec<Delivery>,
    /// How often a webhook was set.
    pub webhooks_set: usize,
    /// How often a webhook was to be removed.
    pub webhooks_deleted: usize,
}

/// Something that a person or an app could see.
#[derive(Debug, Clone)]
pub enum Effect {
    /// A message appeared.
    Sent(Post),
    /// A message got a new face.
    Edited(Post),
    /// A press was acknowledged.
    Answered {
        /// The press.
        query: String,
        /// What was shown with it.
        text: Option<String>,
        /// When.
        at: Instant,
    },
    /// A command menu was set.
    Menu {
        /// Where it shows, as the platform spells it.
        scope: Value,
        /// For apps in which language; empty for all.
        language: String,
        /// The commands with their descriptions.
        commands: Vec<(String, String)>,
    },
}

/// A message of the bot with one of its faces.
#[derive(Debug, Clone)]
pub struct Post {
    /// The chat it hangs in.
    pub chat: i64,
    /// Its key in that chat.
    pub message_id: i64,
    /// What is read.
    pub text: String,
    /// How it looks, as the platform spells it.
    pub entities: Vec<Value>,
    /// Rows of buttons.
    pub buttons: Vec<Vec<Button>>,
    /// The file that it shows, with the text below it.
    pub file: Option<SentFile>,
    /// When it got this face.
    pub at: Instant,
}

/// A file that the bot uploaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// As what it is shown: `photo` or `document`.
    pub field: &'static str,
    /// What it is called.
    pub name: String,
    /// What is in it.
    pub bytes: Bytes,
}

/// A button of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What is read on it.
    pub label: String,
    /// What a press sends.
    pub code: String,
}

/// One request.
#[derive(Debug, Clone)]
pub struct Call {
    /// The method as the platform spells it.
    pub method: String,
    /// The chat it was for.
    pub chat: Option<i64>,
    /// The HTTP status of the answer; 0 when the connection was cut instead.
    pub status: u16,
    /// When it was answered.
    pub at: Instant,
}

impl Post {
    /// What is seen: the file, by its name, and the text.
    pub fn shown(&self) -> String {
        let file = self.file.as_ref().map(|file| format!("📎 {}\n", file.name));
        file.unwrap_or_default() + &self.text
    }
}

impl Ledger {
    /// The messages as they first appeared.
    pub fn sends(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Sent(post) => Some(post),
            _ => None,
        })
    }

    /// The new faces that messages got.
    pub fn edits(&self) -> impl Iterator<Item = &Post> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Edited(post) => Some(post),
            _ => None,
        })
    }

    /// The acknowledgements: the press and what was shown.
    pub fn answers(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.effects.iter().filter_map(|effect| match effect {
            Effect::Answered { query, text, .. } => Some((query.as_str(), text.as_deref())),
            _ => None,
        })
    }

    /// How often one press was acknowledged.
    pub fn answers_to(&self, query: &str) -> usize {
        self.answers().filter(|(answered, _)| *answered == query).count()
    }

    /// What was said to a chat, oldest first.
    pub fn said_to(&self, chat: i64) -> Vec<&str> {
        self.sends().filter(|post| post.chat == chat).map(|post| post.text.as_str()).collect()
    }

    /// Messages that appeared more than once with the same words in the same chat, and how often.
    pub fn repeated(&self) -> Vec<(i64, String, usize)> {
        let mut times: BTreeMap<(i64, &str), usize> = BTreeMap::new();
        for post in self.sends() {
            *times.entry((post.chat, &post.text)).or_default() += 1;
        }
        let repeated = times.into_iter().filter(|(_, times)| *times > 1);
        repeated.map(|((chat, text), times)| (chat, text.to_owned(), times)).collect()
    }

    /// The end of the story, for failed assertions.
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
