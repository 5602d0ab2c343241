//! The first response to an interaction: one response, within the time limit, of a type that the
//! interaction allows.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    BOT_ID, components, facts, fields,
    ledger::{Effect, Modal, Response},
    messages::{self, Face},
    objects,
    refusal::{Problems, Refusal, Reply},
    state::{Interaction, State},
};

/// How long Discord waits for the first response.
const PATIENCE: Duration = Duration::from_secs(3);
const ROUTE: &str = "POST /interactions/{interaction_id}/{interaction_token}/callback";

/// Handles `POST /interactions/{id}/{token}/callback`.
pub fn answer(state: &mut State, id: u64, token: &str, body: &Value, shown: bool) -> Reply {
    let known = state.interactions.get(&id).filter(|interaction| interaction.token == token);
    let unknown = || Refusal::new(404, 10062, "Unknown interaction");
    let interaction = known.ok_or_else(unknown)?;
    if interaction.answered.is_some() {
        let words = "Interaction has already been acknowledged.";
        return Err(Refusal::new(400, 40060, words));
    }
    if interaction.expired || state.now().saturating_sub(interaction.at) > PATIENCE {
        return Err(unknown());
    }
    take(state, id, body)?;
    if !shown {
        return Ok((204, Value::Null));
    }
    let interaction = &state.interactions[&id];
    let mut told = json!({
        "interaction": {
            "id": id.to_string(), "type": interaction.kind, "channel_id": interaction.channel.to_string(),
            "response_message_id": interaction.original.map(|id| id.to_string()),
        },
    });
    let post = interaction.original.and_then(|original| {
        state.channels.get(&interaction.channel).and_then(|place| place.posts.get(&original))
    });
    if let Some(post) = post {
        told["resource"] =
            json!({"type": interaction.answered, "message": objects::message(state, post)});
    }
    Ok((200, told))
}

/// Applies a response that is in time, whether it came over REST or as the body of a webhook reply.
pub fn take(state: &mut State, id: u64, body: &Value) -> Result<(), Refusal> {
    let kind = fitting_kind(state, id, body)?;
    let data = &body["data"];
    match kind {
        4 => said(state, id, data)?,
        5 => deferred(state, id, data)?,
        6 => {
            let source = state.interactions[&id].source;
            acknowledged(state, id, kind, source);
        }
        7 => changed(state, id, data)?,
        8 => suggested(state, id, data)?,
        _ => opened(state, id, data)?,
    }
    Ok(())
}

/// Which response types are allowed for which interaction type.
fn fitting_kind(state: &mut State, id: u64, body: &Value) -> Result<u64, Refusal> {
    let interaction = &state.interactions[&id];
    let fitting: &[u64] = match (interaction.kind, interaction.source) {
        (2, _) => &[4, 5, 9],
        (3, _) => &[4, 5, 6, 7, 9],
        (4, _) => &[8],
        (5, Some(_)) => &[4, 5, 6, 7],
        _ => &[4, 5],
    };
    let kind = body["type"].as_u64().unwrap_or_default();
    if fitting.contains(&kind) {
        return Ok(kind);
    }
    let mut problems = Problems::default();
    let words = format!("Value must be one of {fitting:?}.").replace('[', "{").replace(']', "}");
    problems.add("type", "BASE_TYPE_CHOICES", &words);
    messages::report(state, ROUTE, &problems)?;
    Ok(kind)
}

fn checked(state: &mut State, kind: &str, data: &Value) -> Result<(), Refusal> {
    messages::report(state, ROUTE, &facts::check(kind, data))
}

/// Records that the interaction was answered, and which message `@original` means from now on.
fn acknowledged(state: &mut State, id: u64, kind: u64, original: Option<u64>) {
    let now = state.now();
    let Some(interaction) = state.interactions.get_mut(&id) else { return };
    interaction.answered = Some(kind);
    interaction.original = original;
    let latency = now.saturating_sub(interaction.at);
    let response = Response { interaction: id, kind, latency, at: Instant::now() };
    state.ledger.effects.push(Effect::Responded(response));
}

