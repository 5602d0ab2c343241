//! What a person on Telegram sees.

use std::collections::HashMap;

use super::{
    super::telegram::{Effect, Emulator, Post},
    account::{Button, Face, Seen},
};

/// What appeared since the `since`th effect, and the number of effects now. `presses` are the
/// person's callback queries with the chat of each: the texts of their answers are read there.
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

/// The current versions of the desk's messages in a chat, oldest first.
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
