//! The adapters, one for each chat network. An adapter converts messages and speaks the network's protocol; it
//! schedules nothing, words nothing and decides nothing. Deliberately absent: a trait for receiving. Each
//! adapter owns its loop and stores the events that it receives in the inbox.

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;

use crate::chat::outgoing::{Enclosure, Outgoing};
use crate::domain::channel::ChannelKind;

pub mod console;
pub mod discord;
mod download;
pub mod raw_json;
pub mod telegram;

/// One entry of a command menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuEntry {
    /// Without the slash.
    pub name: String,
    /// One line of help.
    pub help: String,
}

/// The address of a message and its idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Envelope<'e> {
    pub chat: &'e str,
    /// The token of the interaction that the message answers, where the platform waits for an answer. The
    /// platform shows the answer to that person alone, or opens the message's form.
    pub via: Option<&'e str>,
    /// The idempotency key: the same for every try to send this message and for no other; at most 20 bytes.
    pub nonce: Option<&'e str>,
}

impl<'e> Envelope<'e> {
    /// An envelope without token and nonce.
    pub fn to(chat: &'e str) -> Self {
        Self { chat, via: None, nonce: None }
    }
}

/// A thread to find or create.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan<'p> {
    /// The chat to which the thread belongs.
    pub place: &'p str,
    pub name: &'p str,
}

/// The longest transfer of a file, in either direction.
pub const FILE_TIME: Duration = Duration::from_secs(60);

/// Delivers to one chat network and downloads files from it. The courier and the fetcher alone call it.
#[async_trait]
pub trait Channel: Send + Sync {
    fn kind(&self) -> ChannelKind;

    /// Whether the platform drops a second copy of a message with the same nonce, so that a message with an
    /// unknown outcome is sent again without a check.
    fn repeats_safely(&self, _via: Option<&str>) -> bool {
        false
    }

    /// Checks that the network answers. Any answer is a success, a refusal too; [`SendError::Transient`] and
    /// [`SendError::Unknown`] mean that no answer came.
    async fn is_there(&self) -> Result<(), SendError> {
        Ok(())
    }

    /// Sends a message and returns the platform's key of it.
    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError>;

    /// Replaces the content of a message of the desk. "Not modified" is success.
    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError>;

    /// Acknowledges the press with the token [`Envelope::via`]. A press that is too old to be acknowledged is
    /// success; where its text then becomes a message, the message carries the envelope's nonce.
    async fn answer(&self, to: &Envelope<'_>, text: Option<&str>) -> Result<(), SendError>;

    /// Sets the command menu of one chat.
    async fn show_menu(&self, chat: &str, menu: &[MenuEntry]) -> Result<(), SendError>;

    /// Sends a stored file with its caption and returns the platform's key of the message.
    async fn send_file(
        &self,
        _to: &Envelope<'_>,
        _file: &Enclosure,
        _bytes: &Bytes,
    ) -> Result<String, SendError> {
        Err(SendError::Refused("this network shows no files".to_owned()))
    }

    /// Downloads a file that a person sent, by the platform's reference; at most `largest` bytes.
    async fn fetch(&self, _reference: &str, _largest: u64) -> Result<Bytes, FetchError> {
        Err(FetchError::Gone("this network keeps no files".to_owned()))
    }

    /// Whether the network shows a failure to a person whose act is not answered within seconds.
    fn gives_up_soon(&self) -> bool {
        false
    }

    /// Whether every message in a thread reaches the desk, or only messages that mention the bot.
    fn overhears(&self) -> bool {
        false
    }

    /// Creates a thread that only its members see, and returns the platform's key of it. An existing thread is
    /// found again, so a repeated call creates no second thread.
    async fn open_thread(&self, _plan: &Plan<'_>) -> Result<String, SendError> {
        Err(no_threads())
    }

    /// Adds an account to a thread. An account that is a member already is success.
    async fn admit(&self, _thread: &str, _account: &str) -> Result<(), SendError> {
        Err(no_threads())
    }

    /// Archives a thread or opens it again. A thread that is already in that state is success.
    async fn archive(&self, _thread: &str, _archived: bool) -> Result<(), SendError> {
        Err(no_threads())
    }
}

fn no_threads() -> SendError {
    SendError::Refused("this network has no threads".to_owned())
}

/// Why a delivery failed or may have failed.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The bot is blocked, the account is deleted, or the bot was removed from the group: no retry.
    #[error("the chat cannot be reached: {0}")]
    Unreachable(String),
    /// The chat was deleted. It counts as unreachable unless the desk creates it, as threads.
    #[error("the chat is gone: {0}")]
    Vanished(String),
    /// The group has a new key.
    #[error("the chat moved to {to}")]
    Moved {
        /// The new key.
        to: String,
    },
    /// The platform asks to wait; the message was not sent.
    #[error("told to wait {0:?}")]
    RetryAfter(Duration),
    /// Not sent; a retry may succeed.
    #[error("not sent: {0}")]
    Transient(String),
    /// Not sent, and a retry would fail too.
    #[error("refused: {0}")]
    Refused(String),
    /// The message to edit no longer exists.
    #[error("the message is gone")]
    Gone,
    /// The answer was lost, so the message may or may not have been sent.
    #[error("outcome unknown: {0}")]
    Unknown(String),
}

/// Why a file was not fetched.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The file is larger than the caller's limit or the platform's.
    #[error("it is too large")]
    TooLarge,
    /// The platform does not have the file or does not give it to the bot.
    #[error("it is gone: {0}")]
    Gone(String),
    /// The platform asks to wait.
    #[error("told to wait {0:?}")]
    RetryAfter(Duration),
    /// A retry may succeed.
    #[error("not fetched: {0}")]
    Transient(String),
}
