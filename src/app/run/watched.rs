//! Which chats of Discord are looked into for what was said while nobody listened: those in which
//! somebody wrote, from the last message on that was heard, those in which only the desk has spoken,
//! for there somebody may have answered for the first time, and the threads of open tickets.
//! Deliberately absent: fetching, and threads of tickets that are over, which become more every day.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    app::House,
    channel::discord::{
        backfill::{self, SilentChat, Watched},
        gateway::Shard,
        http::Http,
    },
    domain::channel::ChannelKind,
    entity::thread,
    service::{Result, inbox, outbox, threads},
};

/// How far to look back where nobody was ever heard, in the milliseconds that keys count: a week
/// before the newest message that we know. What is older was looked for many times.
const LOOK_BACK: u64 = 7 * 24 * 60 * 60 * 1_000;
/// How far a key's time stands to the left of its lowest bit.
const TIME: u32 = 22;

/// The key from which on a chat is looked into in which nobody was ever heard, as of this newest key.
pub(super) fn look_back(newest: u64) -> String {
    newest.saturating_sub(LOOK_BACK << TIME).to_string()
}

/// All of them that belong to a shard. Whoever listens to another looks into that one's.
pub(super) async fn chats(
    (house, http): (&House, &Http),
    source: &str,
    shard: Shard,
) -> Vec<Watched> {
    match read(house, source).await {
        Ok(known) => {
            let mut watched = complete(http, known, shard).await;
            watched.retain(|chat| hears(shard, chat.guild.as_deref()));
            watched
        }
        Err(error) => {
            tracing::error!(%error, "what was seen last could not be read; nothing is fetched");
            Vec::new()
        }
    }
}

/// What the rows tell.
struct Known {
    /// The chats that were heard.
    heard: Vec<Watched>,
    /// The names of those that never were, with the key of a message of ours in each.
    silent: Vec<(String, Option<String>)>,
    /// The threads of open tickets in which nobody wrote.
    threads: Vec<String>,
}

async fn read(house: &House, source: &str) -> Result<Known> {
    let reader = house.database.reader();
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

/// What is kept of a message that was heard: where, and which it was. `None` when nothing else is
/// there.
pub(in crate::app) fn bare(raw: &str) -> Option<String> {
    let told: Value = serde_json::from_str(raw).unwrap_or_default();
    let part = |key: &str| told["d"][key].clone();
    let message = ["channel_id", "guild_id", "id"].map(|key| (key.to_owned(), part(key)));
    let bare = json!({ "d": Value::from_iter(message) }).to_string();
    (bare != raw).then_some(bare)
}

/// Whether what is said in this server, or in private, is told to a shard. What cannot be read is
/// looked for by them all.
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
    // Where others talk among themselves and were only answered alone, nothing was asked of us.
    let silent: Vec<_> =
        silent.filter(|(chat, said)| said.is_some() || chat.starts_with('@')).collect();
    // Where nothing was said, a person is looked for in private.
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
        // A thread is older than anything said in it. Taken for a private chat, what was said there
        // would be answered as if it were one.
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
    fn a_message_without_its_words_still_says_where_to_look() {
        let raw = r#"{"t":"MESSAGE_CREATE","d":{"id":"7","channel_id":"5","content":"secreto"}}"#;
        let bare = bare(raw).expect("there are words to leave out");
        assert!(!bare.contains("secreto"));
        let (kept, was) = (heard(&bare), heard(raw));
        let place = |chat: Option<Watched>| chat.map(|c| (c.channel, c.guild, c.after));
        assert_eq!(place(kept), place(was));
        assert_eq!(super::bare(&bare), None, "once");
        assert!(super::bare("no JSON: secreto").is_some_and(|kept| !kept.contains("secreto")));
    }
}
