//! Single-owner jobs: of all the replicas of a desk one polls a bot, one sends for it and one
//! sweeps; when that replica dies another takes over within fifteen seconds (G8). Work under a
//! lease holds a [`Tenure`]: each of its writes carries the lease's fencing token, and a call that
//! cannot be undone, such as a call to a platform, begins only while no other replica can hold the
//! lease. Leases of one family are divided among the replicas. A replica that cannot reach what the
//! work is for leaves the lease to others. Deliberately absent: an election; the database decides.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use self::{holder::Holder, wanted::WantedLease};
use super::{Shutdown, health::Health, stopped, supervise::Stalled};
use crate::{
    progress::Progress,
    service::{
        Result, Transaction,
        database::Database,
        leases::{self, Claim, Fence},
    },
};

mod holder;
mod wanted;

/// Work under a lease has to report progress for the first time within this time.
const FIRST_REPORT: Duration = Duration::from_secs(60);
/// How long work may take to end when it is told to, before it is aborted: longer than the courier
/// waits for its calls.
const LEAVING: Duration = Duration::from_secs(30);

/// The times of a lease.
#[derive(Debug, Clone, Copy)]
pub struct LeaseTimes {
    /// How long a lease lasts unless it is renewed.
    pub length: Duration,
    /// How often the holder renews it.
    pub renew_every: Duration,
    /// How often other replicas check whether it is free.
    pub look_every: Duration,
    /// How long before its end the holder stops trusting it.
    pub margin: Duration,
    /// How long the holder may reach nothing of what the work is for; twice as long after each time
    /// in a row.
    pub patience: Duration,
    /// How long a replica that left the lease leaves it to others.
    pub absence: Duration,
}

impl Default for LeaseTimes {
    fn default() -> Self {
        Self {
            length: Duration::from_secs(10),
            renew_every: Duration::from_secs(3),
            look_every: Duration::from_secs(1),
            margin: Duration::from_secs(2),
            patience: Duration::from_secs(10),
            absence: Duration::from_secs(5),
        }
    }
}

/// The leases of one process.
pub struct Leases {
    database: Database,
    times: LeaseTimes,
    me: Holder,
    held: Mutex<HashMap<String, Held>>,
    /// Locked while a lease of a family is taken, so that the count of the family's leases is
    /// right.
    dividing: tokio::sync::Mutex<()>,
    given_back: Notify,
    health: Health,
}

/// A lease that this process holds.
struct Held {
    fence: Fence,
    trusted_until: watch::Sender<Instant>,
    lost: watch::Sender<bool>,
    progress: Progress,
}

/// Ends the renewals of a lease when the work under it has ended, was dropped, or panicked.
struct Renewing<'l> {
    leases: &'l Leases,
    fence: Fence,
}

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        self.leases.ends(&self.fence);
    }
}

/// The time during which this process alone does a job.
#[derive(Debug, Clone, Default)]
pub struct Tenure(Option<Hold>);

#[derive(Debug, Clone)]
struct Hold {
    fence: Fence,
    trusted_until: watch::Receiver<Instant>,
    patience: Option<Duration>,
    progress: Progress,
}

impl Tenure {
    /// A tenure without a lease, for a desk that shares its database with no other process, such as
    /// one that tests step.
    pub fn alone() -> Self {
        Self(None)
    }

    /// Checks inside the transaction that this tenure lasts, and keeps the lease from changing
    /// hands before the transaction ends.
    ///
    /// # Errors
    /// [`crate::service::Error::LeaseLost`] when another replica has taken over.
    pub async fn hold(&self, tx: &Transaction) -> Result<()> {
        match &self.0 {
            Some(hold) => leases::hold(tx, &hold.fence).await,
            None => Ok(()),
        }
    }

    /// Whether no other replica can hold the lease at this moment. This machine's monotonic clock
    /// measures it from before the last renewal, so it holds even when a wall clock jumps.
    pub fn is_trusted(&self) -> bool {
        self.0.as_ref().is_none_or(|hold| Instant::now() < *hold.trusted_until.borrow())
    }

    /// For how long the work may reach nothing of what it is for; after that it has to end, and
    /// another replica may try. `None` where there is no other replica.
    pub fn patience(&self) -> Option<Duration> {
        self.0.as_ref()?.patience
    }

    /// The mark by which the work reports progress. A lease whose work is late is not renewed.
    pub fn progress(&self) -> Progress {
        self.0.as_ref().map(|hold| hold.progress.clone()).unwrap_or_default()
    }
}

impl Leases {
    /// A process that holds no lease yet.
    pub fn new(database: Database, times: LeaseTimes) -> Self {
        let me = Holder::this_process();
        let held = Mutex::default();
        let dividing = Default::default();
        let given_back = Notify::new();
        let health = Health::default();
        Self { database, times, me, held, dividing, given_back, health }
    }

