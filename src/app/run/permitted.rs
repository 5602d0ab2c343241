//! Compares what the bot is allowed in the linked channels with what it needs, at the start and every
//! hour: what is missing is logged, and administrators are told once until it was given. One replica
//! does it at a time. Deliberately absent: a record of what was told; a restart tells it again.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    app::House,
    channel::discord::{Discord, permissions::Permission},
    chat::notify::permissions::{self, Missing},
    domain::channel::ChannelKind,
    service::{Error, Result, people},
    worker::{
        Shutdown,
        leases::{Leases, Term},
        stopped,
    },
};

/// How often the permissions are compared.
const EVERY: Duration = Duration::from_secs(60 * 60);
/// Within which time after that the next comparison has begun.
const REPORT: Duration = Duration::from_secs(5 * 60);

/// Compares the permissions of one bot.
pub(super) struct Permitted {
    pub house: House,
    pub discord: Discord,
    /// The name of the lease.
    pub name: String,
}

impl Permitted {
    /// Compares them until told to stop, whenever it is this replica's turn.
    pub(super) async fn run(&self, leases: Arc<Leases>, shutdown: Shutdown) {
        let compare = async |term: Term, mut stop: Shutdown| {
            let mut told = HashSet::new();
            loop {
                term.progress().next_within(EVERY + REPORT);
                if let Err(error) = self.compare(&mut told).await {
                    tracing::warn!(%error, "the bot's permissions could not be compared");
                }
                tokio::select! {
                    () = stopped(&mut stop) => return Ok(()),
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        };
        if let Err(error) = leases.keep(&self.name, shutdown, compare).await {
            tracing::error!("the bot's permissions are no longer compared: {error:#}");
        }
    }

    /// Compares them once; `told` holds what administrators know already.
    async fn compare(&self, told: &mut HashSet<(String, &'static str)>) -> Result<()> {
        let reader = self.house.database.reader();
        for chat in people::linked_chats(reader, ChannelKind::Discord).await? {
            let Ok(channel) = chat.trim_start_matches('#').parse() else { continue };
            let gaps = match self.discord.lacks(channel).await {
                Ok(gaps) => gaps,
                Err(failure) => {
                    tracing::warn!(channel, %failure, "a linked channel cannot be looked at");
                    continue;
                }
            };
            told.retain(|(known, key)| {
                *known != chat || gaps.missing.iter().any(|missing| missing.key == *key)
            });
            for Permission { key, name, without, .. } in gaps.missing {
                if !told.insert((chat.clone(), key)) {
                    continue;
                }
                tracing::warn!(
                    channel,
                    permission = name,
                    "the bot lacks a permission: {without}; give it to the bot's role in the \
                     channel's settings, under Permissions"
                );
                self.tell(&Missing { place: gaps.name.clone(), permission: key }).await?;
            }
        }
        Ok(())
    }

    async fn tell(&self, missing: &Missing) -> Result<()> {
        let (desk, now) = (&self.house.desk, self.house.clock.now());
        self.house
            .database
            .write(|tx| {
                Box::pin(async move {
                    permissions::missing(tx, desk, missing, now).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.house.wake.outbox.ring();
        Ok(())
    }
}
