//! Fetches the messages that were sent while the desk was not connected, from the last one that was seen, and
//! hands them to the inbox in the form of gateway events, so that the inbox drops duplicates. Deliberately
//! absent: edits and interactions, which the platform does not offer again, and the list of watched chats and
//! their last messages, which is read from the rows. A person without a row is found when their private chat
//! becomes known: by an event in it, or because the desk opens it. The platform does not tell a bot which
//! persons have opened a private chat with it.

use std::{future::Future, time::Duration};

use serde_json::{Value, json};

use super::{
    Failure,
    http::{Call, Http},
    intake::{self, Dispatch, RawEvent},
};
use crate::{backoff::Backoff, kill_point::kill_point};

/// How many messages the platform returns for one request.
const PAGE: usize = 100;
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(250), Duration::from_secs(30));

/// A channel whose messages must not be lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// The key of the channel, also for a private chat.
    pub channel: String,
    /// The server; `None` for a private chat. A fetched message does not name it.
    pub guild: Option<String>,
    /// The last message that was seen.
    pub after: Option<String>,
}

/// Fetches and stores the missed messages of each channel, oldest first, and retries until all are stored;
/// drop the future to give up. Returns how many messages were fetched. A channel that is deleted or closed
/// to the bot is skipped.
pub async fn fill<S, F>(http: &Http, watched: &[Watched], store: S) -> usize
where
    S: Fn(Vec<RawEvent>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    let mut fetched = 0;
    for channel in watched {
        // A key tells the age of its object, and a channel is older than its messages.
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

/// A chat in which the bot alone has written.
#[derive(Debug, Clone, Copy)]
pub struct SilentChat<'c> {
    /// The key of the chat in the outbox.
    pub key: &'c str,
    /// The key of a message of the bot there, if one is known.
    pub sent: Option<&'c str>,
}

/// Looks up the channel of a silent chat. `None` when it is deleted or closed to the bot.
pub async fn watch_silent(
    http: &Http,
    chat: SilentChat<'_>,
    after: Option<String>,
) -> Option<Watched> {
    let known = chat.sent.and_then(|sent| sent.split_once('/')).map(|(channel, _)| channel);
    let key = chat.key;
    let place = match (known, key.strip_prefix('@')) {
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

/// Asks until there is an answer; `None` for a refusal.
async fn ask(http: &Http, call: Call) -> Option<Value> {
    let mut failures = BACKOFF.counter();
    loop {
        let wait = match http.ask(call.clone()).await {
            Ok(answer) => return Some(answer),
            Err(failure @ Failure::Refused { .. }) => {
                tracing::warn!(%failure, "the missed messages of a chat cannot be read");
                return None;
            }
            Err(Failure::Wait(wait)) => wait,
            Err(failure) => {
                tracing::warn!(%failure, "the missed messages cannot be read yet");
                failures.failed()
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
    let event = json!({"t": "MESSAGE_CREATE", "d": message});
    match intake::sort(&event, &event.to_string()) {
        Dispatch::Store(events) => events,
        Dispatch::Ignore
        | Dispatch::Interaction(..)
        | Dispatch::Suggest(_)
        | Dispatch::Server(_) => vec![],
    }
}

async fn keep<S, F>(store: &S, events: Vec<RawEvent>)
where
    S: Fn(Vec<RawEvent>) -> F,
    F: Future<Output = anyhow::Result<()>>,
{
    let mut failures = BACKOFF.counter();
    while !events.is_empty() {
        let Err(error) = store(events.clone()).await else { return };
        tracing::error!(events = events.len(), "missed messages were not stored: {error:#}");
        tokio::time::sleep(failures.failed()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fetched_message_has_the_key_and_lane_of_its_gateway_event() {
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