    /// The same, with progress of the work shown in `health`.
    pub fn reporting_to(self, health: Health) -> Self {
        Self { health, ..self }
    }

    /// Runs `work` whenever this process holds the lease `name`, until told to stop. The work is
    /// told to stop when the lease is lost, and gets a new tenure when the lease is taken again.
    /// When the work ends by itself, the lease is left to other replicas for a moment.
    ///
    /// # Errors
    /// The error with which the work ends.
    pub async fn keep<W, F>(&self, name: &str, shutdown: Shutdown, work: W) -> anyhow::Result<()>
    where
        W: Fn(Tenure, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        self.keep_wanted(WantedLease::alone(name), shutdown, work).await
    }

    /// The same for one lease of a family, which the replicas divide among themselves. A replica
    /// that holds many leases of the family waits longer before it takes a free one, and a replica
    /// that holds at least two fewer than another takes one of its leases over. Until the former
    /// holder notices, both do the work, so this is for work that two replicas may do at once for a
    /// few seconds.
    ///
    /// # Errors
    /// The error with which the work ends.
    pub async fn keep_one_of<W, F>(
        &self,
        family: &str,
        name: &str,
        shutdown: Shutdown,
        work: W,
    ) -> anyhow::Result<()>
    where
        W: Fn(Tenure, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        self.keep_wanted(WantedLease::one_of(family, name), shutdown, work).await
    }

    async fn keep_wanted<W, F>(
        &self,
        mut wanted: WantedLease<'_>,
        mut shutdown: Shutdown,
        work: W,
    ) -> anyhow::Result<()>
    where
        W: Fn(Tenure, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        loop {
            let taken = tokio::select! {
                () = stopped(&mut shutdown) => return Ok(()),
                taken = self.wait_for(&mut wanted) => taken,
            };
            let (tenure, fence, mut lost) = taken;
            let _renewing = Renewing { leases: self, fence: fence.clone() };
            let stalled = || Stalled(format!("the work under the lease {}", fence.name));
            let begun = Instant::now();
            let progress = tenure.progress();
            let (stop, stopping) = watch::channel(false);
            let mut working = pin!(work(tenure, stopping));
            let told = tokio::select! {
                ended = &mut working => Err(ended),
                () = stopped(&mut shutdown) => Ok(()),
                () = stopped(&mut lost) => Ok(()),
                () = progress.late() => return Err(stalled().into()),
            };
            let left = told.is_err();
            let ended = match told {
                Err(ended) => ended,
                Ok(()) => {
                    stop.send_replace(true);
                    match tokio::time::timeout(LEAVING, working).await {
                        Ok(ended) => ended,
                        Err(_) => return Err(stalled().into()),
                    }
                }
            };
            self.give_back(&fence).await;
            ended?;
            if left {
                wanted.is_left(begun, Instant::now(), &self.times);
                tokio::select! {
                    () = stopped(&mut shutdown) => {}
                    () = tokio::time::sleep(self.times.absence) => {}
                }
            }
            if *shutdown.borrow() {
                return Ok(());
            }
        }
    }

    /// Renews every held lease, until told to stop and every lease was given back.
    pub async fn run(&self, mut shutdown: Shutdown) {
        let mut failing = false;
        loop {
            let over = async {
                stopped(&mut shutdown).await;
                while !self.held().is_empty() {
                    self.given_back.notified().await;
                }
            };
            tokio::select! {
                () = over => return,
                () = tokio::time::sleep(self.times.renew_every) => {}
            }
            let renewed = self.renew().await;
            match &renewed {
                Ok(()) if failing => tracing::info!("leases are renewed again"),
                Err(error) if !failing => tracing::warn!(%error, "leases cannot be renewed"),
                Ok(()) | Err(_) => {}
            }
            failing = renewed.is_err();
        }
    }

    /// Waits until this process holds the lease.
    async fn wait_for(&self, wanted: &mut WantedLease<'_>) -> (Tenure, Fence, Shutdown) {
        let name = wanted.name;
        loop {
            match self.take(wanted).await {
                Ok(Some(taken)) => return taken,
                Ok(None) => {}
                Err(error) => tracing::warn!(lease = name, %error, "a lease cannot be asked for"),
            }
            tokio::time::sleep(self.times.look_every).await;
        }
    }

