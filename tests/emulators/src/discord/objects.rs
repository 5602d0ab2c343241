//! Accounts, guilds, channels and messages as Discord's JSON objects.

use serde_json::{Value, json};

use super::{
    BOT_ID, BOT_NAME,
    ledger::Post,
    state::{Channel, Guild, State, User},
};

/// Every permission but ADMINISTRATOR.
pub const PERMISSIONS: u64 = 2_251_799_813_685_247;
/// The permission MANAGE_MESSAGES: delete messages of other users.
pub const MANAGE_MESSAGES: u64 = 1 << 13;
const JOINED: &str = "2025-06-01T12:00:00.000000+00:00";

pub fn user(user: &User) -> Value {
    account(user.id, &user.name, false)
}

/// The bot as the author of a message.
pub fn bot() -> Value {
    account(BOT_ID, BOT_NAME, true)
}

/// The bot as `GET /users/@me` returns it.
pub fn me() -> Value {
    let mut me = bot();
    for (name, value) in [
        ("verified", json!(true)),
        ("mfa_enabled", json!(true)),
        ("email", Value::Null),
        ("locale", json!("en-US")),
        ("flags", json!(0)),
        ("premium_type", json!(0)),
    ] {
        me[name] = value;
    }
    me
}

fn account(id: u64, name: &str, bot: bool) -> Value {
    json!({
        "id": id.to_string(), "username": name.to_lowercase().replace(' ', "."),
        "global_name": if bot { Value::Null } else { json!(name) }, "discriminator": "0",
        "avatar": null, "bot": bot, "public_flags": 0, "avatar_decoration_data": null,
    })
}

/// The bot's application.
pub fn application() -> Value {
    json!({
        "id": BOT_ID.to_string(), "name": BOT_NAME, "icon": null, "description": "",
        "bot_public": false, "bot_require_code_grant": false, "verify_key": super::signing::public_key(),
        "flags": 1 << 19, "bot": bot(), "owner": account(1, "Dueña", false), "team": null,
        "summary": "", "tags": [], "integration_types_config": {"0": {}},
        "interactions_endpoint_url": null,
    })
}

/// A guild member. Member objects in messages omit the user; those in interactions include it.
pub fn member(of: &User, with_user: bool) -> Value {
    let mut member = json!({
        "roles": [], "joined_at": JOINED, "deaf": false, "mute": false, "flags": 0, "nick": null,
        "avatar": null, "premium_since": null, "pending": false,
        "communication_disabled_until": null,
    });
    if with_user {
        member["user"] = user(of);
    }
    member
}

/// A guild as GUILD_CREATE sends it.
pub fn guild(state: &State, guild: &Guild) -> Value {
    let here = |place: &&Channel| place.guild == Some(guild.id);
    let places = || state.channels.values().filter(here);
    let channels: Vec<Value> = places().filter(|place| !place.is_thread()).map(channel).collect();
    let threads: Vec<Value> =
        places().filter(|place| place.is_thread() && !place.archived).map(channel).collect();
    let mut bot_member = json!({
        "roles": [], "joined_at": JOINED, "deaf": false, "mute": false, "flags": 0, "nick": null,
        "avatar": null, "pending": false,
    });
    bot_member["user"] = bot();
    let mut told = json!({
        "id": guild.id.to_string(), "name": guild.name, "icon": null, "splash": null,
        "discovery_splash": null, "owner_id": "1", "afk_channel_id": null, "afk_timeout": 300,
        "verification_level": 1, "default_message_notifications": 1, "explicit_content_filter": 0,
        "roles": [role(guild.id)], "emojis": [], "features": [], "mfa_level": 0,
        "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
        "rules_channel_id": null, "joined_at": JOINED, "large": false, "unavailable": false,
        "member_count": guild.members.len() + 1, "members": [bot_member],
    });
    let more = json!({
        "voice_states": [], "channels": channels, "threads": threads, "presences": [], "stage_instances": [],
        "guild_scheduled_events": [], "soundboard_sounds": [], "max_members": 500_000,
        "vanity_url_code": null, "description": null, "banner": null, "premium_tier": 0,
        "premium_subscription_count": 0, "preferred_locale": "es-ES",
        "public_updates_channel_id": null, "nsfw_level": 0, "stickers": [],
        "premium_progress_bar_enabled": false, "safety_alerts_channel_id": null,
        "max_video_channel_users": 25, "max_stage_video_channel_users": 50,
    });
    merge(&mut told, more);
    told
}

