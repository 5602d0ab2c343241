//! From one raw event to what somebody did. Pure: the same event always becomes the same
//! [`Incoming`], so it can be read again after a crash. Deliberately absent: any decision. Whether
//! a person may do it, or whether chatter in a channel is meant for the desk, is not asked here.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    DiscordIdentity,
    intake::WRITTEN,
    wire::{File, Message, User},
};
use crate::{
    chat::incoming::{Attachment, AttachmentKind, Chat, ChatKind, Incoming, Input, Sender},
    domain::{channel::ChannelKind, name::shown},
};

mod interaction;

/// An event of a kind that is read, but not of the expected form. Names the field, not what it
/// held: that may be what somebody wrote.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the event cannot be read at `{field}`")]
pub struct Unreadable {
    /// The path of the first field that could not be read.
    pub field: String,
}

/// What somebody did; `None` for events that are nobody's doing or not for the desk. A message with
/// several files is told once for each: `part` says which of them is meant.
pub fn receive(raw: &Value, bot: &DiscordIdentity) -> Result<Option<Incoming>, Unreadable> {
    let data = &raw["d"];
    match raw["t"].as_str() {
        Some("MESSAGE_CREATE") => {
            let part = raw["part"].as_u64().and_then(|part| usize::try_from(part).ok());
            Ok(written(&parse(data)?, bot, part.unwrap_or(0)))
        }
        Some("MESSAGE_UPDATE") => Ok(rewritten(&parse(data)?, bot)),
        Some("CHANNEL_DELETE" | "THREAD_DELETE") => Ok(deleted(data)),
        Some("INTERACTION_CREATE") => match parse(data) {
            Ok(read) => Ok(interaction::read(read, data)
                .or_else(|| interaction::unreadable(data, "data".to_owned()))),
            // The person waits for an answer all the same.
            Err(error) => match interaction::unreadable(data, error.field.clone()) {
                Some(incoming) => Ok(Some(incoming)),
                None => Err(error),
            },
        },
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
        // What was written with several files belongs to the first of them.
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
    // A message also "changes" when the preview of its link is found.
    message.edited_timestamp.as_ref()?;
    let author = author(message)?;
    let text = without_mention(message.content.as_deref()?, bot);
    if text.is_empty() {
        return None;
    }
    Some(incoming(message, author, Input::Edited(text.to_owned()), bot))
}

/// A channel or thread is gone; the platform does not say who did it.
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
    message.author().filter(|_| WRITTEN.contains(&message.kind))
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

/// A private chat goes by the person's key, whatever its channel's: the desk opens one by it.
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

/// The text without our name before it, which in a channel is how one speaks to us.
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

/// The address without its signature, which ends within a day: as it is read by people, to whom the
/// platform shows it signed anew.
fn lasting(url: &str) -> String {
    url.split('?').next().unwrap_or(url).to_owned()
}

/// What a message holds that has neither words nor files.
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