    async fn take(
        &self,
        wanted: &mut WantedLease<'_>,
    ) -> Result<Option<(Tenure, Fence, Shutdown)>> {
        let _dividing = match wanted.family {
            Some(_) => Some(self.dividing.lock().await),
            None => None,
        };
        let name = wanted.name;
        let length = milliseconds(self.times.length);
        let standing = leases::observe(self.database.reader(), name, length).await?;
        let (seen, holder) = match &standing {
            Some((lease, free)) => (Some(lease.epoch), (!free).then_some(lease.holder.as_str())),
            None => (None, None),
        };
        // A lease that the database assigns to this process, but that this process does not know
        // of, is taken again: the answer to its claim was lost.
        let theirs = |holder: &str| holder != self.me.name() && !self.me.has_outlived(holder);
        let free = !holder.is_some_and(theirs);
        let mine = self.held_of(wanted);
        if free && !wanted.is_mine_to_take(mine, Instant::now(), &self.times) {
            return Ok(None);
        }
        if !free && !self.is_to_be_shared(wanted, holder, mine).await? {
            return Ok(None);
        }
        let begun = Instant::now();
        let claim = Claim { holder: self.me.name(), length, instead_of: holder };
        let taken: Result<Option<Fence>> = self
            .database
            .write(|tx| Box::pin(async move { leases::take(tx, name, claim, seen).await }))
            .await;
        // Only one program uses a SQLite file.
        let shared = self.database.is_shared();
        let patience = shared.then(|| wanted.patience(&self.times));
        Ok(taken?.map(|fence| self.taken(fence, begun, patience)))
    }

    /// How many leases of the family this process holds.
    fn held_of(&self, wanted: &WantedLease<'_>) -> usize {
        let Some(family) = wanted.family else { return 0 };
        self.held().keys().filter(|name| name.starts_with(family)).count()
    }

    /// Whether the present holder has so many more leases than this process that this lease has to
    /// change hands.
    async fn is_to_be_shared(
        &self,
        wanted: &mut WantedLease<'_>,
        holder: Option<&str>,
        mine: usize,
    ) -> Result<bool> {
        wanted.is_taken();
        if wanted.is_none_of_mine(Instant::now(), &self.times) {
            return Ok(false);
        }
        let (Some(family), Some(holder)) = (wanted.family, holder) else { return Ok(false) };
        let length = milliseconds(self.times.length);
        let theirs = leases::count_held(self.database.reader(), holder, family, length).await?;
        Ok(theirs >= mine + 2)
    }

    fn taken(
        &self,
        fence: Fence,
        begun: Instant,
        patience: Option<Duration>,
    ) -> (Tenure, Fence, Shutdown) {
        tracing::info!(lease = fence.name, epoch = fence.epoch, "this replica takes over");
        let (trusted_until, trust) = watch::channel(self.trust(begun));
        let (lost, losing) = watch::channel(false);
        let progress = Progress::within(FIRST_REPORT);
        self.health.watch(&fence.name, progress.clone());
        let of_tenure = progress.clone();
        let hold =
            Hold { fence: fence.clone(), trusted_until: trust, patience, progress: of_tenure };
        let tenure = Tenure(Some(hold));
        let held = Held { fence: fence.clone(), trusted_until, lost, progress };
        self.held().insert(fence.name.clone(), held);
        (tenure, fence, losing)
    }

    /// Renews in one statement every lease whose work makes progress, and notices lost leases. A
    /// lease that is not renewed expires, and another replica takes it.
    async fn renew(&self) -> Result<()> {
        // A lease that is taken while the renewal runs is not judged by it.
        let asked: Vec<Fence> = {
            let held = self.held();
            let going_on = held.values().filter(|lease| !lease.progress.is_late());
            going_on.map(|lease| lease.fence.clone()).collect()
        };
        if asked.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let length = milliseconds(self.times.length);
        let me = self.me.name();
        let names = asked.iter().map(|fence| fence.name.as_str());
        let names: &[&str] = &names.collect::<Vec<_>>();
        let mine: Result<Vec<Fence>> = self
            .database
            .write(|tx| Box::pin(async move { leases::renew(tx, me, names, length).await }))
            .await;
        let mine = mine?;
        let mut held = self.held();
        held.retain(|name, lease| {
            if mine.contains(&lease.fence) {
                lease.trusted_until.send_replace(self.trust(begun));
                return true;
            }
            if !asked.contains(&lease.fence) {
                return true;
            }
            tracing::warn!(lease = name, "another replica has taken over");
            lease.lost.send_replace(true);
            false
        });
        Ok(())
    }

    /// Best effort: a lease that cannot be given back expires by itself.
    async fn give_back(&self, fence: &Fence) {
        self.ends(fence);
        let given: Result<()> = self
            .database
            .write(|tx| Box::pin(async move { leases::release(tx, fence).await }))
            .await;
        if let Err(error) = given {
            tracing::warn!(lease = fence.name, %error, "a lease could not be given back");
        }
    }

    /// The work under the lease has ended, so the lease is not renewed.
    fn ends(&self, fence: &Fence) {
        let mut held = self.held();
        let before = held.len();
        held.retain(|_, lease| lease.fence != *fence);
        // A lease that was taken again since is watched under its new epoch.
        if held.len() < before || !held.contains_key(&fence.name) {
            self.health.forget(&fence.name);
        }
        drop(held);
        self.given_back.notify_one();
    }

    fn trust(&self, begun: Instant) -> Instant {
        begun + self.times.length.saturating_sub(self.times.margin)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        // Each change is one call, so a panicking thread leaves no half change behind.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
