//! Makes the reports: those that people asked for, and the monthly one. A report reads on the read pool
//! and outside every write transaction, so that it holds up no conversation; only its answer is written in a
//! short transaction, which takes the wish away (so a crash loses no wish, and none is answered twice).
//! Deliberately absent: what a report counts and how it is worded.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    LOOK, Shutdown, Wake,
    jump::{JumpGuard, Verdict},
    leases::Term,
    monthly::Monthly,
    stopped,
};
use crate::{
    chat::{
        Desk,
        outgoing::Outgoing,
        posting::{self, About},
        view,
        wording::Voice,
    },
    clock::SharedClock,
    domain::{
        person::{Doer, Role},
        report::{Figures, Month},
        time::SECOND,
    },
    entity::report_request,
    service::{
        Act, Error, Result,
        database::Database,
        people,
        report::{self, requests},
    },
};

/// How many wishes are read at a time.
const BATCH: u64 = 100;
/// How often a wish is tried before its asker is told that there is no report.
const TRIES: i32 = 5;
/// How long a wish that failed waits for its next try, in milliseconds.
const REST: i64 = 10 * SECOND;

/// Within which time it reports progress: the workbook of a large month takes minutes.
const REPORT: Duration = Duration::from_secs(10 * 60);

/// Makes reports.
pub struct Reporter {
    /// Where everything is kept.
    pub database: Database,
    /// The desk that reports.
    pub desk: Desk,
    /// The time.
    pub clock: SharedClock,
    /// Woken by a wish, wakes the courier.
    pub wake: Arc<Wake>,
    /// The report that comes by itself.
    pub monthly: Monthly,
}

impl Reporter {
    /// Sends the monthly report if it is due, and answers every wish.
    ///
    /// # Errors
    /// When the database or the store fails.
    pub async fn pass(&self) -> anyhow::Result<()> {
        let term = &Term::alone();
        self.monthly.pass((&self.database, term), &self.desk, self.clock.now()).await?;
        self.answer_all(term).await?;
        Ok(())
    }

    /// Works for as long as it is this replica's `term`, until told to stop. The monthly report, which
    /// takes long, keeps no wish waiting; it is looked for every `period`.
    pub async fn run(&self, period: Duration, term: Term, mut shutdown: Shutdown) {
        tokio::select! {
            // What is under way can be dropped: the wish, or the month that was not marked, is left.
            () = stopped(&mut shutdown) => {}
            () = self.answer(&term) => {}
            () = self.send(period, &term) => {}
        }
    }

    /// Answers wishes whenever there are any. It looks by itself too, for another replica may have
    /// written one down.
    async fn answer(&self, term: &Term) {
        loop {
            term.progress().next_within(REPORT);
            match self.answer_all(term).await {
                Ok(()) | Err(Error::LeaseLost) => {}
                Err(error) => tracing::error!(%error, "reports could not be made; trying again"),
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.wake.reports.notified() => {}
            }
        }
    }

    /// Sends the monthly report when it is due, and not while the clock cannot be trusted: it is sent
    /// once.
    async fn send(&self, period: Duration, term: &Term) {
        let mut guard = JumpGuard::default();
        loop {
            let verdict = guard.look(self.clock.now(), self.clock.running());
            if matches!(verdict, Verdict::Steady | Verdict::Released) {
                let place = (&self.database, term);
                match self.monthly.pass(place, &self.desk, self.clock.now()).await {
                    Ok(true) => self.wake.outbox.ring(),
                    Ok(false) => {}
                    Err(error) if matches!(error.downcast_ref(), Some(Error::LeaseLost)) => {}
                    Err(error) => {
                        tracing::error!("the monthly report was not sent; trying again: {error:#}");
                    }
                }
            }
            tokio::time::sleep(period).await;
        }
    }

    /// Answers every wish that is due; those for the same month are answered from one count.
    async fn answer_all(&self, term: &Term) -> Result<()> {
        loop {
            let due = requests::due(self.database.reader(), self.clock.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(());
            }
            let mut months: BTreeMap<String, Vec<report_request::Model>> = BTreeMap::new();
            for wish in due {
                months.entry(wish.month.clone()).or_default().push(wish);
            }
            for (month, wishes) in months {
                let counted = match self.count(&month).await {
                    Ok(counted) => Some(counted),
                    // Nothing is held against the wish.
                    Err(error) if error.is_outage() => return Err(error),
                    Err(error) => {
                        tracing::error!(month, %error, "a report could not be counted");
                        None
                    }
                };
                for wish in wishes {
                    self.answer_one(term, &wish, counted.as_ref()).await?;
                }
            }
            self.wake.outbox.ring();
        }
    }

    async fn count(&self, month: &str) -> Result<(Month, Figures)> {
        let month: Month = month.parse().map_err(Error::Unreadable)?;
        let procedure = &self.desk.procedure;
        let span = month.known(procedure.desk_calendar(), self.clock.now());
        let figures = report::figures(self.database.reader(), procedure, &span).await?;
        Ok((month, figures))
    }

    /// Answers one wish with what was counted; without that, puts it off, and tells its asker after the
    /// last try.
    async fn answer_one(
        &self,
        term: &Term,
        wish: &report_request::Model,
        counted: Option<&(Month, Figures)>,
    ) -> Result<()> {
        let (now, procedure) = (self.clock.now(), &self.desk.procedure);
        let voice = Voice { locale: wish.locale, procedure, now };
        let message = match counted {
            Some((month, figures)) => Some(view::report::message(&voice, figures, *month)),
            None if wish.attempts + 1 < TRIES => None,
            None => {
                Some(Outgoing { text: voice.plain("report-failed", &[]), ..Outgoing::default() })
            }
        };
        self.database
            .write(|tx| {
                let message = message.clone();
                Box::pin(async move {
                    term.hold(tx).await?;
                    let Some(message) = message else {
                        return requests::put_off(tx, wish.id, now.plus(REST)).await;
                    };
                    // An asker who lost the role since then has no right to read it any more.
                    let asker = people::actor(tx, wish.asked_by).await?;
                    let may_read = asker.is_some_and(|asker| asker.role >= Role::Supervisor);
                    if !requests::settle(tx, wish.id).await? || !may_read {
                        return Ok(());
                    }
                    let act =
                        Act { tx, procedure, now, doer: Doer::Desk, channel: Some(wish.channel) };
                    let to = requests::address(wish);
                    let via = wish.via.clone();
                    posting::answer(&act, &to, message, via, About::default()).await?;
                    Ok::<_, Error>(())
                })
            })
            .await
    }
}
