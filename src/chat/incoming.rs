//! What somebody did in a chat, in words no platform owns. An adapter's `receive` turns a raw
//! update into an [`Incoming`]; nothing behind it sees the wire. Deliberately absent: who the
//! sender *is* to the desk, which is read in the transaction that acts.

use crate::domain::channel::ChannelKind;

/// One thing that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incoming {
    /// The network it came through.
    pub channel: ChannelKind,
    /// The chat it happened in.
    pub chat: Chat,
    /// The account that did it.
    pub sender: Sender,
    /// What was done.
    pub input: Input,
    /// The message of ours that it answers, by the platform's key, when it is a reply.
    pub reply_to: Option<String>,
    /// The server that it happened in, on networks that have servers: who acts there is its member.
    pub server: Option<String>,
    /// What the platform wants the answer with, where it waits for one: a pressed button
    /// everywhere, a command and a filled form on networks that have them.
    pub token: Option<String>,
}

/// A chat as its platform names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chat {
    /// The platform's key, opaque outside the adapter.
    pub key: String,
    /// Whether others read along.
    pub kind: ChatKind,
}

/// Whether others read along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChatKind {
    /// One person and the desk.
    Private,
    /// Several people.
    Group,
}

/// An account as its platform names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The platform's numeric key: the only thing an identity may hang on.
    pub key: String,
    /// The name the person shows, already stripped of invisible and direction-changing characters.
    pub name: String,
    /// The language of the person's app (`es`, `en-GB`, …), when the platform tells.
    pub language: Option<String>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Something was written, commands included.
    Text(String),
    /// A button was pressed.
    Press {
        /// The button's own short code.
        code: String,
        /// The message the button hangs on, when the platform tells.
        message: Option<String>,
    },
    /// Something that is not text: kept as a reference.
    Attachment(Attachment),
    /// An earlier message was rewritten by its author. The text is the new one.
    Edited(String),
    /// The person shut the desk out of their private chat.
    Blocked,
    /// The person let the desk in again.
    Unblocked,
    /// The group has a new key from now on; `Incoming::chat` names the old one.
    Moved {
        /// The group's new key.
        to: String,
    },
    /// The chat was deleted; nobody is told who did it.
    Gone,
    /// A form was filled in and sent; only on networks that show forms.
    Submit {
        /// The form's own short code.
        code: String,
        /// What was filled in, by the key of each field; fields left empty are absent.
        fields: Vec<(String, String)>,
        /// The files that were given in it.
        attachments: Vec<Attachment>,
    },
    /// A ticket is wanted for somebody who was pointed at; only on networks where people can be.
    OpenFor {
        /// Who was pointed at.
        person: Sender,
        /// Whether it is a program.
        program: bool,
    },
    /// Something was done that waits for an answer and cannot be read: the field that stands against it.
    Unreadable(String),
    /// Somebody acted in the name of a group or channel, so nobody can be held to it.
    Anonymous,
}

/// A file, sticker, place or the like, by the platform's own reference.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Attachment {
    /// What it is.
    pub kind: AttachmentKind,
    /// The platform's reference: a file id, or coordinates.
    pub reference: String,
    /// The file's name, when it has one.
    pub name: Option<String>,
    /// What was written with it; empty when nothing was.
    pub caption: String,
}

/// What a non-text message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentKind {
    /// A picture.
    Photo,
    /// Any file.
    Document,
    /// A voice note or a sound.
    Audio,
    /// A moving picture.
    Video,
    /// A sticker.
    Sticker,
    /// A point on the map.
    Location,
    /// A phone-book card.
    Contact,
    /// Something else: the reference names the platform's kind.
    Other,
}
