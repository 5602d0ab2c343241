//! The threads of tickets: private, made once and found again, so that one whose answer was lost is
//! not made twice. Deliberately absent: when one is made or put away, and who is let in.

use serde_json::{Value, json};

use super::{
    Discord, Failure,
    errors::code,
    http::Call,
    places::{PRIVATE_THREAD, SLEEPS_AFTER, Target},
    snowflake,
};
use crate::channel::Plan;

/// How many archived threads are looked through: those made last come first.
const LOOKED_THROUGH: u8 = 100;

impl Discord {
    /// The thread of this name in this place, made unless it is there.
    pub(super) async fn thread(&self, plan: &Plan<'_>) -> Result<u64, Failure> {
        let Some(Target::Channel(place)) = Target::read(plan.place) else {
            return Err(not_a("channel"));
        };
        if let Some(thread) = self.standing(place, plan.name).await? {
            return Ok(thread);
        }
        let made = match self.make(place, plan.name).await {
            // A community's filter refuses words of the title; the number names the ticket as well.
            Err(failure) if failure.is_any(&[code::INVALID_BODY]) => {
                let name = neutral(plan.name);
                if name == plan.name {
                    return Err(failure);
                }
                if let Some(thread) = self.standing(place, name).await? {
                    return Ok(thread);
                }
                tracing::info!(name, "the name of a thread was refused; its number serves");
                self.make(place, name).await?
            }
            made => made?,
        };
        snowflake(&made["id"]).ok_or_else(|| Failure::Lost("the answer names no thread".to_owned()))
    }

    async fn make(&self, place: u64, name: &str) -> Result<Value, Failure> {
        let body = json!({
            "name": name,
            "type": PRIVATE_THREAD,
            // Whoever has the ticket may bring colleagues in.
            "invitable": true,
            "auto_archive_duration": SLEEPS_AFTER,
        });
        self.http.ask(Call::post(format!("/channels/{place}/threads"), body)).await
    }

    async fn standing(&self, place: u64, name: &str) -> Result<Option<u64>, Failure> {
        let channel = self.http.ask(Call::get(format!("/channels/{place}"))).await?;
        let Some(guild) = snowflake(&channel["guild_id"]) else {
            return Err(not_a("channel of a server"));
        };
        let active = Call::get(format!("/guilds/{guild}/threads/active"));
        if let Some(thread) = self.ours(&self.http.ask(active).await?, place, name) {
            return Ok(Some(thread));
        }
        let path = format!("/channels/{place}/users/@me/threads/archived/private");
        match self.http.ask(Call::get(format!("{path}?limit={LOOKED_THROUGH}"))).await {
            Ok(archived) => Ok(self.ours(&archived, place, name)),
            // Without the right to read what was said, nothing archived can be found again.
            Err(Failure::Refused { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The thread of this name among these that we made for a ticket. One of the same name that
    /// somebody else made, or that we made for one person alone, would show notes to whoever it
    /// belongs to.
    fn ours(&self, threads: &Value, place: u64, name: &str) -> Option<u64> {
        let mine = |thread: &&Value| {
            snowflake(&thread["parent_id"]) == Some(place)
                && thread["type"] == PRIVATE_THREAD
                && thread["name"] == name
                && snowflake(&thread["owner_id"]) == Some(self.user_id)
                && thread["thread_metadata"]["invitable"] == true
        };
        snowflake(&threads["threads"].as_array()?.iter().find(mine)?["id"])
    }

    /// Lets an account into a thread; a thread that sleeps is woken up for it.
    pub(super) async fn let_in(&self, thread: &str, account: &str) -> Result<(), Failure> {
        let thread = channel(thread)?;
        let account: u64 = account.parse().map_err(|_| not_a("account"))?;
        let call = Call::put(format!("/channels/{thread}/thread-members/{account}"), None);
        self.awake(thread, call).await.map(drop)
    }

    /// Archives a thread, or takes it out again.
    pub(super) async fn put_away(&self, thread: &str, archived: bool) -> Result<(), Failure> {
        let thread = channel(thread)?;
        let change = json!({ "archived": archived });
        match self.http.ask(Call::patch(format!("/channels/{thread}"), change)).await {
            // It sleeps already.
            Err(failure) if archived && failure.is_any(&[code::THREAD_ARCHIVED]) => Ok(()),
            other => other.map(drop),
        }
    }
}

/// A name without words of a person: the number that it begins with.
fn neutral(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn channel(key: &str) -> Result<u64, Failure> {
    match Target::read(key) {
        Some(Target::Channel(channel)) => Ok(channel),
        _ => Err(not_a("thread")),
    }
}

/// What is refused here, before anything is asked of the platform.
fn not_a(what: &str) -> Failure {
    Failure::Refused { status: 400, code: 0, message: format!("not a key of a {what}") }
}
