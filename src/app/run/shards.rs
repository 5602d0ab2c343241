//! Who of a desk's replicas listens to which of Discord's shards: each is a lease of its own, and they
//! divide them. How many there are the platform says, at the start and again when it will not have so
//! few; the number is part of a lease's name, so that replicas which were told different ones listen
//! side by side, each to all of it, and the inbox keeps once what comes twice. Deliberately absent: a
//! number of the operator's choice.

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
        leases::{Leases, Term},
        stopped,
    },
};

/// What listens to one bot.
pub(super) struct Ears {
    /// Its gateway.
    pub gateway: Gateway,
    /// Where everything goes that is heard.
    pub intake: Arc<Intake>,
    /// What its leases' names begin with.
    pub family: String,
}

/// How long a replica goes on listening to what another has taken over: that one has to begin a session
/// first, and what somebody does meanwhile would be told to nobody.
const LINGER: Duration = Duration::from_secs(10);

impl Ears {
    /// Listens to this replica's part until told to stop.
    ///
    /// # Errors
    /// When the platform refuses us in a way that only a person can change.
    pub async fn listen(&self, leases: &Leases, mut shutdown: Shutdown) -> anyhow::Result<()> {
        let Some(mut count) = self.gateway.shard_count(shutdown.clone()).await? else {
            return Ok(());
        };
        loop {
            tracing::info!(shards = count, "Discord's gateway is listened to");
            let (divide, mut divided) = watch::channel(count);
            let (stop, stopping) = watch::channel(false);
            let shard = |shard| self.keep(leases, (shard, &divide), stopping.clone());
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
                // Whatever it was, all of them end with it.
                stop.send_replace(true);
            }
            ended?;
            if *shutdown.borrow() {
                return Ok(());
            }
            count = *divided.borrow();
        }
    }

    /// Listens to a shard whenever it is this replica's.
    async fn keep(
        &self,
        leases: &Leases,
        (shard, divide): (Shard, &watch::Sender<u64>),
        stop: Shutdown,
    ) -> anyhow::Result<()> {
        let leaving = stop.clone();
        let hear = async |term: Term, stop: Shutdown| {
            let (end, ending) = watch::channel(false);
            let (patience, progress) = (term.patience(), term.progress());
            let listening = ListenOptions { patience, progress, shutdown: ending };
            let hearing = self.gateway.run(shard, &self.intake, listening);
            let end = tokio::select! {
                end = hearing => end?,
                never = linger(stop.clone(), leaving.clone(), end) => match never {},
            };
            if end == ListenEnd::Resharded {
                self.divide((shard, divide), stop).await?;
            }
            Ok(())
        };
        let name = format!("{}{shard}", self.family);
        leases.keep_one_of((&self.family, &name), stop, hear).await
    }

    /// The platform wants another number of shards: asks which.
    async fn divide(
        &self,
        (shard, divide): (Shard, &watch::Sender<u64>),
        stop: Shutdown,
    ) -> anyhow::Result<()> {
        match self.gateway.shard_count(stop.clone()).await? {
            Some(count) if count != shard.of => {
                tracing::info!(count, "Discord divides the bot into another number of shards");
                divide.send_replace(count);
            }
            // It has not made up its mind; the other shards go on meanwhile.
            Some(count) => {
                tracing::warn!(count, "Discord refuses so few shards and names no other number");
                self.gateway.wait_longest(stop).await;
            }
            None => {}
        }
        Ok(())
    }
}

/// Ends what goes on a while after it was told to stop, or at once when the desk is leaving; then waits
/// for ever.
async fn linger(mut stop: Shutdown, mut leaving: Shutdown, end: watch::Sender<bool>) -> Infallible {
    stopped(&mut stop).await;
    tokio::select! {
        () = stopped(&mut leaving) => {}
        () = tokio::time::sleep(LINGER) => {}
    }
    end.send_replace(true);
    std::future::pending().await
}
