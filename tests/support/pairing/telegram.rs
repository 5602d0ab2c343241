//! What somebody on Telegram sees.

use std::collections::HashMap;

use super::{
    super::telegram::{Effect, Emulator, Post},
    account::{Button, Face, Seen},
};

/// What appeared since the `since`th effect, and how many there are now. `presses` are the presses
/// of this person with the chat of each: notes on them are read there.
pub fn seen(
    emulator: &Emulator,
    since: usize,
    presses: &HashMap<String, i64>,
) -> (Vec<Seen>, usize) {
    emulator.read(|ledger| {
        let new = ledger.effects[since..].iter().filter_map(|effect| match effect {
            Effect::Sent(post) | Effect::Edited(post) => Some(Seen::Message(face(post))),
            Effect::Answered { query, text: Some(text), .. } => {
                let chat = *presses.get(query)?;
                let text = text.clone();
                Some(Seen::Answer(Face { chat, message: 0, text, rows: vec![] }))
            }
            _ => None,
        });
        (new.collect(), ledger.effects.len())
    })
}

/// The messages of the desk in a chat as they look now, oldest first.
pub fn faces(emulator: &Emulator, chat: i64) -> Vec<Face> {
    emulator.messages(chat).iter().map(face).collect()
}

fn face(post: &Post) -> Face {
    let button = |button: &super::super::telegram::Button| Button {
        label: button.label.clone(),
        code: button.code.clone(),
        menu: None,
    };
    let rows = post.buttons.iter().map(|row| row.iter().map(button).collect());
    Face { chat: post.chat, message: post.message_id, text: post.shown(), rows: rows.collect() }
}
