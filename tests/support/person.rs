//! A person on Telegram: what they do, and what they have read.

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use super::{
    desk::HelpDesk,
    telegram::{Button, Effect, Emulator, Post},
};

/// A person of a scenario, at their desk.
#[derive(Clone)]
pub struct Person<'d> {
    desk: &'d HelpDesk,
    reader: Reader,
}

/// What belongs to a person alone. Clones are the same person.
#[derive(Clone)]
pub struct Reader {
    emulator: Emulator,
    pub id: i64,
    pub name: String,
    read: Arc<Mutex<Reading>>,
}

#[derive(Default)]
struct Reading {
    effects: usize,
    presses: Vec<String>,
}

impl Deref for Person<'_> {
    type Target = Reader;

    fn deref(&self) -> &Reader {
        &self.reader
    }
}

impl<'d> Person<'d> {
    pub(super) fn new(desk: &'d HelpDesk, reader: Reader) -> Self {
        Self { desk, reader }
    }

    /// The part of the person that outlives the desk's borrow.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The person writes in private, and the desk handles it.
    pub async fn says(&self, text: &str) {
        self.reader.emulator.says(self.id, self.id, text);
        self.desk.settle().await;
    }

    /// The person presses the newest button with this label in their private chat.
    pub async fn presses(&self, label: &str) {
        self.presses_in(self.id, label).await;
    }

    /// The person presses the newest button with this label in a chat.
    pub async fn presses_in(&self, chat: i64, label: &str) {
        let Some((message, code)) = self.reader.emulator.button(chat, label) else {
            panic!("{} finds no button «{label}»\n{}", self.name, self.desk.transcript());
        };
        self.presses_code(chat, message, &code).await;
    }

    /// The person presses a button with this callback data, whatever the message shows now: late,
    /// twice, or forged.
    pub async fn presses_code(&self, chat: i64, message: i64, code: &str) {
        let query = self.reader.emulator.presses(self.id, chat, message, code);
        self.reader.read.lock().unwrap().presses.push(query);
        self.desk.settle().await;
    }
}

impl Reader {
    pub(super) fn new(emulator: Emulator, id: i64, name: &str) -> Self {
        Self { emulator, id, name: name.to_owned(), read: Arc::default() }
    }

    /// How often the person pressed a button.
    pub fn press_count(&self) -> usize {
        self.read.lock().unwrap().presses.len()
    }

    /// Everything sent to the person since they last read: messages, edited messages (`✎`), and the
    /// texts of answered presses (`~`).
    pub fn reads(&self) -> String {
        self.reads_in(self.id)
    }

    /// Like [`reads`](Self::reads), in a chat with more members.
    pub fn reads_in(&self, chat: i64) -> String {
        let mut reading = self.read.lock().unwrap();
        let seen = reading.effects;
        let presses = reading.presses.clone();
        let (lines, effects) = self.emulator.read(|ledger| {
            let new = ledger.effects[seen..].iter();
            let lines: Vec<String> = new.filter_map(|e| show(e, chat, &presses)).collect();
            (lines, ledger.effects.len())
        });
        reading.effects = effects;
        lines.join("\n---\n")
    }
}

fn show(effect: &Effect, chat: i64, presses: &[String]) -> Option<String> {
    match effect {
        Effect::Sent(post) if post.chat == chat => Some(face(post)),
        Effect::Edited(post) if post.chat == chat => Some(format!("✎ {}", face(post))),
        Effect::Answered { query, text: Some(text), .. } if presses.contains(query) => {
            Some(format!("~ {text}"))
        }
        _ => None,
    }
}

/// A message as a person reads it, with its buttons below the text.
pub fn face(post: &Post) -> String {
    let row = |row: &Vec<Button>| {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        format!("\n{}", labels.join(" "))
    };
    post.shown() + &post.buttons.iter().map(row).collect::<String>()
}
