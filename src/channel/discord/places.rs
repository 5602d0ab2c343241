//! The channel behind a chat key: the private channel of a person, which has to be opened once, or the
//! fallback place for a person whose private messages are closed. Both are cached and forgotten when a
//! delivery there is refused.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use serde_json::json;
use serenity::all::{
    AutoArchiveDuration, ChannelType, CreateThread, GuildChannel, PrivateChannel, ThreadsData, User,
};

use super::{
    Failure,
    http::{Call, Http},
    server_channel,
};

/// Cached places; beyond that the cache is emptied.
const MANY: usize = 10_000;
/// The longest name of a person in the name of their thread, in characters.
const NAME: usize = 60;

/// A thread that only its members see, archived after a week of silence, which is the longest time.
pub(super) fn private_thread(name: &str) -> CreateThread<'static> {
    CreateThread::new(name)
        .kind(ChannelType::PrivateThread)
        .auto_archive_duration(AutoArchiveDuration::OneWeek)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// `@123`: a person's private channel.
    Person(u64),
    /// `#123`, or bare digits: a channel or thread.
    Channel(u64),
}

impl Target {
    pub(super) fn read(key: &str) -> Option<Self> {
        match key.strip_prefix('@') {
            Some(person) => person.parse().ok().map(Self::Person),
            None => key.strip_prefix('#').unwrap_or(key).parse().ok().map(Self::Channel),
        }
    }
}

/// The place for a person whose private messages are closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fallback {
    /// The channel or thread.
    pub channel: u64,
    /// Whether other people read along.
    pub public: bool,
}

#[derive(Debug, Default)]
struct Known {
    /// Private channels by person.
    private: HashMap<u64, u64>,
    /// Fallback threads by person.
    fallbacks: HashMap<u64, u64>,
}

/// A private channel that the desk has just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    pub person: u64,
    pub channel: u64,
    /// The newest message in it.
    pub last: Option<u64>,
}

type OnOpened = Box<dyn Fn(Opened) + Send + Sync>;

pub struct Places {
    http: Arc<Http>,
    /// The operator's channel for persons whose private messages are closed.
    fallback: Option<u64>,
    known: Mutex<Known>,
    on_opened: OnceLock<OnOpened>,
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("fallback", &self.fallback).finish_non_exhaustive()
    }
}

impl Places {
    pub(super) fn new(http: Arc<Http>, fallback: Option<u64>) -> Self {
        Self { http, fallback, known: Mutex::default(), on_opened: OnceLock::new() }
    }

    /// Calls `act` for each private channel that is opened from now on. Only the first call of this takes
    /// effect.
    pub(super) fn on_opened(&self, act: OnOpened) {
        let _ = self.on_opened.set(act);
    }

    /// The channel of a chat.
    pub(super) async fn channel(&self, target: Target) -> Result<u64, Failure> {
        let person = match target {
            Target::Channel(channel) => return Ok(channel),
            Target::Person(person) => person,
        };
        if let Some(channel) = self.known().private.get(&person) {
            return Ok(*channel);
        }
        let body = json!({ "recipient_id": person.to_string() });
        let opened: PrivateChannel =
            self.http.ask_for(Call::post("/users/@me/channels", body)).await?;
        let channel = opened.id.get();
        if let Some(act) = self.on_opened.get() {
            let last = opened.last_message_id.map(|message| message.get());
            act(Opened { person, channel, last });
        }
        let mut known = self.known();
        if known.private.len() >= MANY {
            known.private.clear();
        }
        known.private.insert(person, channel);
        Ok(channel)
    }

    /// Forgets the cached places of a person, because a delivery was refused.
    pub(super) fn forget(&self, target: Target) {
        if let Target::Person(person) = target {
            let mut known = self.known();
            known.private.remove(&person);
            known.fallbacks.remove(&person);
        }
    }

    /// The place for a person whose private messages are closed: a thread of their own, or the operator's
    /// channel where the bot cannot create threads. `None` when the operator named no channel.
    pub(super) async fn fallback(&self, person: u64) -> Result<Option<Fallback>, Failure> {
        let Some(parent) = self.fallback else { return Ok(None) };
        let kept = self.known().fallbacks.get(&person).copied();
        if let Some(channel) = kept {
            return Ok(Some(Fallback { channel, public: false }));
        }
        let thread = match self.existing_thread(parent, person).await {
            Some(thread) => Ok(thread),
            None => self.create_thread(parent, person).await,
        };
        match thread {
            Ok(channel) => {
                let mut known = self.known();
                if known.fallbacks.len() >= MANY {
                    known.fallbacks.clear();
                }
                known.fallbacks.insert(person, channel);
                Ok(Some(Fallback { channel, public: false }))
            }
            Err(Failure::Refused { code, message, .. }) => {
                tracing::warn!(
                    code,
                    message,
                    "could not create a private thread for a person whose private messages are closed"
                );
                Ok(Some(Fallback { channel: parent, public: true }))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The person's thread, created before the last start.
    async fn existing_thread(&self, parent: u64, person: u64) -> Option<u64> {
        let channel = self.http.ask(Call::get(format!("/channels/{parent}"))).await.ok()?;
        let guild = server_channel(channel).ok()??.guild_id;
        let active = Call::get(format!("/guilds/{guild}/threads/active"));
        let active: ThreadsData = self.http.ask_for(active).await.ok()?;
        let name = name_ending(person);
        let theirs = |thread: &&GuildChannel| {
            thread.parent_id.is_some_and(|id| id.get() == parent)
                && thread.kind == ChannelType::PrivateThread
                // A ticket's thread, whose title may have the same ending, is open to colleagues.
                && !thread.thread_metadata.is_some_and(|thread| thread.invitable)
                && thread.name.ends_with(&name)
        };
        active.threads.iter().find(theirs).map(|thread| thread.id.get())
    }

    async fn create_thread(&self, parent: u64, person: u64) -> Result<u64, Failure> {
        let account = self.http.ask_for::<User>(Call::get(format!("/users/{person}"))).await.ok();
        let name = account.map(|account| account.global_name.unwrap_or(account.name));
        let name: String = name.unwrap_or_default().chars().take(NAME).collect();
        let name = format!("{name}{}", name_ending(person));
        let thread = private_thread(name.trim()).invitable(false);
        let path = format!("/channels/{parent}/threads");
        let thread: GuildChannel = self.http.ask_for(Call::post(path, json!(thread))).await?;
        let thread = thread.id.get();
        let member = format!("/channels/{thread}/thread-members/{person}");
        self.http.ask(Call::put(member, None)).await?;
        Ok(thread)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is a single step, so a panicking thread leaves the value consistent.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The ending of the name of a person's thread, by which the thread is found again.
fn name_ending(person: u64) -> String {
    format!(" · {person}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chat_keys_are_read() {
        assert_eq!(Target::read("@12"), Some(Target::Person(12)));
        assert_eq!(Target::read("#12"), Some(Target::Channel(12)));
        assert_eq!(Target::read("12"), Some(Target::Channel(12)));
        for wrong in ["", "@", "#x", "-5"] {
            assert_eq!(Target::read(wrong), None, "{wrong}");
        }
    }
}
