//! The chat network in the terminal. The whole network is one process: the desk's messages are kept in memory by
//! chat until they are printed. [`receive()`], [`script`] and [`transcript`] are pure. Deliberately absent: a loop
//! of its own; `crate::app::console` reads the input, stores it and steps the workers.

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

pub use receive::{ConsoleEvent, receive};

/// The chats of the terminal, each named after its person.
#[derive(Debug, Default)]
pub struct Console(Mutex<Chats>);

#[derive(Debug, Default)]
struct Chats {
    /// The key of the last message; the next one is higher.
    last: u64,
    messages: BTreeMap<u64, Message>,
    /// Not printed yet, oldest first.
    outputs: Vec<Output>,
}

/// A message with its current content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    pub chat: String,
    pub key: String,
    pub content: Outgoing,
}

/// An output of the desk that is not printed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub chat: String,
    pub what: OutputKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutputKind {
    /// A new message.
    Said(Outgoing),
    /// A message was edited.
    Changed { from: Outgoing, to: Outgoing },
    /// A short answer to a press.
    Answered(String),
}

impl Console {
    /// Restores a message of an earlier process, so that its buttons still work.
    pub fn restore(&self, message: Message) {
        let Ok(key) = message.key.parse() else { return };
        let mut chats = self.chats();
        chats.last = chats.last.max(key);
        chats.messages.insert(key, message);
    }

    /// Takes the outputs since the last call. Each chat is in order; the order between chats has no meaning.
    pub fn take(&self) -> Vec<Output> {
        std::mem::take(&mut self.chats().outputs)
    }

    /// The messages of a chat that have buttons, newest first.
    pub fn with_buttons(&self, chat: &str) -> Vec<Message> {
        let chats = self.chats();
        let here = chats.messages.values().rev().filter(|message| message.chat == chat);
        here.filter(|message| !message.content.buttons.is_empty()).cloned().collect()
    }

    /// The newest button of a chat with this label, and its message.
    pub fn find_button(&self, chat: &str, label: &str) -> Option<(Message, Button)> {
        let wanted = label.trim().to_lowercase();
        self.with_buttons(chat).into_iter().find_map(|message| {
            let mut buttons = message.content.buttons.iter().flatten();
            let button = buttons.find(|button| button.label.to_lowercase() == wanted)?.clone();
            Some((message, button))
        })
    }

    fn chats(&self) -> MutexGuard<'_, Chats> {
        // Every change is a single step, so a panicking thread leaves the value consistent.
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
        let chat = to.chat.to_owned();
        let content = message.clone();
        chats.outputs.push(Output { chat: chat.clone(), what: OutputKind::Said(content.clone()) });
        chats.messages.insert(key, Message { chat, key: key.to_string(), content });
        Ok(key.to_string())
    }

    async fn edit(&self, chat: &str, message: &str, new: &Outgoing) -> Result<(), SendError> {
        let mut chats = self.chats();
        let key = message.parse::<u64>().map_err(|_| SendError::Gone)?;
        let shown = chats.messages.get_mut(&key).filter(|shown| shown.chat == chat);
        let shown = shown.ok_or(SendError::Gone)?;
        let from = std::mem::replace(&mut shown.content, new.clone());
        if from != *new {
            let what = OutputKind::Changed { from, to: new.clone() };
            chats.outputs.push(Output { chat: chat.to_owned(), what });
        }
        Ok(())
    }

    async fn answer(&self, to: &Envelope<'_>, text: Option<&str>) -> Result<(), SendError> {
        // An acknowledgement without text prints nothing.
        let (Some(text), Some(token)) = (text, to.via) else { return Ok(()) };
        let chat = receive::account_of(token).to_owned();
        let what = OutputKind::Answered(text.to_owned());
        self.chats().outputs.push(Output { chat, what });
        Ok(())
    }

    async fn send_file(
        &self,
        to: &Envelope<'_>,
        file: &Enclosure,
        _bytes: &Bytes,
    ) -> Result<String, SendError> {
        // A terminal shows no files, so it prints the file's description.
        let mut text = file.caption.clone();
        text.push(format!("\n{}", file.words), Style::Plain);
        self.send(to, &Outgoing { text, ..Default::default() }).await
    }

    async fn show_menu(&self, _chat: &str, _menu: &[MenuEntry]) -> Result<(), SendError> {
        // A terminal has no menu; /ayuda lists the commands.
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
    async fn the_newest_button_with_a_label_is_found_until_an_edit() {
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
    async fn restored_messages_keep_their_keys_and_new_ones_differ() {
        let console = Console::default();
        let face = face("before", &["Sí"]);
        console.restore(Message { chat: "ana".into(), key: "7".into(), content: face.clone() });
        assert_eq!(console.take(), []);
        assert_eq!(console.send(&Envelope::to("ana"), &face).await.unwrap(), "8");
        assert_eq!(console.take(), [Output { chat: "ana".into(), what: OutputKind::Said(face) }]);
    }
}
