//! Single-owner jobs: of all the replicas of a desk one polls a bot, one sends for it, one sweeps, and
//! when it is gone another does within fifteen seconds (G8). What somebody does under a lease is told
//! by a [`Term`]: its writes carry the lease's number, and what cannot be taken back, such as a call of
//! a platform, is only begun while nobody else can possibly have the lease. Several leases of one kind
//! are divided among those who are there. Who reaches nothing of what the work is for leaves it to
//! others. Deliberately absent: an election. The database decides.

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

use self::{holder::Holder, seat::Seat};
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
mod seat;

/// Within which time work under a lease has to report for the first time.
const FIRST_REPORT: Duration = Duration::from_secs(60);
/// How long work may take to end when it is told to, before it is broken off: longer than the courier
/// waits for its calls.
const LEAVING: Duration = Duration::from_secs(30);

/// How leases are kept.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// How long one lasts when it is not renewed.
    pub length: Duration,
    /// How often it is renewed.
    pub renew_every: Duration,
    /// How often somebody without it looks whether it is free.
    pub look_every: Duration,
    /// How long before its end its holder begins to doubt it.
    pub margin: Duration,
    /// How long its holder may reach nothing of what the work is for; twice as long each time in a row.
    pub patience: Duration,
    /// How long who left it leaves it to others.
    pub absence: Duration,
}

impl Default for Terms {
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
    terms: Terms,
    me: Holder,
    held: Mutex<HashMap<String, Held>>,
    /// Locked while one of several leases is taken, so that their number is right.
    dividing: tokio::sync::Mutex<()>,
    given_back: Notify,
    health: Health,
}

/// A lease that this process has.
struct Held {
    fence: Fence,
    trusted_until: watch::Sender<Instant>,
    lost: watch::Sender<bool>,
    progress: Progress,
}

/// Ends the renewals of a lease when the work under it is over, or was dropped, or panicked.
struct Renewing<'l> {
    leases: &'l Leases,
    fence: Fence,
}

impl Drop for Renewing<'_> {
    fn drop(&mut self) {
        self.leases.ends(&self.fence);
    }
}

/// The time during which this process alone does something.
#[derive(Debug, Clone, Default)]
pub struct Term(Option<Hold>);

#[derive(Debug, Clone)]
struct Hold {
    fence: Fence,
    trusted_until: watch::Receiver<Instant>,
    patience: Option<Duration>,
    progress: Progress,
}

impl Term {
    /// Of a desk that shares its database with nobody, such as one that is stepped by hand.
    pub fn alone() -> Self {
        Self(None)
    }

    /// Lets the transaction go on if this term is not over, and keeps it from ending meanwhile.
    ///
    /// # Errors
    /// [`crate::service::Error::LeaseLost`] when another replica has taken over.
    pub async fn hold(&self, tx: &Transaction) -> Result<()> {
        match &self.0 {
            Some(hold) => leases::hold(tx, &hold.fence).await,
            None => Ok(()),
        }
    }

    /// Whether nobody else can have the lease at this moment. Measured by this machine's monotonic
    /// clock from before the last renewal, it holds whatever the walls' clocks do.
    pub fn is_trusted(&self) -> bool {
        self.0.as_ref().is_none_or(|hold| Instant::now() < *hold.trusted_until.borrow())
    }

    /// For how long the work may reach nothing of what it is for; then it is to end, and another replica
    /// may try. `None` where there is no other.
    pub fn patience(&self) -> Option<Duration> {
        self.0.as_ref()?.patience
    }

    /// The mark by which the work reports that it goes on. A lease whose work is late is not renewed.
    pub fn progress(&self) -> Progress {
        self.0.as_ref().map(|hold| hold.progress.clone()).unwrap_or_default()
    }
}

impl Leases {
    /// None yet.
    pub fn new(database: Database, terms: Terms) -> Self {
        let (me, held, dividing) = (Holder::this_process(), Mutex::default(), Default::default());
        let (given_back, health) = (Notify::new(), Health::default());
        Self { database, terms, me, held, dividing, given_back, health }
    }

