//! Dispatches a request to its route's handler. The parameters have been checked against the API
//! description.

use serde_json::{Value, json};

use super::{
    BOT_ID, callbacks, catalogue, channels, messages, objects,
    refusal::{Refusal, Reply},
    server::Request,
    state::State,
    webhooks::{self, Webhook},
};

pub fn call(state: &mut State, request: &Request) -> Reply {
    let parts: Vec<&str> = request.path.trim_matches('/').split('/').collect();
    let body = &request.body;
    let interaction_answer = request.asked("with_response") == Some("true");
    match (request.method.as_str(), parts.as_slice()) {
        ("GET", ["gateway"]) => found(json!({"url": gateway_url(state)})),
        ("GET", ["gateway", "bot"]) => found(gateway_bot(state)),
        ("GET", ["users", "@me"]) => found(objects::me()),
        ("GET", ["users", user]) => known_user(state, id(user)?),
        ("GET", ["applications", "@me"] | ["oauth2", "applications", "@me"]) => {
            found(objects::application())
        }
        ("POST", ["users", "@me", "channels"]) => channels::open_direct(state, body),
        ("GET", ["guilds", guild]) => guild_of(state, id(guild)?),
        ("GET", ["guilds", guild, "members", user]) => member(state, id(guild)?, id(user)?),
        ("GET", ["guilds", guild, "roles"]) => roles(state, id(guild)?),
        ("GET", ["guilds", guild, "threads", "active"]) => channels::active(state, id(guild)?),
        ("GET", ["channels", channel]) => channels::get(state, id(channel)?),
        ("PATCH", ["channels", channel]) => channels::edit(state, id(channel)?, body),
        ("DELETE", ["channels", channel]) => channels::delete(state, id(channel)?),
        ("POST", ["channels", channel, "typing"]) => {
            state.reach(id(channel)?).map(|_| (204, Value::Null))
        }
        ("GET", ["channels", channel, "messages"]) => messages::list(state, id(channel)?, request),
        ("POST", ["channels", channel, "messages"]) => messages::send(state, id(channel)?, request),
        ("GET", ["channels", channel, "messages", message]) => {
            messages::get(state, id(channel)?, id(message)?)
        }
        ("PATCH", ["channels", channel, "messages", message]) => {
            messages::edit(state, id(channel)?, id(message)?, body)
        }
        ("DELETE", ["channels", channel, "messages", message]) => {
            messages::delete(state, id(channel)?, id(message)?)
        }
        ("PUT", ["channels", channel, "messages", message, "reactions", emoji, "@me"]) => {
            messages::react(state, id(channel)?, id(message)?, emoji)
        }
        ("POST", ["channels", channel, "threads"]) => {
            channels::create_thread(state, id(channel)?, body)
        }
        ("GET", ["channels", channel, "users", "@me", "threads", "archived", "private"]) => {
            channels::archived(state, id(channel)?, request)
        }
        ("GET", ["channels", thread, "thread-members"]) => channels::members(state, id(thread)?),
        ("PUT", ["channels", thread, "thread-members", user]) => {
            channels::add_member(state, id(thread)?, user_or_me(user)?)
        }
        ("DELETE", ["channels", thread, "thread-members", user]) => {
            channels::remove_member(state, id(thread)?, user_or_me(user)?)
        }
        ("POST", ["interactions", interaction, token, "callback"]) => {
            callbacks::answer(state, id(interaction)?, token, body, interaction_answer)
        }
        ("POST", ["webhooks", app, token]) => {
            webhooks::follow_up(state, Webhook { app: id(app)?, token }, body)
        }
        (method, ["webhooks", app, token, "messages", message]) => {
            let webhook = Webhook { app: id(app)?, token };
            webhooks::message(state, method, webhook, message, body)
        }
        (method, ["applications", app, "commands"]) => {
            catalogue::call(state, method, id(app)?, None, body)
        }
        (method, ["applications", app, "guilds", guild, "commands"]) => {
            catalogue::call(state, method, id(app)?, Some(id(guild)?), body)
        }
        _ => Err(Refusal::not_found()),
    }
}

fn found(body: Value) -> Reply {
    Ok((200, body))
}

fn id(part: &str) -> Result<u64, Refusal> {
    part.parse().map_err(|_| Refusal::new(400, 50035, "Invalid Form Body"))
}

fn user_or_me(part: &str) -> Result<u64, Refusal> {
    if part == "@me" { Ok(BOT_ID) } else { id(part) }
}

fn gateway_url(state: &State) -> String {
    state.api_url.replace("http://", "ws://")
}

fn gateway_bot(state: &State) -> Value {
    let remaining = 1000usize.saturating_sub(state.ledger.identifies);
    json!({
        "url": gateway_url(state), "shards": state.gateway.division.recommended,
        "session_start_limit": {
            "total": 1000, "remaining": remaining, "reset_after": 86_400_000,
            "max_concurrency": state.gateway.division.at_once.unwrap_or(1),
        },
    })
}

fn known_user(state: &State, id: u64) -> Reply {
    let user = state.users.get(&id).ok_or_else(|| Refusal::new(404, 10013, "Unknown User"))?;
    found(objects::user(user))
}

fn guild_of(state: &State, id: u64) -> Reply {
    let guild = state.guilds.get(&id).ok_or_else(|| Refusal::new(404, 10004, "Unknown Guild"))?;
    found(objects::guild(state, guild))
}

fn roles(state: &State, guild: u64) -> Reply {
    match state.guilds.contains_key(&guild) {
        true => found(json!([objects::role(guild)])),
        false => Err(Refusal::new(404, 10004, "Unknown Guild")),
    }
}

fn member(state: &State, guild: u64, user: u64) -> Reply {
    let place =
        state.guilds.get(&guild).ok_or_else(|| Refusal::new(404, 10004, "Unknown Guild"))?;
    if user == BOT_ID {
        return found(json!({
            "roles": [], "user": objects::bot(), "joined_at": "2025-06-01T12:00:00.000000+00:00",
            "deaf": false, "mute": false, "flags": 0, "nick": null, "avatar": null,
            "pending": false,
        }));
    }
    match state.users.get(&user) {
        Some(known) if place.members.contains(&user) => found(objects::member(known, true)),
        Some(_) => Err(Refusal::new(404, 10007, "Unknown Member")),
        None => Err(Refusal::new(404, 10013, "Unknown User")),
    }
}
