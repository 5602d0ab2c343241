//! Somebody at the other side: what they have read, what they pressed.

use std::sync::{Arc, Mutex};

use super::telegram::{Button, Effect, Emulator, Post};

/// Somebody with a private chat.
#[derive(Clone)]
pub struct Person {
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

impl Person {
    pub(super) fn new(emulator: Emulator, id: i64, name: &str) -> Self {
        Self { emulator, id, name: name.to_owned(), read: Arc::default() }
    }

    pub(super) fn remember_press(&self, query: String) {
        self.read.lock().unwrap().presses.push(query);
    }

    /// How often they pressed a button.
    pub fn presses(&self) -> usize {
        self.read.lock().unwrap().presses.len()
    }

    /// Everything said to them since they last read: messages, new faces of messages (`✎`), and
    /// what appeared on buttons they pressed (`~`).
    pub fn reads(&self) -> String {
        self.reads_in(self.id)
    }

    /// The same, in a chat that others read too.
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

/// A message as it is read, with its buttons below.
pub fn face(post: &Post) -> String {
    let row = |row: &Vec<Button>| {
        let labels: Vec<String> = row.iter().map(|button| format!("[{}]", button.label)).collect();
        format!("\n{}", labels.join(" "))
    };
    post.shown() + &post.buttons.iter().map(row).collect::<String>()
}
