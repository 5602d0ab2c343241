//! Private chats that become known while the desk runs. A person who wrote for the first time while
//! the desk was away is unknown to the rows, and no bot is told of its private channels; the channel
//! becomes known when that person writes or presses something, or when the desk opens it. Then what
//! was said there before is fetched, and the inbox drops what it has. Deliberately absent: channels of
//! servers, where only what names the bot is meant for it, and chats that the rows know, which are
//! looked into whenever a session begins.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::sync::mpsc;

use super::watched::look_back;
use crate::{
    app::House,
    channel::discord::{
        Opened,
        backfill::{self, Watched},
        http::Http,
        intake::RawEvent,
    },
    domain::time::Timestamp,
    service::inbox,
};

/// What a lane of a private chat begins with, behind its source.
const PERSON: char = '@';

/// Notices private chats that nothing was known of.
#[derive(Clone)]
pub(super) struct Finder {
    shared: Arc<Shared>,
    line: mpsc::UnboundedSender<Found>,
}

struct Shared {
    source: String,
    /// The lanes that need no looking into. It grows with the people that this process meets, and
    /// is never emptied: what was fetched long ago may have left the inbox by now.
    known: Mutex<HashSet<String>>,
    /// Since when this process hears all that is said in chats that it knows.
    listening: Mutex<Timestamp>,
}

/// A private chat that became known.
struct Found {
    lane: String,
    channel: String,
    /// A message or an interaction of it.
    newest: u64,
    /// A chat in which a message was stored before this instant was looked into already; without an
    /// instant, any message counts.
    heard_before: Option<Timestamp>,
}

impl Finder {
    /// A finder for one bot, and what looks into the chats that it finds.
    pub(super) fn new(source: &str, now: Timestamp) -> (Self, Search) {
        let (line, found) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            source: source.to_owned(),
            known: Mutex::default(),
            listening: Mutex::new(now),
        });
        (Self { shared, line }, Search { found })
    }

    /// A session began: these chats were looked into.
    pub(super) fn covered(&self, chats: &[Watched], now: Timestamp) {
        *self.shared.listening.lock().unwrap_or_else(PoisonError::into_inner) = now;
        let mut known = self.shared.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(
            chats.iter().filter(|chat| chat.guild.is_none()).map(|chat| chat.channel.clone()),
        );
    }

    /// Something was stored.
    pub(super) fn heard(&self, events: &[RawEvent]) {
        for event in events.iter().filter(|event| event.lane.starts_with(PERSON)) {
            if self.is_known(&event.lane) {
                continue;
            }
            let Ok(told) = serde_json::from_str::<Value>(&event.raw) else { continue };
            let text = |field: &str| told["d"][field].as_str();
            let newest = text("id").and_then(|id| id.parse().ok());
            let (Some(channel), Some(newest)) = (text("channel_id"), newest) else { continue };
            let listening = *self.shared.listening.lock().unwrap_or_else(PoisonError::into_inner);
            self.find(&event.lane, channel, newest, Some(listening));
        }
    }

    /// The desk opened a private chat.
    pub(super) fn opened(&self, opened: &Opened) {
        let lane = format!("{PERSON}{}", opened.person);
        if let Some(last) = opened.last.filter(|_| !self.is_known(&lane)) {
            self.find(&lane, &opened.channel.to_string(), last, None);
        }
    }

    fn is_known(&self, lane: &str) -> bool {
        self.shared.known.lock().unwrap_or_else(PoisonError::into_inner).contains(lane)
    }

    fn find(&self, lane: &str, channel: &str, newest: u64, heard_before: Option<Timestamp>) {
        let news = {
            let mut known = self.shared.known.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(lane.to_owned()) & known.insert(channel.to_owned())
        };
        if news {
            let lane = format!("{}:{lane}", self.shared.source);
            // Without its other end the desk is closing.
            let _ =
                self.line.send(Found { lane, channel: channel.to_owned(), newest, heard_before });
        }
    }
}

/// Looks into the chats that were found, one after the other.
pub(super) struct Search {
    found: mpsc::UnboundedReceiver<Found>,
}

impl Search {
    /// Goes on for as long as the finder is there.
    pub(super) async fn run<S, F>(mut self, house: House, http: Arc<Http>, store: S)
    where
        S: Fn(Vec<RawEvent>) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        while let Some(found) = self.found.recv().await {
            let reader = house.database.reader();
            match inbox::is_heard(reader, &found.lane, found.heard_before).await {
                Ok(true) => continue,
                Ok(false) => {}
                // Looking into a chat in vain costs a request; what is there already is dropped.
                Err(error) => tracing::warn!(%error, "what was heard in a chat cannot be read"),
            }
            let after = Some(look_back(found.newest));
            let chat = Watched { channel: found.channel, guild: None, after };
            let messages = backfill::fill(&http, &[chat], &store).await;
            tracing::info!(messages, "a private chat became known and was looked into");
        }
    }
}
