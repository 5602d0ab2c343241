//! The users' side: what users write, press, send and do to the bot. Each action returns the id of
//! its update, unless its documentation says otherwise.

use serde_json::{Value, json};

use super::{
    Emulator,
    state::{Chat, ChatKind, Press, State, User},
    updates,
};

/// An attachment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttachmentSample {
    /// A photo in two sizes.
    Photo,
    Document,
    Sticker,
    Location,
    Voice,
}

impl Emulator {
    /// Adds an account whose user has not started the bot yet.
    pub fn add_user(&self, id: i64, first_name: &str, language: &str) {
        let user = User {
            id,
            first_name: first_name.to_owned(),
            language: language.to_owned(),
            known: false,
            blocked: false,
            deactivated: false,
        };
        self.change(|state| {
            state.users.insert(id, user);
            state.chats.insert(id, Chat::new(id, ChatKind::Private, first_name));
        });
    }

    /// Adds a group that the bot is in; ids below -1000000000000 are supergroups, as on Telegram.
    pub fn add_group(&self, id: i64, title: &str) {
        let kind = if id < -1_000_000_000_000 { ChatKind::Supergroup } else { ChatKind::Group };
        self.change(|state| state.chats.insert(id, Chat::new(id, kind, title)));
    }

    /// The user writes in a chat.
    pub fn says(&self, user: i64, chat: i64, text: &str) -> i64 {
        self.writes(user, chat, updates::text(text))
    }

    /// The user replies to a message.
    pub fn replies(&self, user: i64, chat: i64, message: i64, text: &str) -> i64 {
        let mut content = updates::text(text);
        content["reply_to_message"] = self.change(|state| updates::replied(state, chat, message));
        self.writes(user, chat, content)
    }

    /// The user sends an attachment.
    pub fn sends_attachment(
        &self,
        user: i64,
        chat: i64,
        sample: AttachmentSample,
        caption: &str,
    ) -> i64 {
        let mut content = sample.content();
        if !caption.is_empty() {
            content["caption"] = caption.into();
        }
        self.writes(user, chat, content)
    }

    /// An anonymous administrator writes in a group.
    pub fn says_anonymously(&self, group: i64, text: &str) -> i64 {
        self.change(|state| {
            let mut content = updates::text(text);
            content["sender_chat"] = updates::chat(state.chat(group));
            let from = updates::group_anonymous_bot();
            let message = updates::message(state, group, from, content);
            state.queue.push(json!({"message": message}))
        })
    }

    /// The user edits a message of their own.
    pub fn edits(&self, user: i64, chat: i64, message: i64, text: &str) -> i64 {
        self.change(|state| {
            let date = state.date();
            let mut edited = json!({
                "message_id": message, "from": updates::user(state.user(user)),
                "chat": updates::chat(state.chat(chat)), "date": date, "edit_date": date,
            });
            updates::merge(&mut edited, updates::text(text));
            state.queue.push(json!({"edited_message": edited}))
        })
    }

    /// The id of the newest message in a chat, of any author.
    pub fn last_message(&self, chat: i64) -> i64 {
        self.change(|state| state.chat(chat).last_message)
    }

    /// The user presses a button. Returns the id of the callback query.
    pub fn presses(&self, user: i64, chat: i64, message: i64, code: &str) -> String {
        self.change(|state| {
            let query = state.next_serial().to_string();
            let from = updates::user(state.user(user));
            let pressed = pressed(state, chat, message);
            state.presses.insert(query.clone(), Press::default());
            state.queue.push(json!({"callback_query": {
                "id": query, "from": from, "message": pressed, "chat_instance": chat.to_string(),
                "data": code,
            }}));
            query
        })
    }

    /// Every callback query so far becomes too old to be answered.
    pub fn presses_expire(&self) {
        self.change(|state| state.presses.values_mut().for_each(|press| press.expired = true));
    }

