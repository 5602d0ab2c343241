//! What was said while nobody listened: fetched from the last message that was seen, and handed to
//! the inbox in the very shape in which it would have been told, so that the inbox removes what it
//! has. Deliberately absent: edits and interactions, which are not told twice, and which chats are
//! watched and what was seen there; both are read from the rows. A person of whom the rows know
//! nothing is found when their private chat becomes known, by what they do in it or because the desk
//! opens it; no bot is told before who has opened a private chat with it.

use std::{future::Future, time::Duration};

use serde_json::{Value, json};

use super::{
    Failure,
    http::{Call, Http},
    intake::{self, Heard, RawEvent},
};
use crate::kill_point::kill_point;

/// How many messages are told at a time.
const PAGE: usize = 100;
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// A channel whose messages must not be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// Its key: for a private chat that of its channel, not of the person.
    pub channel: String,
    /// Its server; none for a private chat. A fetched message does not tell.
    pub guild: Option<String>,
    /// The last message of it that was seen.
    pub after: Option<String>,
}

/// Fetches what was missed in each channel and stores it, oldest first, trying until it is done:
/// drop the future to give up. Gives how many messages were fetched. A channel that is gone or
/// closed to us is left out.
pub async fn fill<S, F>(http: &Http, watched: &[Watched], store: S) -> usize
where
    S: Fn(Vec<RawEvent>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    let mut fetched = 0;
    for channel in watched {
        // A channel is older than anything said in it, and its key tells its age as messages' do.
        let mut after = channel.after.clone().unwrap_or_else(|| channel.channel.clone());
        while let Some(page) = page(http, &channel.channel, &after).await {
            kill_point("missed.fetched");
            let full = page.len() >= PAGE;
            let Some(last) = page.last().and_then(|message| message["id"].as_str()) else { break };
            after = last.to_owned();
            fetched += page.len();
            let events = page.into_iter().flat_map(|message| events(message, channel)).collect();
            keep(&store, events).await;
            if !full {
                break;
            }
        }
    }
    fetched
}

/// A chat in which only we have spoken: `key` is its name in the outbox and `said` the key of a
/// message of ours there, where we know one. `None` when it is gone or closed to us.
pub async fn unheard(
    http: &Http,
    (key, said): (&str, Option<&str>),
    after: Option<String>,
) -> Option<Watched> {
    let hangs_in = said.and_then(|said| said.split_once('/')).map(|(channel, _)| channel);
    let place = match (hangs_in, key.strip_prefix('@')) {
        (Some(channel), _) => ask(http, Call::get(format!("/channels/{channel}"))).await?,
        (None, Some(person)) => {
            ask(http, Call::post("/users/@me/channels", json!({ "recipient_id": person }))).await?
        }
        (None, None) => {
            let channel = key.trim_start_matches('#');
            ask(http, Call::get(format!("/channels/{channel}"))).await?
        }
    };
    let text = |field: &str| place[field].as_str().map(str::to_owned);
    Some(Watched { channel: text("id")?, guild: text("guild_id"), after })
}

/// The next messages, oldest first; `None` when the channel cannot be read.
async fn page(http: &Http, channel: &str, after: &str) -> Option<Vec<Value>> {
    let path = format!("/channels/{channel}/messages?after={after}&limit={PAGE}");
    let Value::Array(mut page) = ask(http, Call::get(path)).await? else { return None };
    page.sort_by_key(age);
    Some(page)
}

/// Asks until there is an answer; `None` when it is no.
async fn ask(http: &Http, call: Call) -> Option<Value> {
    let mut pause = FIRST_PAUSE;
    loop {
        let wait = match http.ask(call.clone()).await {
            Ok(answer) => return Some(answer),
            Err(failure @ Failure::Refused { .. }) => {
                tracing::warn!(%failure, "what was missed in a chat cannot be read");
                return None;
            }
            Err(Failure::Wait(wait)) => wait,
            Err(failure) => {
                tracing::warn!(%failure, "what was missed cannot be read yet");
                let wait = pause;
                pause = (pause * 2).min(LONGEST_PAUSE);
                wait
            }
        };
        tokio::time::sleep(wait).await;
    }
}

fn age(message: &Value) -> u64 {
    message["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or(0)
}

fn events(mut message: Value, channel: &Watched) -> Vec<RawEvent> {
    if let Some(guild) = &channel.guild {
        message["guild_id"] = json!(guild);
    }
    let told = json!({"t": "MESSAGE_CREATE", "d": message});
    match intake::hear(&told, &told.to_string()) {
        Heard::Keep(events) => events,
        Heard::Nothing | Heard::Arrived(..) | Heard::Suggest(_) | Heard::Server(_) => vec![],
    }
}

async fn keep<S, F>(store: &S, events: Vec<RawEvent>)
where
    S: Fn(Vec<RawEvent>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    let mut pause = FIRST_PAUSE;
    while !events.is_empty() {
        let Err(error) = store(events.clone()).await else { return };
        tracing::error!(events = events.len(), "what was missed was not stored: {error:#}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetched_message_has_the_key_and_the_lane_that_it_would_have_been_told_with() {
        let message = json!({"id": "7", "channel_id": "3", "type": 0, "content": "hola",
            "author": {"id": "5", "username": "ana"}, "attachments": []});
        let mut channel = Watched { channel: "3".into(), guild: None, after: None };
        let keys = |events: Vec<RawEvent>| {
            events.into_iter().map(|event| (event.key, event.lane)).collect::<Vec<_>>()
        };
        let expected = |lane: &str| vec![("m:7".to_owned(), lane.to_owned())];
        assert_eq!(keys(events(message.clone(), &channel)), expected("@5"));
        channel.guild = Some("1".into());
        assert_eq!(keys(events(message, &channel)), expected("#3"));
    }
}
