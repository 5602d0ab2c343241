//! Divides Discord's shards among the replicas of a desk: each shard is a lease. The platform says
//! how many shards there are, at the start and again when it refuses so few. The number is part of
//! a lease's name, so that replicas which were told different numbers listen at the same time, each
//! to all events, and the inbox keeps duplicates once. Deliberately absent: a number of the
//! operator's choice.

use std::{convert::Infallible, sync::Arc, time::Duration};

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::sync::watch;

use crate::{
    channel::discord::{
        gateway::{Gateway, ListenEnd, ListenOptions, Shard},
        intake::Intake,
    },
    worker::{
        Shutdown,
        leases::{Leases, Tenure},
        stopped,
    },
};

/// The listener of one bot.
pub(super) struct ShardListener {
    pub gateway: Gateway,
    /// The destination of every event.
    pub intake: Arc<Intake>,
    /// The prefix of the names of its leases.
    pub family: String,
}

/// How long a replica goes on listening to a shard that another replica has taken over: the new
/// holder has to begin a session first, and events before that would reach no replica.
const LINGER: Duration = Duration::from_secs(10);

impl ShardListener {
    /// Listens to this replica's shards until told to stop.
    ///
    /// # Errors
    /// When the platform refuses the bot in a way that only a person can change.
    pub async fn listen(&self, leases: &Leases, mut shutdown: Shutdown) -> anyhow::Result<()> {
        let Some(mut count) = self.gateway.shard_count(shutdown.clone()).await? else {
            return Ok(());
        };
        loop {
            tracing::info!(shards = count, "listening to Discord's gateway");
            let (divide, mut divided) = watch::channel(count);
            let (stop, stopping) = watch::channel(false);
            let shard = |shard| self.keep(leases, shard, &divide, stopping.clone());
            let mut listening: FuturesUnordered<_> = Shard::all(count).map(shard).collect();
            let mut ended = Ok(());
            loop {
                tokio::select! {
                    () = stopped(&mut shutdown), if !*stopping.borrow() => {}
                    Ok(()) = divided.changed() => {}
                    one = listening.next() => match one {
                        Some(one) => ended = ended.and(one),
                        None => break,
                    }
                }
                // Whichever branch it was, every shard ends with it.
                stop.send_replace(true);
            }
            ended?;
            if *shutdown.borrow() {
                return Ok(());
            }
            count = *divided.borrow();
        }
    }

    /// Listens to a shard whenever this replica holds its lease.
    async fn keep(
        &self,
        leases: &Leases,
        shard: Shard,
        divide: &watch::Sender<u64>,
        stop: Shutdown,
    ) -> anyhow::Result<()> {
        let leaving = stop.clone();
        let hear = async |tenure: Tenure, stop: Shutdown| {
            let (end, ending) = watch::channel(false);
            let patience = tenure.patience();
            let progress = tenure.progress();
            let listening = ListenOptions { patience, progress, shutdown: ending };
            let hearing = self.gateway.run(shard, &self.intake, listening);
            let end = tokio::select! {
                end = hearing => end?,
                never = linger(stop.clone(), leaving.clone(), end) => match never {},
            };
            if end == ListenEnd::Resharded {
                self.divide(shard, divide, stop).await?;
            }
            Ok(())
        };
        let name = format!("{}{shard}", self.family);
        leases.keep_one_of(&self.family, &name, stop, hear).await
    }

    /// The platform wants another number of shards: asks for the number.
    async fn divide(
        &self,
        shard: Shard,
        divide: &watch::Sender<u64>,
        stop: Shutdown,
    ) -> anyhow::Result<()> {
        match self.gateway.shard_count(stop.clone()).await? {
            Some(count) if count != shard.of => {
                tracing::info!(count, "Discord divides the bot into another number of shards");
                divide.send_replace(count);
            }
            // The platform refuses this number but names no other; the other shards continue.
            Some(count) => {
                tracing::warn!(count, "Discord refuses so few shards and names no other number");
                self.gateway.wait_longest(stop).await;
            }
            None => {}
        }
        Ok(())
    }
}

/// Ends a listener some time after it was told to stop, or at once when the desk is stopping; then
/// waits for ever.
async fn linger(mut stop: Shutdown, mut leaving: Shutdown, end: watch::Sender<bool>) -> Infallible {
    stopped(&mut stop).await;
    tokio::select! {
        () = stopped(&mut leaving) => {}
        () = tokio::time::sleep(LINGER) => {}
    }
    end.send_replace(true);
    std::future::pending().await
}
