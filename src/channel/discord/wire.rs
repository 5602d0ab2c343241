//! The fields that the desk reads of messages, modals and half-typed commands, as Discord spells them.
//! Commands and components are read with serenity's models. serenity's `Message` is not used for messages:
//! it requires some twenty fields, an update carries a part of them, and one missing field would lose
//! what a person wrote; unknown fields survive in both. Modals are read here because serenity's
//! `ModalInteraction` drops `component` and `resolved`, half-typed commands because the platform does not
//! check their options and serenity refuses letters in a number. Deliberately absent: `Debug`, which would
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
    /// Absent in an update that adds the preview of a link.
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

/// A forwarded message as it was when it was forwarded.
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

/// A submitted modal or a command that is being typed.
#[derive(Deserialize)]
pub(super) struct Interaction {
    pub id: String,
    pub token: String,
    pub guild_id: Option<String>,
    pub channel_id: Option<String>,
    /// Present in a server.
    pub member: Option<Member>,
    /// Present in a private chat.
    pub user: Option<User>,
    pub locale: Option<String>,
    #[serde(default)]
    pub data: Data,
}

#[derive(Deserialize)]
pub(super) struct Member {
    pub user: User,
}

#[derive(Default, Deserialize)]
pub(super) struct Data {
    /// The command's registered name.
    pub name: Option<String>,
    #[serde(default)]
    pub options: Vec<CommandOption>,
    /// The modal's code.
    pub custom_id: Option<String>,
    #[serde(default)]
    pub resolved: Resolved,
}

#[derive(Deserialize)]
pub(super) struct CommandOption {
    pub name: String,
    pub value: Option<Value>,
    #[serde(default)]
    pub options: Vec<CommandOption>,
    /// Whether the person is typing this option.
    #[serde(default)]
    pub focused: bool,
}

/// The objects behind the keys in `data`.
#[derive(Default, Deserialize)]
pub(super) struct Resolved {
    #[serde(default)]
    pub attachments: BTreeMap<String, File>,
}

impl Interaction {
    pub fn author(&self) -> Option<&User> {
        self.member.as_ref().map(|member| &member.user).or(self.user.as_ref())
    }
}

impl Message {
    /// The author if a person wrote the message; `None` for programs, webhooks and the platform.
    pub fn author(&self) -> Option<&User> {
        let person = |author: &&User| !author.bot && !author.system && self.webhook_id.is_none();
        self.author.as_ref().filter(person)
    }

    /// The files of the message, or of the message that it forwards.
    pub fn files(&self) -> &[File] {
        match self.message_snapshots.first() {
            Some(forwarded) if self.attachments.is_empty() => &forwarded.message.attachments,
            _ => &self.attachments,
        }
    }
}

impl From<&serenity::all::User> for User {
    fn from(user: &serenity::all::User) -> Self {
        Self {
            id: user.id.to_string(),
            username: user.name.clone(),
            global_name: user.global_name.clone(),
            bot: user.bot,
            system: user.system,
        }
    }
}
