//! Where something may have been said while nobody listened: the chats in which somebody wrote
//! before, and the threads of open tickets, whether somebody did or not. Deliberately absent:
//! threads of tickets that are over, which become more every day.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use crate::{
    app::House,
    channel::discord::{
        backfill::{self, Watched},
        http::Http,
    },
    domain::channel::ChannelKind,
    entity::thread,
    service::{Error, inbox, threads},
};

/// What is fetched, each chat with the last message that was seen there.
pub(super) async fn watched(house: &House, http: &Http, source: &str) -> Vec<Watched> {
    let read = async {
        let conn = house.database.reader();
        let rows = inbox::last_messages(conn, source).await?;
        let over = threads::standing(conn, ChannelKind::Discord, true).await?;
        let open = threads::standing(conn, ChannelKind::Discord, false).await?;
        Ok::<_, Error>((rows, over, open))
    };
    let (rows, over, open) = match read.await {
        Ok(read) => read,
        Err(error) => {
            tracing::error!(%error, "what was seen last could not be read; nothing is fetched");
            return Vec::new();
        }
    };
    let over: HashSet<String> = over.iter().filter_map(number).collect();
    let mut watched: Vec<Watched> = rows.iter().filter_map(|row| chat(&row.raw)).collect();
    watched.retain(|chat| !over.contains(&chat.channel));
    let silent = silent(http, &open, &watched).await;
    watched.extend(silent);
    watched
}

/// The threads in which nobody wrote before.
async fn silent(http: &Http, open: &[thread::Model], seen: &[Watched]) -> Vec<Watched> {
    let mut guilds: HashMap<&str, Option<String>> = HashMap::new();
    let mut silent = Vec::new();
    for thread in open {
        let Some(channel) = number(thread) else { continue };
        if seen.iter().any(|known| known.channel == channel) {
            continue;
        }
        let place = thread.place.trim_start_matches('#');
        if !guilds.contains_key(place) {
            guilds.insert(place, backfill::guild(http, place).await);
        }
        // Taken for private, what was said there would be answered as if it were.
        if let Some(guild) = guilds.get(place).cloned().flatten() {
            silent.push(Watched { channel, guild: Some(guild), after: None });
        }
    }
    silent
}

fn number(thread: &thread::Model) -> Option<String> {
    Some(thread.chat_key.as_deref()?.trim_start_matches('#').to_owned())
}

fn chat(raw: &str) -> Option<Watched> {
    let raw: Value = serde_json::from_str(raw).ok()?;
    let text = |field: &str| raw["d"][field].as_str().map(str::to_owned);
    Some(Watched { channel: text("channel_id")?, guild: text("guild_id"), after: text("id") })
}
