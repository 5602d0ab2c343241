//! Private chats that become known while the desk runs. A person who wrote for the first time while
//! the desk was away has no row, and no API lists a bot's private channels. Such a channel becomes
//! known when the person writes or presses a button, or when the desk opens it. Its earlier
//! messages are then fetched, and the inbox drops those it has. Deliberately absent: channels of
//! servers, where only messages that name the bot are meant for it, and chats with rows, which are
//! fetched at the beginning of every session.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use tokio::sync::mpsc;

use super::watched_chats::look_back;
use crate::{
    app::App,
    channel::discord::{
        Opened,
        backfill::{self, Watched},
        http::Http,
        intake::RawEvent,
    },
    domain::time::Timestamp,
    service::inbox,
};

/// How the lane of a private chat begins, after its source.
const PERSON: char = '@';

/// Notices unknown private chats.
#[derive(Clone)]
pub(super) struct Finder {
    shared: Arc<Shared>,
    line: mpsc::UnboundedSender<Found>,
}

struct Shared {
    source: String,
    /// The lanes that need no fetch. The set grows with the people that this process meets, and is
    /// never emptied: messages that were fetched long ago may have left the inbox.
    known: Mutex<HashSet<String>>,
    /// Since when this process receives every event of the known chats.
    listening: Mutex<Timestamp>,
}

/// A private chat that became known.
struct Found {
    lane: String,
    channel: String,
    /// The id of one of its messages or interactions.
    newest: u64,
    /// A chat with a message stored before this instant was fetched already; `None` counts any
    /// message.
    heard_before: Option<Timestamp>,
}

impl Finder {
    /// A finder for one bot, and the search that fetches the chats it finds.
    pub(super) fn new(source: &str, now: Timestamp) -> (Self, Search) {
        let (line, found) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            source: source.to_owned(),
            known: Mutex::default(),
            listening: Mutex::new(now),
        });
        (Self { shared, line }, Search { found })
    }

    /// A session began, and these chats were fetched.
    pub(super) fn covered(&self, chats: &[Watched], now: Timestamp) {
        *self.shared.listening.lock().unwrap_or_else(PoisonError::into_inner) = now;
        let mut known = self.shared.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(
            chats.iter().filter(|chat| chat.guild.is_none()).map(|chat| chat.channel.clone()),
        );
    }

    /// These events were stored.
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
            // When the receiver is gone the desk is closing.
            let _ =
                self.line.send(Found { lane, channel: channel.to_owned(), newest, heard_before });
        }
    }
}

/// Fetches the messages of the found chats, one chat after the other.
pub(super) struct Search {
    found: mpsc::UnboundedReceiver<Found>,
}

impl Search {
    /// Runs for as long as the finder exists.
    pub(super) async fn run<S, F>(mut self, app: App, http: Arc<Http>, store: S)
    where
        S: Fn(Vec<RawEvent>) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        while let Some(found) = self.found.recv().await {
            let reader = app.database.reader();
            match inbox::is_heard(reader, &found.lane, found.heard_before).await {
                Ok(true) => continue,
                Ok(false) => {}
                // A needless fetch costs one request; the inbox drops messages that it has.
                Err(error) => tracing::warn!(%error, "the messages of a chat cannot be read"),
            }
            let after = Some(look_back(found.newest));
            let chat = Watched { channel: found.channel, guild: None, after };
            let messages = backfill::fill(&http, &[chat], &store).await;
            tracing::info!(messages, "a private chat became known; its messages were fetched");
        }
    }
}
