//! The Discord chats whose missed messages are fetched at the beginning of a session: chats in
//! which a person wrote, from the last received message on; chats in which only the desk has
//! written, because a person may have answered there for the first time; and the threads of open
//! tickets. Deliberately absent: the fetch itself, and threads of ended tickets, whose number grows
//! every day.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    app::App,
    channel::discord::{
        backfill::{self, SilentChat, Watched},
        gateway::Shard,
        http::Http,
    },
    domain::channel::ChannelKind,
    entity::thread,
    service::{Result, inbox, outbox, threads},
};

/// How far to look back where no message was ever received, in milliseconds: a week before the
/// newest known message. Older messages were fetched many times.
const LOOK_BACK: u64 = 7 * 24 * 60 * 60 * 1_000;
/// How many bits of a snowflake lie below its time.
const TIME: u32 = 22;

/// The snowflake from which to fetch a chat in which no message was ever received, given the newest
/// known one.
pub(super) fn look_back(newest: u64) -> String {
    newest.saturating_sub(LOOK_BACK << TIME).to_string()
}

/// The chats of one shard. The listener of another shard fetches that shard's chats.
pub(super) async fn chats(app: &App, http: &Http, source: &str, shard: Shard) -> Vec<Watched> {
    match read(app, source).await {
        Ok(known) => {
            let mut watched = complete(http, known, shard).await;
            watched.retain(|chat| hears(shard, chat.guild.as_deref()));
            watched
        }
        Err(error) => {
            tracing::error!(%error, "the last received messages could not be read; no missed message is fetched");
            Vec::new()
        }
    }
}

/// What the rows say.
struct Known {
    /// Chats with received messages.
    heard: Vec<Watched>,
    /// Chats without received messages, each with the key of one of the desk's messages.
    silent: Vec<(String, Option<String>)>,
    /// Threads of open tickets without received messages.
    threads: Vec<String>,
}

async fn read(app: &App, source: &str) -> Result<Known> {
    let reader = app.database.reader();
    let rows = inbox::last_messages(reader, source).await?;
    let keys = |threads: Vec<thread::Model>| threads.into_iter().filter_map(|row| row.chat_key);
    let over = threads::standing(reader, ChannelKind::Discord, true).await?;
    let over: HashSet<String> = keys(over).collect();
    let open = threads::standing(reader, ChannelKind::Discord, false).await?;
    let lane = format!("{source}:");
    let named: HashSet<&str> = rows.iter().filter_map(|row| row.lane.strip_prefix(&lane)).collect();
    let mut heard: Vec<Watched> = rows.iter().filter_map(|row| heard(&row.raw)).collect();
    heard.retain(|chat| !over.contains(&format!("#{}", chat.channel)));
    let mut silent = outbox::chats(reader, ChannelKind::Discord).await?;
    silent.retain(|(chat, _)| {
        threads::by_symbolic_key(chat).is_none() && !named.contains(chat.as_str())
    });
    let threads = keys(open).filter(|key| !named.contains(key.as_str())).collect();
    Ok(Known { heard, silent, threads })
}

fn heard(raw: &str) -> Option<Watched> {
    let raw: Value = serde_json::from_str(raw).ok()?;
    let text = |field: &str| raw["d"][field].as_str().map(str::to_owned);
    Some(Watched { channel: text("channel_id")?, guild: text("guild_id"), after: text("id") })
}

/// What is kept of a received message: its place and its id. `None` when the row holds nothing
/// else.
pub(in crate::app) fn bare(raw: &str) -> Option<String> {
    let told: Value = serde_json::from_str(raw).unwrap_or_default();
    let part = |key: &str| told["d"][key].clone();
    let message = ["channel_id", "guild_id", "id"].map(|key| (key.to_owned(), part(key)));
    let bare = json!({ "d": Value::from_iter(message) }).to_string();
    (bare != raw).then_some(bare)
}

/// Whether a shard receives the events of this server, or of private chats. An unreadable id counts
/// for every shard.
fn hears(shard: Shard, guild: Option<&str>) -> bool {
    guild.map_or_else(
        || shard.receives(None),
        |guild| guild.parse().map_or(true, |guild| shard.receives(Some(guild))),
    )
}

async fn complete(http: &Http, known: Known, shard: Shard) -> Vec<Watched> {
    let Known { heard: mut watched, silent, threads } = known;
    // A message that only one person saw has a key of another form.
    let said = |key: &Option<String>| {
        key.clone().filter(|key| key.starts_with(|first: char| first.is_ascii_digit()))
    };
    let silent = silent.into_iter().map(|(chat, key)| (chat, said(&key)));
    // A channel in which the desk only answered single persons holds no request to the desk.
    let silent: Vec<_> =
        silent.filter(|(chat, said)| said.is_some() || chat.starts_with('@')).collect();
    // A person without a known message is searched in private.
    let in_private = |said: &Option<String>, chat: &str| said.is_none() && chat.starts_with('@');
    let silent =
        silent.into_iter().filter(|(chat, said)| !in_private(said, chat) || shard.receives(None));
    let number = |key: &str| key.rsplit('/').next().and_then(|id| id.parse::<u64>().ok());
    let seen = watched.iter().filter_map(|chat| number(chat.after.as_deref()?));
    let silent: Vec<_> = silent.collect();
    let newest = seen.chain(silent.iter().filter_map(|(_, key)| number(key.as_deref()?))).max();
    let after = newest.map(look_back);
    for (chat, said) in silent {
        let found = backfill::watch_silent(
            http,
            SilentChat { key: &chat, sent: said.as_deref() },
            after.clone(),
        )
        .await;
        watched.extend(
            found.filter(|found| watched.iter().all(|known| known.channel != found.channel)),
        );
    }
    for thread in threads {
        // A thread is older than any message in it. A thread taken for a private chat would get
        // answers as if it were one.
        let found =
            backfill::watch_silent(http, SilentChat { key: &thread, sent: None }, None).await;
        watched.extend(found.filter(|found| found.guild.is_some()));
    }
    watched
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_message_without_text_keeps_its_place() {
        let raw = r#"{"t":"MESSAGE_CREATE","d":{"id":"7","channel_id":"5","content":"secreto"}}"#;
        let bare = bare(raw).expect("there are words to leave out");
        assert!(!bare.contains("secreto"));
        let kept = heard(&bare);
        let was = heard(raw);
        let place = |chat: Option<Watched>| chat.map(|c| (c.channel, c.guild, c.after));
        assert_eq!(place(kept), place(was));
        assert_eq!(super::bare(&bare), None, "once");
        assert!(super::bare("no JSON: secreto").is_some_and(|kept| !kept.contains("secreto")));
    }
}
