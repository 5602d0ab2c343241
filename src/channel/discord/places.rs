//! Where a chat key leads: a person's private channel, which has to be opened once, or the place
//! in which somebody is reached whose private channel is closed to us. Both are kept in mind and
//! forgotten when they fail.

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

use serde_json::{Value, json};

use super::{
    Failure,
    http::{Call, Http},
    snowflake,
};

/// Places kept in mind; beyond that all are asked for again.
const MANY: usize = 10_000;
/// Minutes of silence after which a thread sleeps: a week, the longest there is.
pub(super) const SLEEPS_AFTER: u32 = 10_080;
/// A thread that nobody sees who was not added.
pub(super) const PRIVATE_THREAD: u8 = 12;

/// A chat key, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    /// `@123`: a person's private channel.
    Person(u64),
    /// `#123`, or bare digits: a channel or thread.
    Channel(u64),
}

impl Target {
    /// Reads a chat key.
    pub(super) fn read(key: &str) -> Option<Self> {
        match key.strip_prefix('@') {
            Some(person) => person.parse().ok().map(Self::Person),
            None => key.strip_prefix('#').unwrap_or(key).parse().ok().map(Self::Channel),
        }
    }
}

/// Where somebody is reached instead of in private.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refuge {
    /// The channel or thread.
    pub channel: u64,
    /// Whether others read along.
    pub public: bool,
}

#[derive(Debug, Default)]
struct Known {
    private: HashMap<u64, u64>,
    refuges: HashMap<u64, u64>,
}

/// A private chat that the desk has just opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The person.
    pub person: u64,
    /// The channel.
    pub channel: u64,
    /// The last message that was ever written there.
    pub last: Option<u64>,
}

/// What is told of private chats that the desk opens.
type Told = Box<dyn Fn(Opened) + Send + Sync>;

/// The places of one bot.
pub struct Places {
    http: Arc<Http>,
    fallback: Option<u64>,
    known: Mutex<Known>,
    opened: OnceLock<Told>,
}

impl fmt::Debug for Places {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Places").field("fallback", &self.fallback).finish_non_exhaustive()
    }
}

impl Places {
    pub(super) fn new(http: Arc<Http>, fallback: Option<u64>) -> Self {
        Self { http, fallback, known: Mutex::default(), opened: OnceLock::new() }
    }

    /// Tells `told` of each private chat that is opened from now on. The first caller stays.
    pub(super) fn when_opened(&self, told: Told) {
        let _ = self.opened.set(told);
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
        let opened = self.http.ask(Call::post("/users/@me/channels", body)).await?;
        let channel = snowflake(&opened["id"]).ok_or_else(unreadable)?;
        if let Some(told) = self.opened.get() {
            told(Opened { person, channel, last: last_message(&opened) });
        }
        let mut known = self.known();
        if known.private.len() >= MANY {
            known.private.clear();
        }
        known.private.insert(person, channel);
        Ok(channel)
    }

    /// Forgets where a person is reached, because it failed.
    pub(super) fn forget(&self, target: Target) {
        if let Target::Person(person) = target {
            let mut known = self.known();
            known.private.remove(&person);
            known.refuges.remove(&person);
        }
    }

    /// Where somebody is reached whose private channel is closed: a thread of their own, or the
    /// channel itself where threads cannot be made. None when the operator named no channel.
    pub(super) async fn refuge(&self, person: u64) -> Result<Option<Refuge>, Failure> {
        let Some(fallback) = self.fallback else { return Ok(None) };
        let kept = self.known().refuges.get(&person).copied();
        if let Some(channel) = kept {
            return Ok(Some(Refuge { channel, public: false }));
        }
        let thread = match self.standing(fallback, person).await {
            Some(thread) => Ok(thread),
            None => self.make_thread(fallback, person).await,
        };
        match thread {
            Ok(channel) => {
                let mut known = self.known();
                if known.refuges.len() >= MANY {
                    known.refuges.clear();
                }
                known.refuges.insert(person, channel);
                Ok(Some(Refuge { channel, public: false }))
            }
            Err(Failure::Refused { code, message, .. }) => {
                tracing::warn!(
                    code,
                    message,
                    "no private thread for a person whose messages are closed"
                );
                Ok(Some(Refuge { channel: fallback, public: true }))
            }
            Err(failure) => Err(failure),
        }
    }

    /// The person's thread, made before the last start.
    async fn standing(&self, fallback: u64, person: u64) -> Option<u64> {
        let channel = self.http.ask(Call::get(format!("/channels/{fallback}"))).await.ok()?;
        let guild = snowflake(&channel["guild_id"])?;
        let path = format!("/guilds/{guild}/threads/active");
        let active = self.http.ask(Call::get(path)).await.ok()?;
        let mine = |thread: &&serde_json::Value| {
            snowflake(&thread["parent_id"]) == Some(fallback)
                && thread["type"] == PRIVATE_THREAD
                // A ticket's thread, whose title may end as anything, is open to colleagues.
                && thread["thread_metadata"]["invitable"] != true
                && thread["name"].as_str().is_some_and(|name| name.ends_with(&mark(person)))
        };
        snowflake(&active["threads"].as_array()?.iter().find(mine)?["id"])
    }

    async fn make_thread(&self, fallback: u64, person: u64) -> Result<u64, Failure> {
        let account =
            self.http.ask(Call::get(format!("/users/{person}"))).await.unwrap_or_default();
        let name = account["global_name"].as_str().or_else(|| account["username"].as_str());
        let name: String = name.unwrap_or_default().chars().take(60).collect();
        let body = json!({
            "name": format!("{name}{}", mark(person)).trim(),
            "type": PRIVATE_THREAD,
            "invitable": false,
            "auto_archive_duration": SLEEPS_AFTER,
        });
        let path = format!("/channels/{fallback}/threads");
        let thread = self.http.ask(Call::post(path, body)).await?;
        let thread = snowflake(&thread["id"]).ok_or_else(unreadable)?;
        let member = format!("/channels/{thread}/thread-members/{person}");
        self.http.ask(Call::put(member, None)).await?;
        Ok(thread)
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Every change is a single step, so what a panicking thread left behind is whole.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn last_message(channel: &Value) -> Option<u64> {
    snowflake(&channel["last_message_id"])
}

/// What a person's thread is found by.
fn mark(person: u64) -> String {
    format!(" · {person}")
}

fn unreadable() -> Failure {
    Failure::Lost("the answer names no channel".to_owned())
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
