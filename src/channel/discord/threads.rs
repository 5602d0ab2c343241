//! The threads of tickets: private, created once and found again by name, so that a thread whose creation
//! has an unknown outcome is not created twice. Deliberately absent: when a thread is created or archived,
//! and which accounts are added.

use serde_json::json;
use serenity::all::{ChannelType, EditThread, GuildChannel, ThreadsData};

use super::{
    Discord, Failure,
    errors::code,
    http::Call,
    places::{Target, private_thread},
    server_channel,
};
use crate::channel::Plan;

/// How many archived threads are searched, newest first.
const SEARCHED: u8 = 100;

impl Discord {
    /// The thread of this name in this place, created unless it exists.
    pub(super) async fn thread(&self, plan: &Plan<'_>) -> Result<u64, Failure> {
        let Some(Target::Channel(place)) = Target::read(plan.place) else {
            return Err(not_a_key_of("channel"));
        };
        if let Some(thread) = self.existing_ticket_thread(place, plan.name).await? {
            return Ok(thread);
        }
        let created = match self.create_ticket_thread(place, plan.name).await {
            // A word filter of the server refuses the title; the number alone names the ticket too.
            Err(failure) if failure.is_any(&[code::INVALID_BODY]) => {
                let name = number_of(plan.name);
                if name == plan.name {
                    return Err(failure);
                }
                if let Some(thread) = self.existing_ticket_thread(place, name).await? {
                    return Ok(thread);
                }
                tracing::info!(
                    name,
                    "the platform refused the name of a thread; the number replaces it"
                );
                self.create_ticket_thread(place, name).await?
            }
            created => created?,
        };
        Ok(created.id.get())
    }

    async fn create_ticket_thread(&self, place: u64, name: &str) -> Result<GuildChannel, Failure> {
        // Members of the thread may add colleagues.
        let thread = private_thread(name).invitable(true);
        self.http.ask_for(Call::post(format!("/channels/{place}/threads"), json!(thread))).await
    }

    async fn existing_ticket_thread(&self, place: u64, name: &str) -> Result<Option<u64>, Failure> {
        let channel = self.http.ask(Call::get(format!("/channels/{place}"))).await?;
        let Some(channel) = server_channel(channel)? else {
            return Err(not_a_key_of("channel of a server"));
        };
        let active = Call::get(format!("/guilds/{}/threads/active", channel.guild_id));
        let active: ThreadsData = self.http.ask_for(active).await?;
        if let Some(thread) = self.ticket_thread(&active, place, name) {
            return Ok(Some(thread));
        }
        let path = format!("/channels/{place}/users/@me/threads/archived/private");
        let archived = Call::get(format!("{path}?limit={SEARCHED}"));
        match self.http.ask_for::<ThreadsData>(archived).await {
            Ok(archived) => Ok(self.ticket_thread(&archived, place, name)),
            // Without the permission to read the message history, archived threads are not found.
            Err(Failure::Refused { .. }) => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// The thread of this name that the bot created for a ticket. A thread of the same name that a member
    /// created, or that the bot created for one person, would show internal notes to its members.
    fn ticket_thread(&self, among: &ThreadsData, place: u64, name: &str) -> Option<u64> {
        let ours = |thread: &&GuildChannel| {
            thread.parent_id.is_some_and(|id| id.get() == place)
                && thread.kind == ChannelType::PrivateThread
                && thread.name == name
                && thread.owner_id.is_some_and(|id| id.get() == self.user_id)
                && thread.thread_metadata.is_some_and(|thread| thread.invitable)
        };
        among.threads.iter().find(ours).map(|thread| thread.id.get())
    }

    /// Adds an account to a thread. An archived thread is opened first.
    pub(super) async fn add_to_thread(&self, thread: &str, account: &str) -> Result<(), Failure> {
        let thread = channel(thread)?;
        let account: u64 = account.parse().map_err(|_| not_a_key_of("account"))?;
        let call = Call::put(format!("/channels/{thread}/thread-members/{account}"), None);
        self.ask_unarchived(thread, call).await.map(drop)
    }

    /// Archives a thread, or opens an archived thread again.
    pub(super) async fn set_archived(&self, thread: &str, archived: bool) -> Result<(), Failure> {
        let thread = channel(thread)?;
        let change = json!(EditThread::new().archived(archived));
        match self.http.ask(Call::patch(format!("/channels/{thread}"), change)).await {
            // It is archived already.
            Err(failure) if archived && failure.is_any(&[code::THREAD_ARCHIVED]) => Ok(()),
            other => other.map(drop),
        }
    }
}

/// The number at the beginning of a thread's name, without words of a person.
fn number_of(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

fn channel(key: &str) -> Result<u64, Failure> {
    match Target::read(key) {
        Some(Target::Channel(channel)) => Ok(channel),
        _ => Err(not_a_key_of("thread")),
    }
}

/// A refusal by the desk itself, before any request.
fn not_a_key_of(what: &str) -> Failure {
    Failure::Refused { status: 400, code: 0, message: format!("not a key of a {what}") }
}
