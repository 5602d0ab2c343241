//! Channels: direct-message channels between a user and the bot, and threads with their members.

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    BOT_ID,
    ledger::Effect,
    objects,
    refusal::{Problems, Refusal, Reply},
    server::Request,
    state::{Channel, ChannelKind, Intents, State},
};

/// The permission CREATE_PRIVATE_THREADS.
const CREATE_PRIVATE_THREADS: u64 = 1 << 36;

pub fn open_direct(state: &mut State, body: &Value) -> Reply {
    let user = objects::snowflake(&body["recipient_id"]).unwrap_or_default();
    if !state.users.contains_key(&user) {
        return Err(Refusal::new(400, 50033, "Invalid Recipient(s)"));
    }
    let id = state.direct(user);
    Ok((200, objects::direct(state, &state.channels[&id])))
}

pub fn get(state: &mut State, id: u64) -> Reply {
    state.reach(id)?;
    let place = &state.channels[&id];
    let told = if place.recipient.is_some() {
        objects::direct(state, place)
    } else {
        objects::channel(place)
    };
    Ok((200, told))
}

/// The active (not archived) threads of a guild.
pub fn active(state: &State, guild: u64) -> Reply {
    if !state.guilds.contains_key(&guild) {
        return Err(Refusal::missing_access());
    }
    let here =
        |place: &&Channel| place.guild == Some(guild) && place.is_thread() && !place.archived;
    let threads: Vec<Value> = state.channels.values().filter(here).map(objects::channel).collect();
    Ok((200, json!({"threads": threads, "members": []})))
}

/// The archived private threads of a channel that the bot has joined, newest first.
pub fn archived(state: &mut State, channel: u64, request: &Request) -> Reply {
    state.reach(channel)?;
    let number = |name: &str| request.asked(name).and_then(|text| text.parse::<u64>().ok());
    let before = number("before").unwrap_or(u64::MAX);
    let limit = number("limit").unwrap_or(50);
    let limit = usize::try_from(limit).unwrap_or(50);
    let here = |place: &&Channel| {
        place.parent == Some(channel)
            && place.kind == ChannelKind::PrivateThread
            && place.archived
            && place.members.contains(&BOT_ID)
            && place.id < before
    };
    let mut threads: Vec<Value> =
        state.channels.values().rev().filter(here).map(objects::channel).collect();
    let has_more = threads.len() > limit;
    threads.truncate(limit);
    Ok((200, json!({"threads": threads, "members": [], "has_more": has_more})))
}

pub fn create_thread(state: &mut State, parent: u64, body: &Value) -> Reply {
    let place = state.reach(parent)?;
    if !matches!(place.kind, ChannelKind::Text | ChannelKind::Announcement) {
        return Err(Refusal::new(400, 50024, "Cannot execute action on this channel type"));
    }
    let guild = place.guild;
    state.may(parent, CREATE_PRIVATE_THREADS)?;
    // The API's default type is a private thread.
    let kind = match body["type"].as_u64() {
        None | Some(12) => ChannelKind::PrivateThread,
        _ => ChannelKind::PublicThread,
    };
    let name = body["name"].as_str().unwrap_or_default().to_owned();
    if name.trim().is_empty() {
        let mut problems = Problems::default();
        problems.add("name", "BASE_TYPE_REQUIRED", "This field is required");
        return Err(problems.refusal().unwrap_or_else(Refusal::not_found));
    }
    if kind == ChannelKind::PublicThread && !body["invitable"].is_null() {
        let words = "POST /channels/{channel_id}/threads: invitable is for private threads alone";
        state.ledger.violations.push(words.to_owned());
    }
    let id = state.next_id();
    let mut thread = Channel::new(id, kind, &name);
    (thread.guild, thread.parent) = (guild, Some(parent));
    thread.invitable = body["invitable"].as_bool().unwrap_or(true);
    thread.auto_archive = body["auto_archive_duration"].as_u64().unwrap_or(4320);
    thread.members.insert(BOT_ID);
    let told = objects::channel(&thread);
    state.channels.insert(id, thread);
    state.ledger.effects.push(Effect::ThreadCreated {
        thread: id,
        parent,
        name,
        at: Instant::now(),
    });
    let mut news = told.clone();
    news["newly_created"] = true.into();
    state.dispatch("THREAD_CREATE", Intents::GUILDS, &news);
    Ok((201, told))
}