    /// The same, whose work is watched there.
    pub fn reporting_to(self, health: Health) -> Self {
        Self { health, ..self }
    }

    /// Does `work` whenever the lease `name` is this process's, until told to stop. The work is told to
    /// stop when the lease was lost, and given another term when it is had again. When it ends by
    /// itself, the lease is left to others for a moment.
    ///
    /// # Errors
    /// Those with which the work ends.
    pub async fn keep<W, F>(&self, name: &str, shutdown: Shutdown, work: W) -> anyhow::Result<()>
    where
        W: Fn(Term, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        self.keep_seat(Seat::alone(name), shutdown, work).await
    }

    /// The same for one of the leases whose names begin with `family`, which replicas divide among
    /// themselves: who has many of them leaves a free one to others for a moment, and who has two fewer
    /// than somebody else takes one of that one's over. Until that is noticed both do the work, so this
    /// is for what two may do at once for a few seconds.
    ///
    /// # Errors
    /// Those with which the work ends.
    pub async fn keep_one_of<W, F>(
        &self,
        (family, name): (&str, &str),
        shutdown: Shutdown,
        work: W,
    ) -> anyhow::Result<()>
    where
        W: Fn(Term, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        self.keep_seat(Seat::one_of(family, name), shutdown, work).await
    }

