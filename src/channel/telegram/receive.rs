//! Reads one raw update into [`Incoming`]. Pure: the same update always gives the same result, so that it can
//! be read again after a crash. Deliberately absent: any decision. Whether a person is allowed to do it, and
//! whether a message in a group is meant for the desk, is decided behind the inbox.

use serde::Deserialize;
use serde_json::Value;

use super::{
    BotIdentity, kinds,
    send::key,
    wire::{self, CallbackQuery, ChatType, MembershipChange, Message, Update, User},
};
use crate::{
    chat::incoming::{Chat, ChatKind, Incoming, Input, Sender},
    domain::{channel::ChannelKind, name::shown},
};

/// The account that Telegram shows for anonymous administrators of a group.
const GROUP_ANONYMOUS_BOT: i64 = 1_087_968_824;

/// An update of a known kind that lacks a required field or holds it in an unexpected form. The error names
/// the field and not its value, which may be what a person wrote.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the update cannot be read at `{field}`")]
pub struct Unreadable {
    /// The path of the first such field.
    pub field: String,
}

/// What a person did; `None` for updates that no person caused or that are not for this bot.
///
/// # Errors
/// When a required field cannot be read.
pub fn receive(raw: &Value, bot: &BotIdentity) -> Result<Option<Incoming>, Unreadable> {
    let update: Update = parse(raw)?;
    if let Some(message) = update.message {
        return Ok(from_message(message, &raw["message"], bot));
    }
    if let Some(message) = update.edited_message {
        return Ok(from_edit(message, bot));
    }
    if let Some(query) = update.callback_query {
        return Ok(Some(from_press(query)));
    }
    Ok(update.my_chat_member.and_then(from_membership))
}

fn parse(raw: &Value) -> Result<Update, Unreadable> {
    let mut track = serde_path_to_error::Track::new();
    Update::deserialize(serde_path_to_error::Deserializer::new(raw, &mut track))
        .map_err(|_| Unreadable { field: track.path().to_string() })
}

fn from_message(mut message: Message, raw: &Value, bot: &BotIdentity) -> Option<Incoming> {
    let topic = message.message_thread_id.filter(|_| message.is_topic_message);
    let chat = chat(&message.chat, topic)?;
    let reply_to = reply_to(&message, bot);
    let Author { sender, anonymous } = author(&message)?;
    let input = if let Some(to) = message.migrate_to_chat_id {
        Input::Moved { to: to.to_string() }
    } else if anonymous {
        let addressed = reply_to.is_some() || is_command(&message, chat.kind, bot);
        if !addressed || message.is_automatic_forward || chat.kind == ChatKind::Private {
            return None;
        }
        Input::Anonymous
    } else if let Some(text) = message.text.take() {
        Input::Text(addressed(&text, chat.kind, bot)?)
    } else {
        Input::Attachment(kinds::attachment(message, raw, chat.kind == ChatKind::Private)?)
    };
    Some(incoming(chat, sender, input, reply_to))
}

fn from_edit(message: Message, bot: &BotIdentity) -> Option<Incoming> {
    let topic = message.message_thread_id.filter(|_| message.is_topic_message);
    let chat = chat(&message.chat, topic)?;
    let reply_to = reply_to(&message, bot);
    let Author { sender, anonymous } = author(&message)?;
    // A live location is edited several times a minute and holds no text.
    let text = message.text.or(message.caption).filter(|_| !anonymous)?;
    let text = addressed(&text, chat.kind, bot)?;
    Some(incoming(chat, sender, Input::Edited(text), reply_to))
}

fn from_press(query: CallbackQuery) -> Incoming {
    // A button on a message that was sent through another chat comes without a message.
    let private = || Chat { key: query.from.id.to_string(), kind: ChatKind::Private };
    let pressed = query.message.as_ref();
    let place = |message: &wire::Pressed| {
        chat(&message.chat, message.message_thread_id.filter(|_| message.is_topic_message))
    };
    let place = pressed.and_then(place).unwrap_or_else(private);
    let message = pressed.map(|message| message.message_id.to_string());
    let input = if is_anonymous(&query.from) {
        Input::Anonymous
    } else {
        Input::Press { code: query.data.unwrap_or_default(), message }
    };
    let token = Some(query.id);
    Incoming { token, ..incoming(place, sender(query.from), input, None) }
}

