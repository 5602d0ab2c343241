//! Follow-up messages and edits under an interaction token, while the token is valid.

use std::time::Duration;

use serde_json::Value;

use super::{
    BOT_ID, components,
    messages::{self, Face},
    objects,
    refusal::{Refusal, Reply},
    state::State,
};

/// How long an interaction token is valid.
const VALIDITY: Duration = Duration::from_secs(15 * 60);

/// The answered interaction of a token that is still valid.
#[derive(Clone, Copy)]
pub struct Webhook<'a> {
    pub app: u64,
    pub token: &'a str,
}

/// Sends a follow-up message. The first one after a deferred response becomes its content.
fn interaction(state: &State, webhook: Webhook<'_>) -> Result<u64, Refusal> {
    let unknown = || Refusal::new(404, 10015, "Unknown Webhook");
    let mut known = state.interactions.values();
    let found = known
        .find(|known| known.token == webhook.token && webhook.app == BOT_ID)
        .ok_or_else(unknown)?;
    if state.now().saturating_sub(found.at) > VALIDITY {
        return Err(Refusal::new(401, 50027, "Invalid Webhook Token"));
    }
    if found.answered.is_none() {
        return Err(unknown());
    }
    Ok(found.id)
}

/// Reads, edits or deletes a message of the interaction.
pub fn follow_up(state: &mut State, webhook: Webhook<'_>, body: &Value) -> Reply {
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
        return messages::alter(state, of, channel, original, body);
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
pub fn message(
    state: &mut State,
    method: &str,
    webhook: Webhook<'_>,
    message: &str,
    body: &Value,
) -> Reply {
    let id = interaction(state, webhook)?;
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
            messages::alter(state, of, channel, message, body)
        }
        "DELETE" => messages::remove(state, channel, message),
        _ => Err(Refusal::not_found()),
    }
}
