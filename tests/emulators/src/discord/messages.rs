//! The bot's messages: sent, read, edited and deleted, with Discord's limits.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    BOT_ID, cdn, channels, components,
    ledger::{Effect, Post},
    objects,
    refusal::{Problems, Refusal, Reply},
    server::Request,
    state::{ChannelKind, State},
};

/// The permissions to send messages in a channel, in a thread, and with files.
const SEND: u64 = 1 << 11;
const SEND_IN_THREADS: u64 = 1 << 38;
pub const ATTACH: u64 = 1 << 15;
/// How long Discord remembers a nonce.
const NONCE: Duration = Duration::from_secs(300);

/// The content of a message; an absent part of an edit stays as it is.
pub struct Face {
    content: Option<String>,
    embeds: Option<Vec<Value>>,
    components: Option<Vec<Value>>,
    flags: Option<u64>,
}

impl Face {
    /// Reads a body whose types have been checked. `present` are the flags that the message already
    /// has.
    pub fn read(state: &mut State, of: &str, body: &Value, present: u64) -> Result<Self, Refusal> {
        let asked = body["flags"].as_u64();
        let flags = asked.unwrap_or_default() | (present & components::COMPONENTS_V2);
        let mut problems = components::check(body, flags);
        if asked.unwrap_or_default() & !(components::SETTABLE | components::LOADING) != 0 {
            problems.add("flags", "MESSAGE_FLAGS_INVALID", "Flags that cannot be set");
        }
        report(state, of, &problems)?;
        // A rule of this emulator: Discord accepts the message, but a desk's message must not
        // mention users by accident.
        if body["allowed_mentions"]["parse"] != json!([]) && says_something(body) {
            let words = format!("{of}: allowed_mentions.parse must be empty");
            state.ledger.violations.push(words);
        }
        let list =
            |name: &str| body.get(name).map(|list| list.as_array().cloned().unwrap_or_default());
        let mut components = list("components");
        components::number(components.as_deref_mut().unwrap_or_default(), &mut 0);
        let content = body.get("content").map(|text| text.as_str().unwrap_or_default().to_owned());
        Ok(Self { content, embeds: list("embeds"), components, flags: asked.map(|_| flags) })
    }

    /// Applies the content to a message.
    pub fn put_on(self, post: &mut Post) -> Result<(), Refusal> {
        let mut changed = post.clone();
        if let Some(content) = self.content {
            changed.content = content;
        }
        if let Some(embeds) = self.embeds {
            changed.embeds = embeds;
        }
        if let Some(components) = self.components {
            changed.components = components;
        }
        if let Some(flags) = self.flags {
            let kept = post.flags & (components::EPHEMERAL | components::COMPONENTS_V2);
            changed.flags = (flags & !components::EPHEMERAL) | kept;
        }
        changed.flags &= !components::LOADING;
        if changed.content.trim().is_empty()
            && changed.embeds.is_empty()
            && changed.components.is_empty()
            && changed.attachments.is_empty()
        {
            return Err(Refusal::new(400, 50006, "Cannot send an empty message"));
        }
        changed.codes.extend(components::codes(&changed.components));
        changed.at = Instant::now();
        *post = changed;
        Ok(())
    }
}

/// Whether a body has text that could mention a user.
fn says_something(body: &Value) -> bool {
    ["content", "embeds", "components"].iter().any(|part| match &body[*part] {
        Value::String(text) => !text.is_empty(),
        Value::Array(list) => !list.is_empty(),
        _ => false,
    })
}

/// Records the problems as violations and refuses the request.
pub fn report(state: &mut State, of: &str, problems: &Problems) -> Result<(), Refusal> {
    state.ledger.violations.extend(problems.lines(of));
    problems.refusal().map_or(Ok(()), Err)
}

/// A message without content.
pub fn blank(state: &mut State, channel: u64, author: u64) -> Post {
    let message_id = state.next_id();
    Post {
        channel,
        message_id,
        author,
        recipient: state.channels.get(&channel).and_then(|place| place.recipient),
        only_for: None,
        content: String::new(),
        embeds: Vec::new(),
        components: Vec::new(),
        flags: 0,
        attachments: Vec::new(),
        nonce: None,
        interaction: None,
        reply_to: None,
        codes: Vec::new(),
        written: state.now(),
        edited: None,
        at: Instant::now(),
    }
}

/// Adds a new message to its channel and dispatches it to the sessions that may see it.
pub fn publish(state: &mut State, post: Post) {
    state.channel(post.channel).posts.insert(post.message_id, post.clone());
    if post.author == BOT_ID {
        state.ledger.effects.push(Effect::Sent(post.clone()));
    }
    if post.only_for.is_none() {
        state.dispatch_message("MESSAGE_CREATE", &post);
    }
}

/// Edits a message of the bot.
pub fn alter(state: &mut State, of: &str, channel: u64, id: u64, body: &Value) -> Reply {
    let Some(post) = state.post(channel, id) else {
        return Err(Refusal::unknown_message());
    };
    let flags = post.flags;
    let face = Face::read(state, of, body, flags)?;
    let now = state.now();
    let mut post = state.post(channel, id).cloned().ok_or_else(Refusal::unknown_message)?;
    let was_loading = post.loading();
    face.put_on(&mut post)?;
    post.edited = (!was_loading).then_some(now);
    state.channel(channel).posts.insert(id, post.clone());
    state.ledger.effects.push(Effect::Edited(post.clone()));
    if post.only_for.is_none() {
        state.dispatch_message("MESSAGE_UPDATE", &post);
    }
    Ok((200, objects::message(state, &post)))
}