pub fn role(id: u64) -> Value {
    json!({
        "id": id.to_string(), "name": "@everyone", "color": 0, "hoist": false, "position": 0,
        "permissions": PERMISSIONS.to_string(), "managed": false, "mentionable": false, "flags": 0,
    })
}

/// A channel, thread or direct-message channel.
pub fn channel(place: &Channel) -> Value {
    let last = place.posts.keys().next_back().map(u64::to_string);
    let mut channel = json!({
        "id": place.id.to_string(), "type": place.kind as u64, "last_message_id": last, "flags": 0,
    });
    let fields = if place.is_thread() {
        json!({
            "name": place.name, "guild_id": place.guild.map(|id| id.to_string()),
            "parent_id": place.parent.map(|id| id.to_string()), "owner_id": BOT_ID.to_string(),
            "message_count": place.posts.len(), "member_count": place.members.len(),
            "total_message_sent": place.posts.len(), "rate_limit_per_user": 0,
            "thread_metadata": {
                "archived": place.archived, "locked": place.locked, "invitable": place.invitable,
                "auto_archive_duration": place.auto_archive, "archive_timestamp": JOINED,
                "create_timestamp": JOINED,
            },
        })
    } else if let Some(guild) = place.guild {
        json!({
            "name": place.name, "guild_id": guild.to_string(), "position": 0, "nsfw": false,
            "parent_id": place.parent.map(|id| id.to_string()),
            "permission_overwrites": [
                {"id": BOT_ID.to_string(), "type": 1, "allow": "0", "deny": place.denied.to_string()},
            ],
            "topic": null, "rate_limit_per_user": 0,
        })
    } else {
        json!({})
    };
    merge(&mut channel, fields);
    channel
}

/// A direct-message channel with its recipient.
pub fn direct(state: &State, place: &Channel) -> Value {
    let mut direct = channel(place);
    let person = place.recipient.and_then(|id| state.users.get(&id)).map(user);
    direct["recipients"] = person.into_iter().collect();
    direct
}

pub fn message(state: &State, post: &Post) -> Value {
    let author = state.users.get(&post.author).map_or_else(bot, user);
    let named = |id: &u64| format!("<@{id}>");
    let mentions: Vec<Value> = state
        .users
        .values()
        .filter(|person| post.content.contains(&named(&person.id)))
        .map(user)
        .chain(post.content.contains(&named(&BOT_ID)).then(bot))
        .collect();
    let mut message = json!({
        "id": post.message_id.to_string(), "channel_id": post.channel.to_string(),
        "type": if post.interaction.is_some() { 20 } else if post.reply_to.is_some() { 19 } else { 0 },
        "author": author, "content": post.content, "embeds": post.embeds,
        "components": post.components, "flags": post.flags, "attachments": post.attachments,
        "timestamp": state.date(post.written), "edited_timestamp": post.edited.map(|at| state.date(at)),
        "tts": false, "mention_everyone": false, "mentions": mentions, "mention_roles": [],
        "pinned": false,
    });
    if let Some(nonce) = &post.nonce {
        message["nonce"] = nonce.clone();
    }
    if post.author == BOT_ID {
        message["application_id"] = BOT_ID.to_string().into();
    }
    if let Some(to) = post.reply_to {
        message["message_reference"] = json!({"type": 0, "message_id": to.to_string(), "channel_id": post.channel.to_string()});
        // The referenced message is included, but not the message that it references itself.
        let place = state.channels.get(&post.channel);
        let answered = place.and_then(|place| place.posts.get(&to)).cloned();
        let answered = answered.map(|answered| Post { reply_to: None, ..answered });
        message["referenced_message"] =
            answered.map_or(Value::Null, |answered| self::message(state, &answered));
    }
    message
}

/// A message as MESSAGE_CREATE sends it: with its guild and the author's member object.
pub fn dispatched(state: &State, post: &Post) -> Value {
    let mut told = message(state, post);
    if let Some(guild) = state.channels.get(&post.channel).and_then(|place| place.guild) {
        told["guild_id"] = guild.to_string().into();
        if let Some(author) = state.users.get(&post.author) {
            told["member"] = member(author, false);
        }
    }
    told
}

/// Adds the fields of `more` to `value`.
pub fn merge(value: &mut Value, more: Value) {
    if let Value::Object(fields) = more {
        for (name, field) in fields {
            value[name] = field;
        }
    }
}

/// Reads an id that is written as a string.
pub fn snowflake(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))
}
