//! Later answers to an interaction, under its token, while that is valid.

use std::time::Duration;

use serde_json::Value;

use super::{
    BOT_ID, components,
    messages::{self, Face},
    objects,
    refusal::{Refusal, Reply},
    state::State,
};

/// How long a token is valid.
const VALIDITY: Duration = Duration::from_secs(15 * 60);

/// The interaction of a token that has been answered and is still valid.
fn interaction(state: &State, (app, token): (u64, &str)) -> Result<u64, Refusal> {
    let unknown = || Refusal::new(404, 10015, "Unknown Webhook");
    let mut known = state.interactions.values();
    let found = known.find(|known| known.token == token && app == BOT_ID).ok_or_else(unknown)?;
    if state.now().saturating_sub(found.at) > VALIDITY {
        return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
    }
    if found.answered.is_none() {
        return Err(unknown());
    }
    Ok(found.id)
}

/// Says more. The first thing said after a promise fulfils it.
pub fn follow_up(state: &mut State, webhook: (u64, &str), body: &Value) -> Reply {
    let of = "POST /webhooks/{webhook_id}/{webhook_token}";
    let id = interaction(state, webhook)?;
    let (channel, user, original) = {
        let interaction = &state.interactions[&id];
        (interaction.channel, interaction.user, interaction.original)
    };
    let promised = original.filter(|original| {
        state
            .channels
            .get(&channel)
            .and_then(|place| place.posts.get(original))
            .is_some_and(|post| post.loading())
    });
    if let Some(original) = promised {
        return messages::alter(state, of, (channel, original), body);
    }
    let face = Face::read(state, of, body, 0)?;
    if !state.channels.contains_key(&channel) {
        return Err(Refusal::unknown_channel());
    }
    let mut post = messages::blank(state, channel, BOT_ID);
    post.interaction = Some(id);
    if body["flags"].as_u64().unwrap_or_default() & components::EPHEMERAL != 0 {
        post.flags = components::EPHEMERAL;
        post.only_for = Some(user);
    }
    face.put_on(&mut post)?;
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.followups.insert(post.message_id);
    }
    let message = objects::message(state, &post);
    messages::publish(state, post);
    Ok((200, message))
}

/// Reads, edits or deletes what was said.
pub fn message(state: &mut State, method: &str, at: (u64, &str, &str), body: &Value) -> Reply {
    let (app, token, message) = at;
    let id = interaction(state, (app, token))?;
    let interaction = &state.interactions[&id];
    let channel = interaction.channel;
    let message = match message {
        "@original" => interaction.original,
        other => other.parse().ok().filter(|message| {
            interaction.followups.contains(message) || interaction.original == Some(*message)
        }),
    };
    let message = message.ok_or_else(Refusal::unknown_message)?;
    let post = state.post(channel, message).cloned().ok_or_else(Refusal::unknown_message)?;
    match method {
        "GET" => Ok((200, objects::message(state, &post))),
        "PATCH" => {
            let of = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}";
            messages::alter(state, of, (channel, message), body)
        }
        "DELETE" => messages::remove(state, channel, message),
        _ => Err(Refusal::not_found()),
    }
}
