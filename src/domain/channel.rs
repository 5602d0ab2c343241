//! The chat networks of the desk, by name only. Their abilities belong to their adapters.

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// A chat network, or the terminal.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum ChannelKind {
    /// The Telegram Bot API.
    Telegram,
    /// Discord, over its gateway and REST API.
    Discord,
    /// The chat in the terminal.
    Console,
}

/// Separates a chat from a part of it in one key, as in `-100123/45` for a forum topic.
const PART: char = '/';

/// The key of a part of a chat.
pub fn part_key(chat: &str, part: &str) -> String {
    format!("{chat}{PART}{part}")
}

/// Splits a key into the chat and the part, if the key names a part.
pub fn chat_and_part(key: &str) -> (&str, Option<&str>) {
    match key.split_once(PART) {
        Some((chat, part)) => (chat, Some(part)),
        None => (key, None),
    }
}

impl ChannelKind {
    /// The key of the private chat with this account, on networks where the desk may open such a
    /// chat first.
    pub fn private_chat(self, account: &str) -> Option<String> {
        match self {
            Self::Discord => Some(format!("@{account}")),
            Self::Telegram | Self::Console => None,
        }
    }

    /// Whether the network shows forms, and expects an answer to every interaction.
    pub fn shows_forms(self) -> bool {
        match self {
            Self::Discord => true,
            Self::Telegram | Self::Console => false,
        }
    }

    /// Whether a group's chat can have a thread for each ticket.
    pub fn has_threads(self) -> bool {
        match self {
            Self::Discord => true,
            Self::Telegram | Self::Console => false,
        }
    }

    /// The stable name used in rows and logs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Discord => "discord",
            Self::Console => "console",
        }
    }
}
