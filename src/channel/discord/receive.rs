//! Reads one raw event into [`Incoming`]. Pure: the same event always gives the same result, so that it
//! can be read again after a crash. Deliberately absent: any decision. Whether a person is allowed to do
//! it, and whether a message in a channel is meant for the desk, is decided behind the inbox.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    DiscordIdentity,
    intake::is_written,
    wire::{File, Message, User},
};
use crate::{
    chat::incoming::{Attachment, AttachmentKind, Chat, ChatKind, Incoming, Input, Sender},
    domain::{channel::ChannelKind, name::shown},
};

mod interaction;

/// An event of a known kind that lacks a required field or holds it in an unexpected form. The error
/// names the field and not its value, which may be what a person wrote.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event cannot be read at `{field}`")]
pub struct Unreadable {
    /// The path of the first such field.
    pub field: String,
}

/// What a person did; `None` for events that no person caused or that are not for the desk. A message
/// with several files has one event for each file: `part` is the file's position.
///
/// # Errors
/// When a required field cannot be read.
pub fn receive(raw: &Value, bot: &DiscordIdentity) -> Result<Option<Incoming>, Unreadable> {
    let data = &raw["d"];
    match raw["t"].as_str() {
        Some("MESSAGE_CREATE") => {
            let part = raw["part"].as_u64().and_then(|part| usize::try_from(part).ok());
            Ok(written(&parse(data)?, bot, part.unwrap_or(0)))
        }
        Some("MESSAGE_UPDATE") => Ok(rewritten(&parse(data)?, bot)),
        Some("CHANNEL_DELETE" | "THREAD_DELETE") => Ok(deleted(data)),
        Some("INTERACTION_CREATE") => interaction::receive(data),
        _ => Ok(None),
    }
}

fn parse<T: DeserializeOwned>(data: &Value) -> Result<T, Unreadable> {
    let mut track = serde_path_to_error::Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(data, &mut track))
        .map_err(|_| Unreadable { field: track.path().to_string() })
}

fn written(message: &Message, bot: &DiscordIdentity, part: usize) -> Option<Incoming> {
    let author = author(message)?;
    let forwarded = message.message_snapshots.first().map(|snapshot| &snapshot.message);
    let own = message.content.as_deref().unwrap_or_default();
    let text = match forwarded {
        Some(forwarded) if own.is_empty() => &forwarded.content,
        _ => own,
    };
    let text = without_mention(text, bot);
    let input = if let Some(file) = message.files().get(part) {
        // The text of a message with several files goes with the first file.
        let caption = if part == 0 { text.to_owned() } else { String::new() };
        Input::Attachment(attachment(file, caption))
    } else if part > 0 {
        return None;
    } else if text.is_empty() {
        Input::Attachment(something_else(message)?)
    } else {
        Input::Text(text.to_owned())
    };
    Some(incoming(message, author, input, bot))
}

fn rewritten(message: &Message, bot: &DiscordIdentity) -> Option<Incoming> {
    // The platform also sends an update when it adds the preview of a link.
    message.edited_timestamp.as_ref()?;
    let author = author(message)?;
    let text = without_mention(message.content.as_deref()?, bot);
    if text.is_empty() {
        return None;
    }
    Some(incoming(message, author, Input::Edited(text.to_owned()), bot))
}

/// A channel or thread was deleted; the platform does not say by which account.
fn deleted(data: &Value) -> Option<Incoming> {
    let key = format!("#{}", data["id"].as_str()?);
    Some(Incoming {
        channel: ChannelKind::Discord,
        chat: Chat { key, kind: ChatKind::Group },
        sender: Sender { key: String::new(), name: String::new(), language: None },
        input: Input::Gone,
        reply_to: None,
        server: None,
        token: None,
    })
}

fn author(message: &Message) -> Option<&User> {
    message.author().filter(|_| is_written(message.kind))
}

fn incoming(message: &Message, author: &User, input: Input, bot: &DiscordIdentity) -> Incoming {
    let replied = message.referenced_message.as_ref().filter(|replied| {
        let ours = |author: &User| author.id == bot.user_id.to_string();
        replied.author.as_ref().is_some_and(ours)
    });
    Incoming {
        channel: ChannelKind::Discord,
        chat: chat(message.guild_id.as_deref(), Some(&message.channel_id), author),
        sender: sender(author, None),
        input,
        reply_to: replied.map(|replied| format!("{}/{}", message.channel_id, replied.id)),
        server: message.guild_id.clone(),
        token: None,
    }
}

/// A private chat is named after the person and not after its channel, because the desk opens private
/// chats by the person's key.
fn chat(guild: Option<&str>, channel: Option<&str>, author: &User) -> Chat {
    match (guild, channel) {
        (Some(_), Some(channel)) => Chat { key: format!("#{channel}"), kind: ChatKind::Group },
        _ => Chat { key: format!("@{}", author.id), kind: ChatKind::Private },
    }
}

fn sender(user: &User, language: Option<String>) -> Sender {
    let name = user.global_name.as_deref().and_then(shown).or_else(|| shown(&user.username));
    Sender { key: user.id.clone(), name: name.unwrap_or_else(|| user.id.clone()), language }
}

/// The text without the mention of the bot before it. In a channel, people address the bot by a mention.
fn without_mention<'t>(text: &'t str, bot: &DiscordIdentity) -> &'t str {
    let text = text.trim();
    let mention = [format!("<@{}>", bot.user_id), format!("<@!{}>", bot.user_id)];
    mention.iter().find_map(|mention| text.strip_prefix(mention)).map_or(text, str::trim_start)
}

fn attachment(file: &File, caption: String) -> Attachment {
    let kind = match file.content_type.as_deref().and_then(|kind| kind.split('/').next()) {
        Some("image") => AttachmentKind::Photo,
        Some("video") => AttachmentKind::Video,
        Some("audio") => AttachmentKind::Audio,
        _ => AttachmentKind::Document,
    };
    Attachment { kind, reference: file.url.clone(), name: file.filename.clone(), caption }
}

/// The address without its signature, which expires within a day. The platform signs an address anew
/// when it shows a message with it.
fn lasting(url: &str) -> String {
    url.split('?').next().unwrap_or(url).to_owned()
}

/// The content of a message that has neither text nor files.
fn something_else(message: &Message) -> Option<Attachment> {
    let attachment = |kind, reference: &str, name| Attachment {
        kind,
        reference: reference.to_owned(),
        name,
        caption: String::new(),
    };
    if let Some(sticker) = message.sticker_items.first() {
        return Some(attachment(AttachmentKind::Sticker, &sticker.id, sticker.name.clone()));
    }
    message.poll.as_ref().map(|_| attachment(AttachmentKind::Other, "poll", None))
}

#[cfg(test)]
#[path = "receive_tests.rs"]
mod tests;
