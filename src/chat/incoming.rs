//! What a person did in a chat, independent of any platform. An adapter's `receive` turns a raw
//! update into an [`Incoming`]; no other layer reads the wire format. Deliberately absent: who the
//! sender is to the desk, which the transaction that handles the update reads.

use crate::domain::channel::ChannelKind;

/// One update: one act of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    pub channel: ChannelKind,
    pub chat: Chat,
    pub sender: Sender,
    pub input: Input,
    /// The platform's key of the desk's message that this one replies to.
    pub reply_to: Option<String>,
    /// The server (guild) of the chat, on networks that have servers; the sender is a member of it.
    pub server: Option<String>,
    /// The platform's token for the answer, where the platform waits for one: for a pressed button
    /// everywhere, for a command and a form on networks that have them.
    pub token: Option<String>,
}

/// A chat, by the platform's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// The platform's key, opaque outside the adapter.
    pub key: String,
    pub kind: ChatKind,
}

/// Whether others read the chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// One person and the desk.
    Private,
    /// Several people.
    Group,
}

/// An account, by the platform's key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The platform's numeric key: the only value that identifies an account.
    pub key: String,
    /// The display name, already stripped of invisible and direction-changing characters.
    pub name: String,
    /// The language of the person's client (`es`, `en-GB`, …), when the platform reports it.
    pub language: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A message, commands included.
    Text(String),
    /// A pressed button.
    Press {
        /// The button's code.
        code: String,
        /// The platform's key of the button's message, when the platform reports it.
        message: Option<String>,
    },
    /// A message that is not text: kept as a reference.
    Attachment(Attachment),
    /// The author edited an earlier message. The text is the new one.
    Edited(String),
    /// The person blocked the desk in their private chat.
    Blocked,
    /// The person unblocked the desk.
    Unblocked,
    /// The group has a new key; `Incoming::chat` holds the old one.
    Moved {
        /// The group's new key.
        to: String,
    },
    /// The chat was deleted. The platform does not report by whose account.
    Gone,
    /// A submitted form; only on networks with forms.
    Submit {
        /// The form's code.
        code: String,
        /// The values, by the key of each field; empty fields are absent.
        fields: Vec<(String, String)>,
        /// The files of the form's file fields.
        attachments: Vec<Attachment>,
    },
    /// A request to open a ticket for the person that the sender selected; only on networks where
    /// people can be selected.
    OpenFor {
        /// The selected account.
        person: Sender,
        /// Whether the selected account is a bot.
        program: bool,
    },
    /// An interaction that waits for an answer but cannot be read. The text names the unreadable
    /// field.
    Unreadable(String),
    /// A message in the name of a group or channel, which no person can be held to.
    Anonymous,
}

/// A file, sticker, place or the like, by the platform's reference.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attachment {
    pub kind: AttachmentKind,
    /// The platform's reference: a file id, or coordinates.
    pub reference: String,
    /// The file's name, when it has one.
    pub name: Option<String>,
    /// The text sent with it; empty without one.
    pub caption: String,
}

/// What a message that is not text contains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    Photo,
    /// Any file.
    Document,
    /// A voice message or a sound file.
    Audio,
    Video,
    Sticker,
    /// Coordinates.
    Location,
    /// A contact card.
    Contact,
    /// Any other kind: the reference names the platform's kind.
    Other,
}
