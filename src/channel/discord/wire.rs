//! The parts of a dispatch that the desk reads, as Discord spells them. Every field that is not
//! read is ignored, so a newer platform breaks nothing. Deliberately absent: serenity's own event
//! types, which refuse a whole event over one field they do not know, and `Debug`, which would
//! show what people wrote.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
pub(super) struct User {
    pub id: String,
    #[serde(default)]
    pub username: String,
    pub global_name: Option<String>,
    #[serde(default)]
    pub bot: bool,
    #[serde(default)]
    pub system: bool,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub channel_id: String,
    pub guild_id: Option<String>,
    /// Absent where only what hangs on the message changed, such as the preview of a link.
    pub author: Option<User>,
    pub webhook_id: Option<String>,
    #[serde(rename = "type", default)]
    pub kind: u64,
    pub content: Option<String>,
    pub edited_timestamp: Option<String>,
    #[serde(default)]
    pub attachments: Vec<File>,
    #[serde(default)]
    pub sticker_items: Vec<Sticker>,
    pub poll: Option<Value>,
    pub referenced_message: Option<Box<Replied>>,
    #[serde(default)]
    pub message_snapshots: Vec<Snapshot>,
}

/// The message that a reply answers.
#[derive(Deserialize)]
pub(super) struct Replied {
    pub id: String,
    pub author: Option<User>,
}

/// A message as it was when somebody forwarded it.
#[derive(Deserialize)]
pub(super) struct Snapshot {
    pub message: Forwarded,
}

#[derive(Deserialize)]
pub(super) struct Forwarded {
    #[serde(default)]
    pub content: String,
    #[serde(default)]
    pub attachments: Vec<File>,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub filename: Option<String>,
    pub url: String,
    pub content_type: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Sticker {
    pub id: String,
    pub name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Interaction {
    pub id: String,
    pub token: String,
    #[serde(rename = "type")]
    pub kind: u64,
    pub guild_id: Option<String>,
    pub channel_id: Option<String>,
    /// Who did it, in a guild.
    pub member: Option<Member>,
    /// Who did it, elsewhere.
    pub user: Option<User>,
    pub locale: Option<String>,
    pub message: Option<Pressed>,
    #[serde(default)]
    pub data: Data,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub user: User,
}

/// The message a button hangs on.
#[derive(Deserialize)]
pub(super) struct Pressed {
    pub id: String,
    pub channel_id: String,
}

/// What was chosen, pressed or filled in.
#[derive(Default, Deserialize)]
pub(super) struct Data {
    pub name: Option<String>,
    /// The kind of command; buttons and forms have none.
    #[serde(rename = "type")]
    pub kind: Option<u64>,
    #[serde(default)]
    pub options: Vec<CommandOption>,
    pub target_id: Option<String>,
    #[serde(default)]
    pub resolved: Resolved,
    pub custom_id: Option<String>,
    #[serde(default)]
    pub values: Vec<String>,
}

#[derive(Deserialize)]
pub(super) struct CommandOption {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: u64,
    pub value: Option<Value>,
    #[serde(default)]
    pub options: Vec<CommandOption>,
    #[serde(default)]
    pub focused: bool,
}

/// What the chosen keys stand for.
#[derive(Default, Deserialize)]
pub(super) struct Resolved {
    #[serde(default)]
    pub messages: BTreeMap<String, Reported>,
    #[serde(default)]
    pub users: BTreeMap<String, User>,
    #[serde(default)]
    pub attachments: BTreeMap<String, File>,
}

/// A message that somebody pointed at.
#[derive(Deserialize)]
pub(super) struct Reported {
    pub id: String,
    pub channel_id: String,
    #[serde(default)]
    pub content: String,
    #[serde(default)]
    pub attachments: Vec<File>,
}

impl Interaction {
    /// Who did it.
    pub fn author(&self) -> Option<&User> {
        self.member.as_ref().map(|member| &member.user).or(self.user.as_ref())
    }
}

impl Message {
    /// Whether a person wrote it, rather than a program or the platform.
    pub fn author(&self) -> Option<&User> {
        let person = |author: &&User| !author.bot && !author.system && self.webhook_id.is_none();
        self.author.as_ref().filter(person)
    }

    /// What hangs on it, or on the message that it forwards.
    pub fn files(&self) -> &[File] {
        match self.message_snapshots.first() {
            Some(forwarded) if self.attachments.is_empty() => &forwarded.message.attachments,
            _ => &self.attachments,
        }
    }
}