fn from_membership(change: MembershipChange) -> Option<Incoming> {
    let chat = chat(&change.chat, None)?;
    let input = match (change.new_chat_member.status.as_str(), chat.kind) {
        ("kicked", _) | ("left", ChatKind::Group) => Input::Blocked,
        ("member", _) | ("administrator", ChatKind::Group) => Input::Unblocked,
        _ => return None,
    };
    Some(incoming(chat, sender(change.from), input, None))
}

fn incoming(chat: Chat, sender: Sender, input: Input, reply_to: Option<String>) -> Incoming {
    Incoming {
        channel: ChannelKind::Telegram,
        chat,
        sender,
        input,
        reply_to,
        server: None,
        token: None,
    }
}

fn chat(chat: &wire::Chat, topic: Option<i64>) -> Option<Chat> {
    let kind = match chat.kind {
        ChatType::Private => ChatKind::Private,
        ChatType::Group | ChatType::Supergroup => ChatKind::Group,
        ChatType::Other => return None,
    };
    Some(Chat { key: key(chat.id, topic), kind })
}

fn reply_to(message: &Message, bot: &BotIdentity) -> Option<String> {
    let replied = message.reply_to_message.as_ref()?;
    let ours = replied.from.as_ref().is_some_and(|author| author.id == bot.id);
    ours.then(|| replied.message_id.to_string())
}

struct Author {
    sender: Sender,
    /// Whether the account stands for a group, a channel or a program instead of one person.
    anonymous: bool,
}

fn author(message: &Message) -> Option<Author> {
    if let Some(chat) = &message.sender_chat {
        let key = chat.id.to_string();
        let name = shown(chat.title.as_deref().unwrap_or_default()).unwrap_or_else(|| key.clone());
        let sender = Sender { key, name, language: None };
        return Some(Author { sender, anonymous: true });
    }
    let from = message.from.as_ref()?;
    Some(Author { sender: sender_of(from), anonymous: is_anonymous(from) })
}

fn is_anonymous(user: &User) -> bool {
    user.is_bot || user.id == GROUP_ANONYMOUS_BOT
}

fn sender(user: User) -> Sender {
    sender_of(&user)
}

fn sender_of(user: &User) -> Sender {
    let last = user.last_name.as_deref().unwrap_or_default();
    let name = shown(&format!("{} {last}", user.first_name))
        .or_else(|| user.username.as_deref().and_then(shown).map(|name| format!("@{name}")))
        .unwrap_or_else(|| user.id.to_string());
    Sender { key: user.id.to_string(), name, language: user.language_code.clone() }
}

fn is_command(message: &Message, chat: ChatKind, bot: &BotIdentity) -> bool {
    let text = message.text.as_deref().filter(|text| text.starts_with('/'));
    text.is_some_and(|text| addressed(text, chat, bot).is_some())
}

/// The text without the bot's name after its command; `None` for a command to another bot. A private chat has
/// no other bot, so there such a command is an ordinary text.
fn addressed(text: &str, chat: ChatKind, bot: &BotIdentity) -> Option<String> {
    let (first, rest) = match text.find(char::is_whitespace) {
        Some(end) => text.split_at(end),
        None => (text, ""),
    };
    let word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    match first.strip_prefix('/').and_then(|command| command.split_once('@')) {
        Some((command, name)) if word(command) && word(name) => {
            if name.eq_ignore_ascii_case(&bot.username) {
                Some(format!("/{command}{rest}"))
            } else {
                (chat == ChatKind::Private).then(|| text.to_owned())
            }
        }
        _ => Some(text.to_owned()),
    }
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
