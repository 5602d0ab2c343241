//! The sweeper: performs what is due (G11). It sends reminders and closes tickets, warns of
//! promises, reminds of visits, and deletes what is old. Each ticket is one transaction that checks
//! again whether the ticket is due, so that a repeated pass, or two concurrent ones, change nothing
//! twice. The warnings for a group's tickets are one transaction, because they are one message.
//! Deliberately absent: when a ticket is due (see `crate::service::ticket`).

use std::{collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;

use self::postpone::Postponer;
use super::{
    Shutdown, Wake,
    jump::{JumpGuard, Verdict},
    leases::Tenure,
    retention::Pruner,
    stopped,
};
use crate::{
    chat::{Desk, notify},
    clock::SharedClock,
    domain::{
        id::{TicketId, TicketNumber, VisitId},
        person::Doer,
        time::{HOUR, SECOND},
    },
    kill_point::{kill_point, panic_point},
    service::{
        Act, Error, Result,
        database::Database,
        people::places,
        ticket::{close, visit, warn},
    },
};

pub mod postpone;

/// How many due tickets one read returns.
const BATCH: u64 = 100;
/// One ticket takes at most this time: longer than a write waits for a silent database server.
const REPORT: Duration = Duration::from_secs(3 * 60);
/// How often a chat that refused messages is tried again, in milliseconds.
const TRY_AGAIN: i64 = HOUR;

pub struct Sweeper {
    pub database: Database,
    pub desk: Desk,
    pub clock: SharedClock,
    pub wake: Arc<Wake>,
    /// Deletes what is old.
    pub pruner: Pruner,
    /// Moves promises behind days without service, once a process.
    pub postponer: Postponer,
}

impl Sweeper {
    /// Performs everything that is due now. Gives how many tickets and visits were due. One that
    /// fails is tried again by the next pass and blocks no other.
    ///
    /// # Errors
    /// When what is due cannot be read.
    pub async fn pass(&self) -> Result<usize> {
        self.pass_in(&Tenure::alone()).await
    }

    /// The same as `pass`, for as long as this replica holds the `tenure`.
    ///
    /// # Errors
    /// When what is due cannot be read, and [`Error::LeaseLost`] when another replica has taken
    /// over.
    pub async fn pass_in(&self, tenure: &Tenure) -> Result<usize> {
        // First, so that no promise ends on a day without service.
        Box::pin(self.postponer.pass(self, tenure)).await?;
        let swept =
            self.end(tenure).await? + self.warn(tenure).await? + self.recall(tenure).await?;
        self.try_places(tenure).await?;
        tenure.progress().next_within(REPORT);
        // Last, so that nothing that is due waits for the deletion of old rows.
        match self.pruner.pass(&self.database, tenure, self.clock.now()).await {
            Ok(_) => {}
            Err(Error::LeaseLost) => return Err(Error::LeaseLost),
            Err(error) => {
                tracing::error!(%error, "old rows could not be deleted; trying again");
            }
        }
        Ok(swept)
    }

    /// Tries the group chats that are out of reach again, each once an hour.
    async fn try_places(&self, tenure: &Tenure) -> Result<()> {
        let now = self.clock.now();
        let before = now.plus(-TRY_AGAIN);
        for place in places::to_try(self.database.reader(), before, BATCH).await? {
            let desk = &self.desk;
            let place = &place;
            let tried = self.database.write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    notify::chats::try_again(tx, desk, place, now).await
                })
            });
            match tried.await {
                Ok(()) => self.wake.outbox.notify_all(),
                Err(error) => leave(error, format_args!("a chat out of reach was not tried"))?,
            }
        }
        Ok(())
    }

    /// Reminds of solved tickets, and closes them.
    async fn end(&self, tenure: &Tenure) -> Result<usize> {
        let mut swept = 0;
        loop {
            let due = close::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(swept);
            }
            let before = swept;
            for number in due {
                match alone(tenure, self.sweep(tenure, number)).await {
                    Ok(()) => swept += 1,
                    Err(error) => leave(error, format_args!("ticket {number} was not swept"))?,
                }
            }
            if swept == before {
                return Ok(swept);
            }
        }
    }

    /// Warns of promises, all tickets of a group together.
    async fn warn(&self, tenure: &Tenure) -> Result<usize> {
        let mut told = 0;
        loop {
            let due = warn::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(told);
            }
            let mut groups: BTreeMap<String, Vec<TicketNumber>> = BTreeMap::new();
            for (group, number) in due {
                groups.entry(group).or_default().push(number);
            }
            let before = told;
            for mut numbers in groups.into_values() {
                // Two sweepers lock tickets in the same order.
                numbers.sort_unstable();
                told += self.warn_of_group(tenure, &numbers).await?;
            }
            if told == before {
                return Ok(told);
            }
        }
    }

    /// Warns of these tickets in one transaction; when one of them fails, of each ticket in its
    /// own.
    async fn warn_of_group(&self, tenure: &Tenure, numbers: &[TicketNumber]) -> Result<usize> {
        if numbers.len() > 1 && alone(tenure, self.warn_of(tenure, numbers)).await.is_ok() {
            return Ok(numbers.len());
        }
        let mut told = 0;
        for number in numbers {
            match alone(tenure, self.warn_of(tenure, &[*number])).await {
                Ok(()) => told += 1,
                Err(error) => {
                    leave(error, format_args!("the promises of ticket {number} were not checked"))?
                }
            }
        }
        Ok(told)
    }

    /// Reminds of visits, and asks how they went.
    async fn recall(&self, tenure: &Tenure) -> Result<usize> {
        let mut told = 0;
        loop {
            let due = visit::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(told);
            }
            let before = told;
            for (visit, ticket) in due {
                match alone(tenure, self.recall_one(tenure, visit, ticket)).await {
                    Ok(()) => told += 1,
                    Err(error) => leave(error, format_args!("visit {visit} was not processed"))?,
                }
            }
            if told == before {
                return Ok(told);
            }
        }
    }

    async fn recall_one(&self, tenure: &Tenure, visit: VisitId, ticket: TicketId) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                    if let Some((ticket, row, word)) = visit::pass_time(&act, visit, ticket).await?
                    {
                        notify::prompt_about_visit(&act, &ticket, &row, word).await?;
                    }
                    kill_point("sweep.uncommitted");
                    Ok::<_, Error>(())
                })
            })
            .await?;
        kill_point("sweep.committed");
        self.wake.outbox.notify_all();
        Ok(())
    }

    async fn warn_of(&self, tenure: &Tenure, numbers: &[TicketNumber]) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                    let mut warned = Vec::new();
                    for number in numbers {
                        warned.push(warn::pass_time(&act, *number).await?);
                    }
                    notify::warn(&act, &warned).await?;
                    kill_point("sweep.uncommitted");
                    Ok::<_, Error>(())
                })
            })
            .await?;
        kill_point("sweep.committed");
        self.wake.outbox.notify_all();
        Ok(())
    }

    async fn sweep(&self, tenure: &Tenure, number: TicketNumber) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                    if let Some(done) = close::pass_time(&act, number).await? {
                        notify::tell(&act, &done).await?;
                    }
                    kill_point("sweep.uncommitted");
                    Ok::<_, Error>(())
                })
            })
            .await?;
        kill_point("sweep.committed");
        self.wake.outbox.notify_all();
        Ok(())
    }

    /// Sweeps every `period` for as long as this replica holds the `tenure`, until told to stop. It
    /// pauses while the clock cannot be trusted.
    pub async fn run(&self, period: Duration, tenure: Tenure, mut shutdown: Shutdown) {
        let mut guard = JumpGuard::default();
        loop {
            tenure.progress().next_within(period + REPORT);
            panic_point("sweeper.round");
            if self.may_sweep(&mut guard) {
                match self.pass_in(&tenure).await {
                    Ok(_) => {}
                    Err(Error::LeaseLost) => {
                        tracing::info!("another replica has taken over the sweep");
                    }
                    Err(error) => tracing::error!(%error, "the sweep failed; trying again"),
                }
            }
            tenure.progress().next_within(period + REPORT);
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = tokio::time::sleep(period) => {}
            }
        }
    }

    /// Whether the clock can be trusted: the effects of a sweep cannot be undone.
    fn may_sweep(&self, guard: &mut JumpGuard) -> bool {
        match guard.look(self.clock.now(), self.clock.running()) {
            Verdict::Steady => true,
            Verdict::Held => false,
            Verdict::Jumped(by) => {
                tracing::warn!(
                    seconds = by / SECOND,
                    "the clock has jumped: the desk sends no warnings and reminders, closes no \
                     tickets and deletes no rows until it has been steady for ten minutes"
                );
                false
            }
            Verdict::Released => {
                tracing::info!("the clock has been steady for ten minutes: the sweep goes on");
                true
            }
        }
    }
}

/// Runs one item of a pass. A panic counts as the item's own failure: it must not end the pass, and
/// with it every other due item.
async fn alone(tenure: &Tenure, doing: impl Future<Output = Result<()>>) -> Result<()> {
    tenure.progress().next_within(REPORT);
    let panicked = |_| Err(Error::SweepPanicked);
    AssertUnwindSafe(doing).catch_unwind().await.unwrap_or_else(panicked)
}

/// Leaves a failed item to the next pass. An error that concerns every item ends this pass.
fn leave(error: Error, what: fmt::Arguments<'_>) -> Result<()> {
    if error.is_outage() || matches!(error, Error::LeaseLost) {
        return Err(error);
    }
    tracing::error!(%error, "{what}; trying again");
    Ok(())
}
