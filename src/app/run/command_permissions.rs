//! Compares the bot's permissions in the linked channels with those it needs, at the start and
//! every hour. A missing permission is logged, and the administrators are told once until it is
//! granted. One replica does this at a time. Deliberately absent: a record of what the
//! administrators were told; a restart tells them again.

use std::{collections::HashSet, sync::Arc, time::Duration};

use crate::{
    app::App,
    channel::discord::{Discord, permissions::Permission},
    chat::notify::permissions::{self, Missing},
    domain::channel::ChannelKind,
    service::{Error, Result, people},
    worker::{
        Shutdown,
        leases::{Leases, Tenure},
        stopped,
    },
};

const EVERY: Duration = Duration::from_secs(60 * 60);
/// The next comparison begins within this time after the pause.
const REPORT: Duration = Duration::from_secs(5 * 60);

pub(super) struct Permitted {
    pub app: App,
    pub discord: Discord,
    pub name: String,
}

impl Permitted {
    /// Compares until told to stop, whenever this replica holds the lease.
    pub(super) async fn run(&self, leases: Arc<Leases>, shutdown: Shutdown) {
        let compare = async |tenure: Tenure, mut stop: Shutdown| {
            let mut told = HashSet::new();
            loop {
                tenure.progress().next_within(EVERY + REPORT);
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

    /// Compares once; `told` holds the gaps that administrators know.
    async fn compare(&self, told: &mut HashSet<(String, &'static str)>) -> Result<()> {
        let reader = self.app.database.reader();
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
        let desk = &self.app.desk;
        let now = self.app.clock.now();
        self.app
            .database
            .write(|tx| {
                Box::pin(async move {
                    permissions::missing(tx, desk, missing, now).await?;
                    Ok::<_, Error>(())
                })
            })
            .await?;
        self.app.wake.outbox.notify_all();
        Ok(())
    }
}
