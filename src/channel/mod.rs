//! The edges: one adapter a chat network. An adapter converts and paces nothing, words nothing,
//! decides nothing. Deliberately absent: a trait for receiving; each adapter owns its loop and
//! stores what it hears in the inbox.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::chat::outgoing::{Enclosure, Outgoing};
use crate::domain::channel::ChannelKind;

pub mod console;
pub mod discord;
mod download;
pub mod telegram;
pub mod told;

/// One entry of a command menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    /// The command without its slash.
    pub name: String,
    /// One line that says what it does.
    pub help: String,
}

/// Where a message goes, and what it is known by on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'e> {
    /// The chat.
    pub chat: &'e str,
    /// The token of what the message answers, where the platform waits for an answer: it then shows
    /// the answer to that person alone, or opens the message's form instead.
    pub via: Option<&'e str>,
    /// The same for every try to send this message and for no other message; at most 20 bytes.
    pub nonce: Option<&'e str>,
}

impl<'e> Envelope<'e> {
    /// An envelope with nothing on it but the chat.
    pub fn to(chat: &'e str) -> Self {
        Self { chat, via: None, nonce: None }
    }
}

/// A thread that is to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan<'p> {
    /// The chat beside which it hangs.
    pub place: &'p str,
    /// What it is called.
    pub name: &'p str,
}

/// How long a whole file may be under way, in either direction.
pub const FILE_TIME: Duration = Duration::from_secs(60);

/// Delivers to one chat network, and fetches what people sent there. Called by the courier and the
/// fetcher alone.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Which network this is.
    fn kind(&self) -> ChannelKind;

    /// Whether the platform drops a second copy of a message with the same nonce, so that one whose
    /// outcome is unknown is sent again without a thought.
    fn repeats_safely(&self, _via: Option<&str>) -> bool {
        false
    }

    /// Asks the network for anything at all, to know whether it is there. Whatever it answers, it is;
    /// [`SendError::Transient`] and [`SendError::Unknown`] say that nothing came.
    async fn is_there(&self) -> Result<(), SendError> {
        Ok(())
    }

    /// Posts a message and returns the platform's key of it.
    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError>;

    /// Gives a message of ours a new face. "Nothing changed" is success.
    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError>;

    /// Acknowledges a pressed button. A press too old to be acknowledged is success.
    async fn answer(&self, token: &str, text: Option<&str>) -> Result<(), SendError>;

    /// Shows this command menu in one chat.
    async fn show_menu(&self, chat: &str, menu: &[MenuEntry]) -> Result<(), SendError>;

    /// Shows a kept file with what is said with it, and returns the platform's key of the message.
    async fn send_file(
        &self,
        _to: &Envelope<'_>,
        _file: &Enclosure,
        _bytes: &Bytes,
    ) -> Result<String, SendError> {
        Err(SendError::Refused("this network shows no files".to_owned()))
    }

    /// Fetches a file that somebody sent, by the platform's reference; at most `largest` bytes.
    async fn fetch(&self, _reference: &str, _largest: u64) -> Result<Bytes, FetchError> {
        Err(FetchError::Gone("this network keeps no files".to_owned()))
    }

    /// Whether the network gives up on what somebody did there when it is not answered within seconds.
    fn gives_up_soon(&self) -> bool {
        false
    }

    /// Whether everything said in a thread reaches the desk, or only what names it.
    fn overhears(&self) -> bool {
        false
    }

    /// Makes a thread that only those see who are let in, and returns the platform's key of it. One
    /// that stands already is found again: making it twice makes it once.
    async fn open_thread(&self, _plan: &Plan<'_>) -> Result<String, SendError> {
        Err(no_threads())
    }

    /// Lets an account into a thread. Letting in whoever is in is success.
    async fn admit(&self, _thread: &str, _account: &str) -> Result<(), SendError> {
        Err(no_threads())
    }

    /// Puts a thread away, or takes it out again. A thread that is as it should be is success.
    async fn archive(&self, _thread: &str, _archived: bool) -> Result<(), SendError> {
        Err(no_threads())
    }
}

fn no_threads() -> SendError {
    SendError::Refused("this network has no threads".to_owned())
}

/// Why something was not, or perhaps not, delivered.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Blocked, account gone, thrown out of the group: stop trying.
    #[error("the chat cannot be reached: {0}")]
    Unreachable(String),
    /// The chat was deleted: as unreachable as can be, unless it is one that we make.
    #[error("the chat is gone: {0}")]
    Vanished(String),
    /// The group lives under a new key.
    #[error("the chat moved to {to}")]
    Moved {
        /// The new key.
        to: String,
    },
    /// The platform told us to wait; the message was surely not sent.
    #[error("told to wait {0:?}")]
    RetryAfter(Duration),
    /// Surely not sent; may be tried again.
    #[error("not sent: {0}")]
    Transient(String),
    /// Surely not sent, and trying again would change nothing.
    #[error("refused: {0}")]
    Refused(String),
    /// The message to edit is gone.
    #[error("the message is gone")]
    Gone,
    /// Nobody knows whether it was sent: the answer was lost.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// Why a file was not fetched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// It is larger than what was asked for, or than what the platform hands out.
    #[error("it is too large")]
    TooLarge,
    /// The platform does not have it, or not for us.
    #[error("it is gone: {0}")]
    Gone(String),
    /// The platform told us to wait.
    #[error("told to wait {0:?}")]
    RetryAfter(Duration),
    /// It may be tried again.
    #[error("not fetched: {0}")]
    Transient(String),
}