pub fn edit(state: &mut State, id: u64, body: &Value) -> Reply {
    let place = state.reach(id)?;
    if !place.is_thread() {
        let words = format!("PATCH /channels/{id}: only threads are edited here");
        state.ledger.violations.push(words);
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    let archived = body["archived"].as_bool();
    if place.archived && archived != Some(false) {
        return Err(Refusal::new(400, 50083, "Thread is archived"));
    }
    place.archived = archived.unwrap_or(place.archived);
    place.locked = body["locked"].as_bool().unwrap_or(place.locked);
    place.auto_archive = body["auto_archive_duration"].as_u64().unwrap_or(place.auto_archive);
    if let Some(name) = body["name"].as_str() {
        name.clone_into(&mut place.name);
    }
    Ok((200, changed(state, id)))
}

/// Records a change to a thread and dispatches THREAD_UPDATE.
fn changed(state: &mut State, id: u64) -> Value {
    let place = state.channel(id);
    let told = objects::channel(place);
    let effect = Effect::ThreadChanged {
        thread: id,
        name: place.name.clone(),
        archived: place.archived,
        locked: place.locked,
        at: Instant::now(),
    };
    state.ledger.effects.push(effect);
    state.dispatch("THREAD_UPDATE", Intents::GUILDS, &told);
    told
}

/// A message unarchives an archived thread, unless the thread is locked.
pub fn wake(state: &mut State, id: u64) -> Result<(), Refusal> {
    let place = state.channel(id);
    if place.archived && place.locked {
        return Err(Refusal::new(400, 50083, "Thread is archived"));
    }
    if place.archived {
        place.archived = false;
        changed(state, id);
    }
    Ok(())
}

/// Refuses any other change to an archived thread.
pub fn awake(state: &mut State, id: u64) -> Result<(), Refusal> {
    match state.channel(id).archived {
        true => Err(Refusal::new(400, 50083, "Thread is archived")),
        false => Ok(()),
    }
}

pub fn delete(state: &mut State, id: u64) -> Reply {
    let place = state.reach(id)?;
    if !place.is_thread() {
        let words = format!("DELETE /channels/{id}: only threads are deleted here");
        state.ledger.violations.push(words);
        return Err(Refusal::new(403, 50013, "Missing Permissions"));
    }
    let told = objects::channel(place);
    state.ledger.effects.push(Effect::ThreadDeleted { thread: id, at: Instant::now() });
    disappears(state, id);
    Ok((200, told))
}

/// Deletes a channel or thread, and the threads inside a deleted channel.
pub fn disappears(state: &mut State, id: u64) {
    let Some(place) = state.channels.remove(&id) else { return };
    let told = objects::channel(&place);
    let event = if place.is_thread() { "THREAD_DELETE" } else { "CHANNEL_DELETE" };
    state.dispatch(event, Intents::GUILDS, &told);
    let inside: Vec<u64> = state
        .channels
        .values()
        .filter(|inner| inner.parent == Some(id))
        .map(|inner| inner.id)
        .collect();
    inside.into_iter().for_each(|inner| disappears(state, inner));
}

pub fn members(state: &mut State, thread: u64) -> Reply {
    let place = thread_of(state, thread)?;
    let told = |user: &u64| {
        json!({"id": thread.to_string(), "user_id": user.to_string(), "flags": 0,
               "join_timestamp": "2026-01-01T00:00:00+00:00"})
    };
    Ok((200, place.members.iter().map(told).collect()))
}

fn thread_of(state: &mut State, thread: u64) -> Result<&mut Channel, Refusal> {
    let place = state.reach(thread)?;
    if place.is_thread() { Ok(place) } else { Err(Refusal::unknown_channel()) }
}

pub fn add_member(state: &mut State, thread: u64, user: u64) -> Reply {
    let guild = thread_of(state, thread)?.guild.unwrap_or_default();
    awake(state, thread)?;
    let here = state.guilds.get(&guild).is_some_and(|guild| guild.members.contains(&user));
    if user != BOT_ID && !here {
        return Err(Refusal::new(404, 10007, "Unknown Member"));
    }
    if state.channel(thread).members.insert(user) {
        state.ledger.effects.push(Effect::MemberAdded { thread, user, at: Instant::now() });
        members_changed(state, thread, Some(user), None);
    }
    Ok((204, Value::Null))
}

pub fn remove_member(state: &mut State, thread: u64, user: u64) -> Reply {
    thread_of(state, thread)?;
    awake(state, thread)?;
    if state.channel(thread).members.remove(&user) {
        state.ledger.effects.push(Effect::MemberRemoved { thread, user, at: Instant::now() });
        members_changed(state, thread, None, Some(user));
    }
    Ok((204, Value::Null))
}

fn members_changed(state: &mut State, thread: u64, added: Option<u64>, gone: Option<u64>) {
    let place = state.channel(thread);
    let added: Vec<Value> = added
        .iter()
        .map(|user| {
            json!({"id": thread.to_string(), "user_id": user.to_string(), "flags": 0,
                   "join_timestamp": "2026-01-01T00:00:00+00:00", "presence": null})
        })
        .collect();
    let gone: Vec<String> = gone.iter().map(u64::to_string).collect();
    let news = json!({
        "id": thread.to_string(), "guild_id": place.guild.map(|id| id.to_string()),
        "member_count": place.members.len(), "added_members": added, "removed_member_ids": gone,
    });
    state.dispatch("THREAD_MEMBERS_UPDATE", Intents::GUILDS, &news);
}
