//! What a person on Discord sees.

use serde_json::Value;

use super::{
    super::discord::{BOT_ID, Effect, Emulator, Post},
    account::{Button, Face, Seen, signed, unsigned},
    reading::unmarked,
};

/// What appeared for this user since the `since`th effect, and the number of effects now.
pub fn seen(emulator: &Emulator, since: usize, user: i64) -> (Vec<Seen>, usize) {
    emulator.read(|ledger| {
        let new = ledger.effects[since..].iter().filter_map(|effect| match effect {
            Effect::Sent(post) | Effect::Edited(post) if post.author == BOT_ID => match post {
                thinking if thinking.loading() => None,
                Post { only_for: None, .. } => Some(Seen::Message(face(post))),
                Post { only_for: Some(one), .. } if *one == unsigned(user) => {
                    Some(Seen::Answer(face(post)))
                }
                _ => None,
            },
            _ => None,
        });
        (new.collect(), ledger.effects.len())
    })
}

/// The current versions of the desk's messages in a channel that this user sees, oldest first.
pub fn faces(emulator: &Emulator, channel: i64, user: i64) -> Vec<Face> {
    let mut posts = emulator.messages(unsigned(channel));
    let alone = emulator.ephemerals(unsigned(user)).into_iter();
    posts.extend(alone.filter(|post| post.channel == unsigned(channel)));
    posts.sort_by_key(|post| post.message_id);
    posts.iter().map(face).collect()
}

fn face(post: &Post) -> Face {
    let mut rows = Vec::new();
    collect(&post.components, &mut rows);
    Face {
        chat: signed(post.channel),
        message: signed(post.message_id),
        text: files(post) + &unmarked(&post.text()),
        rows,
    }
}

/// A line for each file.
fn files(post: &Post) -> String {
    let named = post.attachments.iter().filter_map(|file| file["filename"].as_str());
    named.map(|name| format!("📎 {name}\n")).collect()
}

/// The rows of buttons and menus, also those nested in a container.
fn collect(components: &[Value], rows: &mut Vec<Vec<Button>>) {
    for component in components {
        let inside = component["components"].as_array().map(Vec::as_slice).unwrap_or_default();
        if component["type"] == 1 {
            rows.push(inside.iter().flat_map(pressable).collect());
        } else {
            collect(inside, rows);
        }
    }
}

fn pressable(component: &Value) -> Vec<Button> {
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let code = text(component, "custom_id");
    if component["type"] == 2 {
        return vec![Button { label: text(component, "label"), code, menu: None }];
    }
    let entries = component["options"].as_array().into_iter().flatten();
    let entry = |entry: &Value| Button {
        label: text(entry, "label"),
        code: text(entry, "value"),
        menu: Some(code.clone()),
    };
    entries.map(entry).collect()
}