    /// The user blocks the bot.
    pub fn blocks(&self, user: i64) -> i64 {
        self.change(|state| {
            state.user(user).blocked = true;
            membership(state, user, user, "member", "kicked")
        })
    }

    /// The user unblocks the bot.
    pub fn unblocks(&self, user: i64) -> i64 {
        self.change(|state| {
            state.user(user).blocked = false;
            membership(state, user, user, "kicked", "member")
        })
    }

    /// Deletes the user's account; the bot is not told.
    pub fn deactivates(&self, user: i64) {
        self.change(|state| state.user(user).deactivated = true);
    }

    /// The user removes the bot from a group.
    pub fn kicks_bot(&self, user: i64, group: i64) -> i64 {
        self.change(|state| {
            state.chat(group).kicked = true;
            membership(state, user, group, "member", "kicked")
        })
    }

    /// Deletes a message of the bot; the bot is not told.
    pub fn deletes(&self, chat: i64, message: i64) {
        self.change(|state| state.chat(chat).posts.remove(&message));
    }

    /// Turns a group into a supergroup. Returns the new chat id.
    pub fn upgrade_group(&self, user: i64, old: i64) -> i64 {
        self.change(|state| {
            let new = -1_000_000_000_000 - state.next_serial();
            let title = state.chat(old).title.clone();
            state.chats.insert(new, Chat::new(new, ChatKind::Supergroup, &title));
            let from = updates::user(state.user(user));
            for (chat, content) in [
                (old, json!({"migrate_to_chat_id": new})),
                (new, json!({"migrate_from_chat_id": old})),
            ] {
                let message = updates::message(state, chat, from.clone(), content);
                state.queue.push(json!({"message": message}));
            }
            state.chat(old).moved_to = Some(new);
            new
        })
    }

    /// Queues any update; the emulator sets its id.
    pub fn raw_update(&self, update: Value) -> i64 {
        self.change(|state| state.queue.push(update))
    }

    pub(super) fn writes(&self, user: i64, chat: i64, content: Value) -> i64 {
        self.change(|state| {
            let author = state.user(user);
            author.known |= user == chat;
            let from = updates::user(author);
            let message = updates::message(state, chat, from, content);
            state.queue.push(json!({"message": message}))
        })
    }
}

impl AttachmentSample {
    fn content(self) -> Value {
        let file = |id: &str| json!({"file_id": id, "file_unique_id": format!("u{id}")});
        match self {
            Self::Photo => {
                let size = |id: &str, width: u32, height: u32| json!({"file_id": id, "file_unique_id": id, "width": width, "height": height});
                json!({"photo": [size("photo-small", 90, 67), size("photo-large", 1280, 960)]})
            }
            Self::Document => {
                let mut document = file("document-1");
                document["file_name"] = "informe.pdf".into();
                json!({"document": document})
            }
            Self::Sticker => json!({"sticker": file("sticker-1")}),
            Self::Location => json!({"location": {"latitude": 3.4372, "longitude": -76.5225}}),
            Self::Voice => json!({"voice": file("voice-1")}),
        }
    }
}

/// The message of a pressed button; `inaccessible_message` when it was deleted.
fn pressed(state: &mut State, chat: i64, message: i64) -> Value {
    let date = state.date();
    let place = state.chat(chat);
    match place.posts.get(&message).cloned() {
        Some(post) => updates::post(place, &post, date),
        None => json!({"message_id": message, "chat": updates::chat(place), "date": 0}),
    }
}

pub(super) fn membership(state: &mut State, user: i64, chat: i64, old: &str, new: &str) -> i64 {
    let date = state.date();
    let from = updates::user(state.user(user));
    let member = |status: &str| json!({"user": updates::bot(), "status": status, "until_date": 0});
    let change = json!({
        "chat": updates::chat(state.chat(chat)), "from": from, "date": date,
        "old_chat_member": member(old), "new_chat_member": member(new),
    });
    state.queue.push(json!({"my_chat_member": change}))
}