pub fn remove(state: &mut State, channel: u64, id: u64) -> Reply {
    let removed = state.channel(channel).posts.remove(&id).ok_or_else(Refusal::unknown_message)?;
    state.ledger.effects.push(Effect::Deleted { channel, message: id, at: Instant::now() });
    if removed.only_for.is_none() {
        state.dispatch_deleted(channel, id);
    }
    Ok((204, Value::Null))
}

pub fn send(state: &mut State, channel: u64, request: &Request) -> Reply {
    let body = &request.body;
    let place = state.reach(channel)?;
    if matches!(place.kind, ChannelKind::Category) {
        return Err(Refusal::new(400, 50008, "Cannot send messages in a non-text channel"));
    }
    let recipient = place.recipient;
    let in_thread = place.is_thread();
    if let Some(person) = recipient {
        state.may_write_to(person)?;
    }
    state.may(channel, if in_thread { SEND_IN_THREADS } else { SEND })?;
    if !request.uploads.is_empty() {
        state.may(channel, ATTACH)?;
    }
    let nonce = body.get("nonce").filter(|nonce| !nonce.is_null()).cloned();
    let enforced = body["enforce_nonce"] == true;
    if let Some(key) = nonce.as_ref().filter(|_| enforced).map(Value::to_string)
        && let Some((there, id, at)) = state.nonces.get(&key).copied()
        && state.now().saturating_sub(at) < NONCE
        && let Some(post) = state.post(there, id).cloned()
    {
        return Ok((200, objects::message(state, &post)));
    }
    let of = "POST /channels/{channel_id}/messages";
    let flags = body["flags"].as_u64().unwrap_or_default();
    if flags & (components::EPHEMERAL | components::LOADING) != 0 {
        let mut problems = Problems::default();
        problems.add("flags", "MESSAGE_FLAGS_INVALID", "Only an answer can be ephemeral");
        report(state, of, &problems)?;
    }
    let face = Face::read(state, of, body, 0)?;
    let attachments = cdn::posted(state, of, channel, body, &request.uploads)?;
    let mut post = blank(state, channel, BOT_ID);
    post.attachments = attachments;
    face.put_on(&mut post)?;
    post.reply_to = replied(state, channel, &body["message_reference"])?;
    channels::wake(state, channel)?;
    if let Some(nonce) = &nonce {
        let at = state.now();
        state.nonces.insert(nonce.to_string(), (channel, post.message_id, at));
    }
    post.nonce = nonce;
    let message = objects::message(state, &post);
    publish(state, post);
    Ok((200, message))
}

fn replied(state: &mut State, channel: u64, reference: &Value) -> Result<Option<u64>, Refusal> {
    let id = objects::snowflake(&reference["message_id"]);
    match id {
        None => Ok(None),
        Some(id) if state.post(channel, id).is_some() => Ok(Some(id)),
        Some(_) if reference["fail_if_not_exists"] == false => Ok(None),
        Some(_) => {
            let mut problems = Problems::default();
            problems.add("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
            Err(problems.refusal().unwrap_or_else(Refusal::unknown_message))
        }
    }
}

/// Newest first, as Discord lists messages, whichever of `before` and `after` is given.
pub fn list(state: &mut State, channel: u64, request: &Request) -> Reply {
    let place = state.reach(channel)?;
    let number = |name: &str| request.asked(name).and_then(|text| text.parse::<u64>().ok());
    let limit = usize::try_from(number("limit").unwrap_or(50)).unwrap_or(50);
    let all = place.posts.values().filter(|post| post.only_for.is_none());
    let mut posts: Vec<Post> = match (number("after"), number("before")) {
        (Some(after), _) => {
            all.filter(|post| post.message_id > after).take(limit).cloned().collect()
        }
        (None, before) => {
            let before = before.unwrap_or(u64::MAX);
            let all = all.rev().filter(|post| post.message_id < before);
            all.take(limit).cloned().collect()
        }
    };
    posts.sort_by_key(|post| std::cmp::Reverse(post.message_id));
    let shown = |post: &Post| state.seen_over_rest(post);
    Ok((200, posts.iter().map(shown).collect()))
}

pub fn get(state: &mut State, channel: u64, id: u64) -> Reply {
    let post = visible(state, channel, id)?;
    Ok((200, state.seen_over_rest(&post)))
}

/// A message that the channel's routes return: any but ephemeral ones.
fn visible(state: &mut State, channel: u64, id: u64) -> Result<Post, Refusal> {
    let place = state.reach(channel)?;
    let post = place.posts.get(&id).filter(|post| post.only_for.is_none());
    post.cloned().ok_or_else(Refusal::unknown_message)
}

pub fn edit(state: &mut State, channel: u64, id: u64, body: &Value) -> Reply {
    let post = visible(state, channel, id)?;
    if post.author != BOT_ID {
        let words = "Cannot edit a message authored by another user";
        return Err(Refusal::new(403, 50005, words));
    }
    channels::awake(state, channel)?;
    alter(state, "PATCH /channels/{channel_id}/messages/{message_id}", channel, id, body)
}

pub fn delete(state: &mut State, channel: u64, id: u64) -> Reply {
    let post = visible(state, channel, id)?;
    let direct = state.channel(channel).recipient.is_some();
    if direct && post.author != BOT_ID {
        return Err(Refusal::new(403, 50003, "Cannot execute action on a DM channel"));
    }
    remove(state, channel, id)
}

pub fn react(state: &mut State, channel: u64, message: u64, emoji: &str) -> Reply {
    visible(state, channel, message)?;
    let emoji = emoji.to_owned();
    state.ledger.effects.push(Effect::Reacted { channel, message, emoji, at: Instant::now() });
    Ok((204, Value::Null))
}
