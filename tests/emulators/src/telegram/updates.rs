//! Accounts, chats and messages as Telegram's JSON objects.

use serde_json::{Value, json};

use super::{
    BOT_ID, BOT_USERNAME,
    ledger::Post,
    state::{Chat, ChatKind, State, User},
};

/// The account that stands for a group's anonymous administrators.
const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;

pub fn user(user: &User) -> Value {
    json!({
        "id": user.id, "is_bot": false, "first_name": user.first_name,
        "language_code": user.language,
    })
}

/// The bot as the author of a message.
pub fn bot() -> Value {
    json!({"id": BOT_ID, "is_bot": true, "first_name": "Mesa de prueba", "username": BOT_USERNAME})
}

/// The account under which an anonymous administrator appears.
pub fn group_anonymous_bot() -> Value {
    json!({
        "id": GROUP_ANONYMOUS_BOT, "is_bot": true, "first_name": "Group",
        "username": "GroupAnonymousBot",
    })
}

pub fn chat(chat: &Chat) -> Value {
    match chat.kind {
        ChatKind::Private => json!({"id": chat.id, "type": "private", "first_name": chat.title}),
        ChatKind::Group => json!({"id": chat.id, "type": "group", "title": chat.title}),
        ChatKind::Supergroup => json!({"id": chat.id, "type": "supergroup", "title": chat.title}),
    }
}

pub fn post(in_chat: &Chat, post: &Post, date: u64) -> Value {
    let mut message = json!({
        "message_id": post.message_id, "from": bot(), "chat": chat(in_chat), "date": date,
    });
    match &post.file {
        None => message["text"] = post.text.clone().into(),
        Some(file) => {
            let id = format!("sent-{}-{}", in_chat.id, post.message_id);
            let mut shown = json!({"file_id": id, "file_unique_id": id, "file_name": file.name});
            if file.field == "photo" {
                shown = json!([{"file_id": id, "file_unique_id": id, "width": 1, "height": 1}]);
            }
            message[file.field] = shown;
            message["caption"] = post.text.clone().into();
        }
    }
    in_topic(in_chat, &mut message);
    if !post.entities.is_empty() {
        message["entities"] = post.entities.clone().into();
    }
    if !post.buttons.is_empty() {
        let row = |row: &Vec<super::Button>| -> Value {
            row.iter()
                .map(|button| json!({"text": button.label, "callback_data": button.code}))
                .collect()
        };
        message["reply_markup"] =
            json!({"inline_keyboard": post.buttons.iter().map(row).collect::<Value>()});
    }
    message
}

/// Adds the topic's id to a message that is in a topic.
fn in_topic(in_chat: &Chat, message: &mut Value) {
    let topic = message["message_id"].as_i64().and_then(|id| in_chat.topics.messages.get(&id));
    if let Some(topic) = topic {
        message["message_thread_id"] = (*topic).into();
        message["is_topic_message"] = true.into();
    }
}

/// A new message of a user, with `content` in it.
pub fn message(state: &mut State, in_chat: i64, from: Value, content: Value) -> Value {
    let date = state.date();
    let place = state.chat(in_chat);
    let message_id = place.next_message();
    place.authors.insert(message_id, from["id"].as_i64().unwrap_or_default());
    let mut message = json!({
        "message_id": message_id, "from": from, "chat": chat(place), "date": date,
    });
    merge(&mut message, content);
    message
}

/// The content of a text message.
pub fn text(text: &str) -> Value {
    let mut content = json!({"text": text});
    if text.starts_with('/') {
        let command = text.split_whitespace().next().unwrap_or(text);
        let length = command.encode_utf16().count();
        content["entities"] = json!([{"type": "bot_command", "offset": 0, "length": length}]);
    }
    content
}

/// The replied message as a reply quotes it.
pub fn replied(state: &mut State, in_chat: i64, message_id: i64) -> Value {
    let date = state.date();
    let place = state.chat(in_chat);
    if let Some(found) = place.posts.get(&message_id).cloned() {
        return post(place, &found, date);
    }
    let author = place.authors.get(&message_id).copied().unwrap_or(BOT_ID);
    let from = if author == BOT_ID { bot() } else { json!({"id": author, "is_bot": false}) };
    json!({"message_id": message_id, "from": from, "chat": chat(place), "date": date})
}

/// Adds the fields of `more` to `value`.
pub fn merge(value: &mut Value, more: Value) {
    if let Value::Object(fields) = more {
        for (name, field) in fields {
            value[name] = field;
        }
    }
}