fn said(state: &mut State, id: u64, data: &Value) -> Result<(), Refusal> {
    checked(state, "Reply", data)?;
    let face = Face::read(state, ROUTE, data, 0)?;
    let (channel, user) = whereabouts(&state.interactions[&id]);
    let mut post = messages::blank(state, channel, BOT_ID);
    post.interaction = Some(id);
    if data["flags"].as_u64().unwrap_or_default() & components::EPHEMERAL != 0 {
        post.flags = components::EPHEMERAL;
        post.only_for = Some(user);
    }
    face.put_on(&mut post)?;
    acknowledged(state, id, 4, Some(post.message_id));
    messages::publish(state, post);
    Ok(())
}

fn deferred(state: &mut State, id: u64, data: &Value) -> Result<(), Refusal> {
    if !data.is_null() {
        checked(state, "Reply", data)?;
    }
    let (channel, user) = whereabouts(&state.interactions[&id]);
    let mut post = messages::blank(state, channel, BOT_ID);
    post.interaction = Some(id);
    post.flags = components::LOADING;
    if data["flags"].as_u64().unwrap_or_default() & components::EPHEMERAL != 0 {
        post.flags |= components::EPHEMERAL;
        post.only_for = Some(user);
    }
    acknowledged(state, id, 5, Some(post.message_id));
    messages::publish(state, post);
    Ok(())
}

fn changed(state: &mut State, id: u64, data: &Value) -> Result<(), Refusal> {
    checked(state, "MessageUpdate", data)?;
    let (channel, _) = whereabouts(&state.interactions[&id]);
    let source = state.interactions[&id].source.ok_or_else(Refusal::unknown_message)?;
    let answers = state.ledger.effects.len();
    messages::alter(state, ROUTE, channel, source, data)?;
    // The response is recorded before the message it shows, as with new messages.
    acknowledged(state, id, 7, Some(source));
    state.ledger.effects[answers..].rotate_right(1);
    Ok(())
}

fn suggested(state: &mut State, id: u64, data: &Value) -> Result<(), Refusal> {
    let whole = matches!(focused_kind(&state.interactions[&id].payload["data"]), Some(4));
    checked(state, if whole { "IntegerChoices" } else { "StringChoices" }, data)?;
    let choices = data["choices"].as_array().cloned().unwrap_or_default();
    acknowledged(state, id, 8, None);
    if let Some(interaction) = state.interactions.get_mut(&id) {
        interaction.choices = Some(choices.clone());
    }
    let at = Instant::now();
    state.ledger.effects.push(Effect::Choices { interaction: id, choices, at });
    Ok(())
}

/// The type of the option that the user is typing into (autocomplete).
fn focused_kind(data: &Value) -> Option<u64> {
    data["options"].as_array().into_iter().flatten().find_map(|option| {
        let here = (option["focused"] == true).then(|| option["type"].as_u64()).flatten();
        here.or_else(|| focused_kind(option))
    })
}

fn opened(state: &mut State, id: u64, data: &Value) -> Result<(), Refusal> {
    let mut problems = facts::check("Modal", data);
    problems.extend(fields::check(data));
    messages::report(state, ROUTE, &problems)?;
    let (_, user) = whereabouts(&state.interactions[&id]);
    let text = |name: &str| data[name].as_str().unwrap_or_default().to_owned();
    let mut fields = data["components"].as_array().cloned().unwrap_or_default();
    components::number(&mut fields, &mut 0);
    let modal = Modal {
        interaction: id,
        user,
        custom_id: text("custom_id"),
        title: text("title"),
        components: fields,
        at: Instant::now(),
    };
    acknowledged(state, id, 9, None);
    state.user(user).modal = Some(modal.clone());
    state.ledger.effects.push(Effect::Modal(modal));
    Ok(())
}

fn whereabouts(interaction: &Interaction) -> (u64, u64) {
    (interaction.channel, interaction.user)
}
