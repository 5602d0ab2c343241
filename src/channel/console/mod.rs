//! The chat in the terminal. One process is the whole network: what the desk says is kept in memory,
//! chat by chat, until somebody prints it. [`receive()`], [`script`] and [`transcript`] are pure.
//! Deliberately absent: a loop of its own. Whoever plays the people (see `crate::app::console`)
//! stores what they do and steps the workers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;

use super::{Channel, Envelope, MenuEntry, SendError};
use crate::{
    chat::outgoing::{Button, Enclosure, Outgoing, Style},
    domain::channel::ChannelKind,
};

pub mod editor;
pub mod receive;
pub mod script;
pub mod transcript;

pub use receive::{Told, receive};

/// The chats of the terminal, each named by the person it belongs to.
#[derive(Debug, Default)]
pub struct Console(Mutex<Chats>);

#[derive(Debug, Default)]
struct Chats {
    /// The key of the last message; the next one is higher.
    last: u64,
    messages: BTreeMap<u64, Message>,
    heard: Vec<Heard>,
}

/// A message as it hangs in a chat now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The chat it hangs in.
    pub chat: String,
    /// The platform's key of it.
    pub key: String,
    /// What it says.
    pub face: Outgoing,
}

/// Something that somebody was told and that nobody has printed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// In whose chat.
    pub chat: String,
    /// What.
    pub what: What,
}

/// What somebody was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A new message.
    Said(Outgoing),
    /// A message changed its face.
    Changed {
        /// What it said before.
        from: Outgoing,
        /// What it says now.
        to: Outgoing,
    },
    /// A short answer to a pressed button.
    Answered(String),
}

impl Console {
    /// Puts back a message of an earlier process, so that its buttons go on working.
    pub fn restore(&self, message: Message) {
        let Ok(key) = message.key.parse() else { return };
        let mut chats = self.chats();
        chats.last = chats.last.max(key);
        chats.messages.insert(key, message);
    }

    /// Takes what was told since the last time. Each chat is in order; chats are told things beside
    /// each other, so how they mix means nothing.
    pub fn take(&self) -> Vec<Heard> {
        std::mem::take(&mut self.chats().heard)
    }

    /// The messages in a chat that have buttons, the newest first.
    pub fn with_buttons(&self, chat: &str) -> Vec<Message> {
        let chats = self.chats();
        let here = chats.messages.values().rev().filter(|message| message.chat == chat);
        here.filter(|message| !message.face.buttons.is_empty()).cloned().collect()
    }

    /// The newest button with this label that hangs in a chat now, and its message.
    pub fn find_button(&self, chat: &str, label: &str) -> Option<(Message, Button)> {
        let wanted = label.trim().to_lowercase();
        self.with_buttons(chat).into_iter().find_map(|message| {
            let mut buttons = message.face.buttons.iter().flatten();
            let button = buttons.find(|button| button.label.to_lowercase() == wanted)?.clone();
            Some((message, button))
        })
    }

    fn chats(&self) -> MutexGuard<'_, Chats> {
        // Every change is a single step, so what a panicking thread left behind is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Channel for Console {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Console
    }

    async fn send(&self, to: &Envelope<'_>, message: &Outgoing) -> Result<String, SendError> {
        let mut chats = self.chats();
        chats.last += 1;
        let key = chats.last;
        let (chat, face) = (to.chat.to_owned(), message.clone());
        chats.heard.push(Heard { chat: chat.clone(), what: What::Said(face.clone()) });
        chats.messages.insert(key, Message { chat, key: key.to_string(), face });
        Ok(key.to_string())
    }

    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        let mut chats = self.chats();
        let key = message.parse::<u64>().map_err(|_| SendError::Gone)?;
        let shown = chats.messages.get_mut(&key).filter(|shown| shown.chat == chat);
        let shown = shown.ok_or(SendError::Gone)?;
        let from = std::mem::replace(&mut shown.face, new.clone());
        if from != *new {
            let what = What::Changed { from, to: new.clone() };
            chats.heard.push(Heard { chat: chat.to_owned(), what });
        }
        Ok(())
    }

    async fn answer(&self, token: &str, text: Option<&str>) -> Result<(), SendError> {
        // A bare acknowledgement says nothing that could be read.
        let Some(text) = text else { return Ok(()) };
        let chat = receive::presser(token).to_owned();
        self.chats().heard.push(Heard { chat, what: What::Answered(text.to_owned()) });
        Ok(())
    }

    async fn send_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        _bytes: &Bytes,
    ) -> Result<String, SendError> {
        // A terminal shows no files, so it says which one there is.
        let mut text = file.caption.clone();
        text.push(format!("\n{}", file.words), Style::Plain);
        self.send(to, &Outgoing { text, ..Default::default() }).await
    }

    async fn show_menu(&self, _chat: &str, _menu: &[MenuEntry]) -> Result<(), SendError> {
        // A terminal has no menu; /ayuda lists the same.
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::outgoing::RichText;

    fn face(text: &str, labels: &[&str]) -> Outgoing {
        let button =
            |label: &&str| Button { label: (*label).into(), code: format!("{text}.{label}") };
        let buttons = vec![labels.iter().map(button).collect()];
        Outgoing { text: RichText::plain(text), buttons, ..Default::default() }
    }

    #[tokio::test]
    async fn the_newest_button_with_a_label_is_pressed_and_one_edited_away_is_gone() {
        let console = Console::default();
        let old = console.send(&Envelope::to("ana"), &face("old", &["Sí", "No"])).await.unwrap();
        let new = console.send(&Envelope::to("ana"), &face("new", &["Sí"])).await.unwrap();
        console.send(&Envelope::to("eva"), &face("hers", &["Sí"])).await.unwrap();
        let code = |label| console.find_button("ana", label).map(|(_, button)| button.code);
        assert_eq!(code("sí").as_deref(), Some("new.Sí"));
        assert_eq!(code("NO").as_deref(), Some("old.No"));
        console.edit("ana", &new, &face("over", &[])).await.unwrap();
        assert_eq!(code("Sí").as_deref(), Some("old.Sí"));
        assert!(matches!(console.edit("eva", &old, &face("x", &[])).await, Err(SendError::Gone)));
        assert_eq!(code("S"), None);
    }

    #[tokio::test]
    async fn restored_messages_keep_their_keys_and_new_ones_get_others() {
        let console = Console::default();
        let face = face("before", &["Sí"]);
        console.restore(Message { chat: "ana".into(), key: "7".into(), face: face.clone() });
        assert_eq!(console.take(), []);
        assert_eq!(console.send(&Envelope::to("ana"), &face).await.unwrap(), "8");
        assert_eq!(console.take(), [Heard { chat: "ana".into(), what: What::Said(face) }]);
    }
}
