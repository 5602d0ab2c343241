//! The fields of an update that the desk reads, as the Bot API spells them. Unknown fields are ignored, so a
//! newer platform breaks nothing. Deliberately absent: teloxide's own update types, which refuse a whole
//! message over an entity of an unknown kind or a missing field that the desk does not read, and `Debug`,
//! which would show what people wrote.

use serde::Deserialize;

/// An update of a kind that the desk asks for.
#[derive(Deserialize)]
pub(super) struct Update {
    pub message: Option<Message>,
    pub edited_message: Option<Message>,
    pub callback_query: Option<CallbackQuery>,
    pub my_chat_member: Option<MembershipChange>,
}

#[derive(Deserialize)]
pub(super) struct User {
    pub id: i64,
    #[serde(default)]
    pub is_bot: bool,
    #[serde(default)]
    pub first_name: String,
    pub last_name: Option<String>,
    pub username: Option<String>,
    pub language_code: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Chat {
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: ChatType,
    pub title: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChatType {
    Private,
    Group,
    Supergroup,
    /// Channels and unknown kinds.
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
pub(super) struct Message {
    pub chat: Chat,
    pub from: Option<User>,
    pub sender_chat: Option<Chat>,
    #[serde(default)]
    pub is_automatic_forward: bool,
    /// The topic; in plain groups the platform sets it to the thread of a reply.
    pub message_thread_id: Option<i64>,
    #[serde(default)]
    pub is_topic_message: bool,
    pub reply_to_message: Option<Replied>,
    pub migrate_to_chat_id: Option<i64>,
    pub text: Option<String>,
    pub caption: Option<String>,
    pub photo: Option<Vec<Picture>>,
    pub animation: Option<File>,
    pub document: Option<File>,
    pub audio: Option<File>,
    pub voice: Option<File>,
    pub video: Option<File>,
    pub video_note: Option<File>,
    pub sticker: Option<File>,
    pub location: Option<Location>,
    pub venue: Option<Venue>,
    pub contact: Option<Contact>,
}

/// The message that a reply answers; a deleted or inaccessible message names no author.
#[derive(Deserialize)]
pub(super) struct Replied {
    pub message_id: i64,
    pub from: Option<User>,
}

/// One size of a photo.
#[derive(Deserialize)]
pub(super) struct Picture {
    pub file_id: String,
    #[serde(default)]
    pub width: u64,
    #[serde(default)]
    pub height: u64,
}

#[derive(Deserialize)]
pub(super) struct File {
    pub file_id: String,
    pub file_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Location {
    pub latitude: f64,
    pub longitude: f64,
}

#[derive(Deserialize)]
pub(super) struct Venue {
    pub location: Location,
    pub title: String,
}

#[derive(Deserialize)]
pub(super) struct Contact {
    pub phone_number: String,
    #[serde(default)]
    pub first_name: String,
    pub last_name: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct CallbackQuery {
    pub id: String,
    pub from: User,
    pub message: Option<Pressed>,
    pub data: Option<String>,
}

/// The message of a pressed button. A message that is too old has its key, its chat and date 0.
#[derive(Deserialize)]
pub(super) struct Pressed {
    pub message_id: i64,
    pub chat: Chat,
    pub message_thread_id: Option<i64>,
    #[serde(default)]
    pub is_topic_message: bool,
}

#[derive(Deserialize)]
pub(super) struct MembershipChange {
    pub chat: Chat,
    pub from: User,
    pub new_chat_member: Membership,
}

#[derive(Deserialize)]
pub(super) struct Membership {
    pub status: String,
}
