//! Does what is due: reminds and closes, tells how promises stand, and recalls visits (G11). Each ticket is one
//! transaction that asks again whether it is due, so a pass repeated, or two at once, do nothing
//! twice, and forgets what is old. What is to be told of a group's tickets is one transaction, for it is one message.

use std::{collections::BTreeMap, fmt, panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures::FutureExt;

use super::{
    Shutdown, Wake,
    jump::{JumpGuard, Verdict},
    leases::Term,
    postpone::Postponer,
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

/// How many due tickets are read at a time.
pub(super) const BATCH: u64 = 100;
/// Within which time one ticket is done with: longer than a write waits for a server that is silent.
const REPORT: Duration = Duration::from_secs(3 * 60);
/// How often a chat that refused messages is tried again.
const TRY_AGAIN: i64 = HOUR;

/// Sweeps the due times.
pub struct Sweeper {
    /// Where everything is kept.
    pub database: Database,
    /// The desk that acts.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Wakes the courier.
    pub wake: Arc<Wake>,
    /// What is forgotten.
    pub pruner: Pruner,
    /// Moves promises behind days without service, once a process.
    pub postponer: Postponer,
}

impl Sweeper {
    /// Does everything that is due now. Gives how many tickets were. One ticket that fails is tried
    /// again by the next pass and stops no other.
    ///
    /// # Errors
    /// When what is due cannot be read.
    pub async fn pass(&self) -> Result<usize> {
        self.pass_in(&Term::alone()).await
    }

    /// Does the same as long as it is this replica's `term`.
    ///
    /// # Errors
    /// When what is due cannot be read, and [`Error::LeaseLost`] when another replica has taken over.
    pub async fn pass_in(&self, term: &Term) -> Result<usize> {
        // First, so that nothing ends on a day without service.
        Box::pin(self.postponer.pass(self, term)).await?;
        let swept = self.end(term).await? + self.warn(term).await? + self.recall(term).await?;
        self.try_places(term).await?;
        term.progress().next_within(REPORT);
        // Last, so that nothing that is due waits for what is only old.
        match self.pruner.pass((&self.database, term), self.clock.now()).await {
            Ok(_) => {}
            Err(Error::LeaseLost) => return Err(Error::LeaseLost),
            Err(error) => {
                tracing::error!(%error, "what is old could not be forgotten; trying again");
            }
        }
        Ok(swept)
    }

    /// Tries the group chats that are out of reach again, each once an hour.
    async fn try_places(&self, term: &Term) -> Result<()> {
        let now = self.clock.now();
        let before = now.plus(-TRY_AGAIN);
        for place in places::to_try(self.database.reader(), before, BATCH).await? {
            let (desk, place) = (&self.desk, &place);
            let tried = self.database.write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
                    notify::chats::try_again(tx, desk, place, now).await
                })
            });
            match tried.await {
                Ok(()) => self.wake.outbox.ring(),
                Err(error) => leave(error, format_args!("a chat out of reach was not tried"))?,
            }
        }
        Ok(())
    }

    /// Reminds of what is solved, and closes it.
    async fn end(&self, term: &Term) -> Result<usize> {
        let mut swept = 0;
        loop {
            let due = close::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(swept);
            }
            let before = swept;
            for number in due {
                match alone(term, self.sweep(term, number)).await {
                    Ok(()) => swept += 1,
                    Err(error) => leave(error, format_args!("ticket {number} was not swept"))?,
                }
            }
            if swept == before {
                return Ok(swept);
            }
        }
    }

    /// Tells how promises stand, each group of its tickets in one go.
    async fn warn(&self, term: &Term) -> Result<usize> {
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
                told += self.warn_of_group(term, &numbers).await?;
            }
            if told == before {
                return Ok(told);
            }
        }
    }

    /// Tells of all these tickets, or, when one of them fails, of each on its own.
    async fn warn_of_group(&self, term: &Term, numbers: &[TicketNumber]) -> Result<usize> {
        if numbers.len() > 1 && alone(term, self.warn_of(term, numbers)).await.is_ok() {
            return Ok(numbers.len());
        }
        let mut told = 0;
        for number in numbers {
            match alone(term, self.warn_of(term, &[*number])).await {
                Ok(()) => told += 1,
                Err(error) => leave(error, format_args!("ticket {number} was not warned of"))?,
            }
        }
        Ok(told)
    }

    /// Reminds of visits, and asks how they were.
    async fn recall(&self, term: &Term) -> Result<usize> {
        let mut told = 0;
        loop {
            let due = visit::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(told);
            }
            let before = told;
            for each in due {
                match alone(term, self.recall_one(term, each)).await {
                    Ok(()) => told += 1,
                    Err(error) => leave(error, format_args!("visit {} was not recalled", each.0))?,
                }
            }
            if told == before {
                return Ok(told);
            }
        }
    }

    async fn recall_one(&self, term: &Term, visit: (VisitId, TicketId)) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
                    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                    if let Some((ticket, row, word)) =
                        visit::pass_time(&act, visit.0, visit.1).await?
                    {
                        notify::prompt_about_visit(&act, &ticket, &row, word).await?;
                    }
                    kill_point("sweep.uncommitted");
                    Ok::<_, Error>(())
                })
            })
            .await?;
        kill_point("sweep.committed");
        self.wake.outbox.ring();
        Ok(())
    }

    async fn warn_of(&self, term: &Term, numbers: &[TicketNumber]) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
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
        self.wake.outbox.ring();
        Ok(())
    }

    async fn sweep(&self, term: &Term, number: TicketNumber) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
        self.database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
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
        self.wake.outbox.ring();
        Ok(())
    }

    /// Sweeps every `period` for as long as it is this replica's `term`, until told to stop, and not
    /// while the clock cannot be trusted.
    pub async fn run(&self, period: Duration, term: Term, mut shutdown: Shutdown) {
        let mut guard = JumpGuard::default();
        loop {
            term.progress().next_within(period + REPORT);
            panic_point("sweeper.round");
            if self.may_sweep(&mut guard) {
                match self.pass_in(&term).await {
                    Ok(_) => {}
                    Err(Error::LeaseLost) => {
                        tracing::info!("another replica sweeps; waiting to be told so");
                    }
                    Err(error) => tracing::error!(%error, "the sweep failed; trying again"),
                }
            }
            term.progress().next_within(period + REPORT);
            tokio::select! {
                () = stopped(&mut shutdown) => return,
                () = tokio::time::sleep(period) => {}
            }
        }
    }

    /// Looks at the clocks. What a sweep does cannot be taken back.
    fn may_sweep(&self, guard: &mut JumpGuard) -> bool {
        match guard.look(self.clock.now(), self.clock.running()) {
            Verdict::Steady => true,
            Verdict::Held => false,
            Verdict::Jumped(by) => {
                tracing::warn!(
                    seconds = by / SECOND,
                    "the clock has jumped: nobody is warned or reminded, and nothing is closed or \
                     forgotten, until it has been steady for ten minutes"
                );
                false
            }
            Verdict::Released => {
                tracing::info!("the clock has been steady for ten minutes: what is due is done");
                true
            }
        }
    }
}

/// Does one thing of a pass, whose panic is its own failure: it must not end the pass, and with it
/// every other thing that is due.
pub(super) async fn alone(term: &Term, doing: impl Future<Output = Result<()>>) -> Result<()> {
    term.progress().next_within(REPORT);
    let panicked = |_| Err(Error::SweepPanicked);
    AssertUnwindSafe(doing).catch_unwind().await.unwrap_or_else(panicked)
}

/// Leaves to the next pass what failed on its own. What fails for all of them ends this one.
pub(super) fn leave(error: Error, what: fmt::Arguments<'_>) -> Result<()> {
    if error.is_outage() || matches!(error, Error::LeaseLost) {
        return Err(error);
    }
    tracing::error!(%error, "{what}; trying again");
    Ok(())
}