    async fn keep_seat<W, F>(
        &self,
        mut seat: Seat<'_>,
        mut shutdown: Shutdown,
        work: W,
    ) -> anyhow::Result<()>
    where
        W: Fn(Term, Shutdown) -> F,
        F: Future<Output = anyhow::Result<()>>,
    {
        loop {
            let taken = tokio::select! {
                () = stopped(&mut shutdown) => return Ok(()),
                taken = self.wait_for(&mut seat) => taken,
            };
            let (term, fence, mut lost) = taken;
            let _renewing = Renewing { leases: self, fence: fence.clone() };
            let stalled = || Stalled(format!("the work under the lease {}", fence.name));
            let (begun, progress) = (Instant::now(), term.progress());
            let (stop, stopping) = watch::channel(false);
            let mut working = pin!(work(term, stopping));
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
                seat.is_left((begun, Instant::now()), &self.terms);
                tokio::select! {
                    () = stopped(&mut shutdown) => {}
                    () = tokio::time::sleep(self.terms.absence) => {}
                }
            }
            if *shutdown.borrow() {
                return Ok(());
            }
        }
    }

    /// Renews whatever is held, until told to stop and everything was given back.
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
                () = tokio::time::sleep(self.terms.renew_every) => {}
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

    /// Waits until the lease is this process's.
    async fn wait_for(&self, seat: &mut Seat<'_>) -> (Term, Fence, Shutdown) {
        let name = seat.name;
        loop {
            match self.take(seat).await {
                Ok(Some(taken)) => return taken,
                Ok(None) => {}
                Err(error) => tracing::warn!(lease = name, %error, "a lease cannot be asked for"),
            }
            tokio::time::sleep(self.terms.look_every).await;
        }
    }

    async fn take(&self, seat: &mut Seat<'_>) -> Result<Option<(Term, Fence, Shutdown)>> {
        let _dividing = match seat.family {
            Some(_) => Some(self.dividing.lock().await),
            None => None,
        };
        let (name, term) = (seat.name, milliseconds(self.terms.length));
        let standing = leases::observe(self.database.reader(), name, term).await?;
        let (seen, holder) = match &standing {
            Some((lease, free)) => (Some(lease.epoch), (!free).then_some(lease.holder.as_str())),
            None => (None, None),
        };
        // What is this process's own by the database, which never heard that it was given it, is
        // taken anew.
        let theirs = |holder: &str| holder != self.me.name() && !self.me.has_outlived(holder);
        let (free, mine) = (!holder.is_some_and(theirs), self.held_of(seat));
        if free && !seat.is_mine_to_take(mine, Instant::now(), &self.terms) {
            return Ok(None);
        }
        if !free && !self.is_to_be_shared(seat, holder, mine).await? {
            return Ok(None);
        }
        let begun = Instant::now();
        let claim = Claim { holder: self.me.name(), term, instead_of: holder };
        let taken: Result<Option<Fence>> = self
            .database
            .write(|tx| Box::pin(async move { leases::take(tx, name, claim, seen).await }))
            .await;
        // A file is one program's.
        let shared = self.database.is_shared();
        let patience = shared.then(|| seat.patience(&self.terms));
        Ok(taken?.map(|fence| self.taken(fence, begun, patience)))
    }

    /// How many leases of the seat's family this process has.
    fn held_of(&self, seat: &Seat<'_>) -> usize {
        let Some(family) = seat.family else { return 0 };
        self.held().keys().filter(|name| name.starts_with(family)).count()
    }

    /// Whether the present holder has so much more than this process that this one is to change hands.
    async fn is_to_be_shared(
        &self,
        seat: &mut Seat<'_>,
        holder: Option<&str>,
        mine: usize,
    ) -> Result<bool> {
        seat.is_taken();
        if seat.is_none_of_mine(Instant::now(), &self.terms) {
            return Ok(false);
        }
        let (Some(family), Some(holder)) = (seat.family, holder) else { return Ok(false) };
        let term = milliseconds(self.terms.length);
        let theirs = leases::count_held(self.database.reader(), holder, family, term).await?;
        Ok(theirs >= mine + 2)
    }

    fn taken(
        &self,
        fence: Fence,
        begun: Instant,
        patience: Option<Duration>,
    ) -> (Term, Fence, Shutdown) {
        tracing::info!(lease = fence.name, epoch = fence.epoch, "this replica takes over");
        let (trusted_until, trust) = watch::channel(self.trust(begun));
        let (lost, losing) = watch::channel(false);
        let progress = Progress::within(FIRST_REPORT);
        self.health.watch(&fence.name, progress.clone());
        let of_term = progress.clone();
        let hold = Hold { fence: fence.clone(), trusted_until: trust, patience, progress: of_term };
        let term = Term(Some(hold));
        let held = Held { fence: fence.clone(), trusted_until, lost, progress };
        self.held().insert(fence.name.clone(), held);
        (term, fence, losing)
    }

    /// Renews everything at once whose work goes on, and notices what is no longer this process's. What
    /// is not renewed runs out, and another replica takes it.
    async fn renew(&self) -> Result<()> {
        // What is taken while this goes on is not judged by it.
        let asked: Vec<Fence> = {
            let held = self.held();
            let going_on = held.values().filter(|lease| !lease.progress.is_late());
            going_on.map(|lease| lease.fence.clone()).collect()
        };
        if asked.is_empty() {
            return Ok(());
        }
        let (begun, term) = (Instant::now(), milliseconds(self.terms.length));
        let (me, names) = (self.me.name(), asked.iter().map(|fence| fence.name.as_str()));
        let names: &[&str] = &names.collect::<Vec<_>>();
        let mine: Result<Vec<Fence>> = self
            .database
            .write(|tx| Box::pin(async move { leases::renew(tx, me, names, term).await }))
            .await;
        let (mine, mut held) = (mine?, self.held());
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

    /// Best effort: what cannot be given back runs out by itself.
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

    /// Nothing is done under the lease any more, so it is not renewed.
    fn ends(&self, fence: &Fence) {
        let mut held = self.held();
        let before = held.len();
        held.retain(|_, lease| lease.fence != *fence);
        // Taken anew since, it is watched under another number.
        if held.len() < before || !held.contains_key(&fence.name) {
            self.health.forget(&fence.name);
        }
        drop(held);
        self.given_back.notify_one();
    }

    fn trust(&self, begun: Instant) -> Instant {
        begun + self.terms.length.saturating_sub(self.terms.margin)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        // Each change is one call, so what a panicking thread left behind is whole.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn milliseconds(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}
