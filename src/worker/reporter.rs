//! The reporter: answers requests for reports, and sends the monthly one. A report reads through
//! the read pool and outside every write transaction, so that it delays no conversation. Only its
//! answer is written, in a short transaction that removes the request, so that a crash loses no
//! request and none is answered twice. Deliberately absent: what a report counts and how it is
//! worded.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use super::{
    POLL_INTERVAL, Shutdown, Wake,
    jump::{JumpGuard, Verdict},
    leases::Tenure,
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

/// How many requests one read returns.
const BATCH: u64 = 100;
/// How many tries a request gets before the person who asked is told that there is no report.
const TRIES: i32 = 5;
/// How long a failed request waits for its next try, in milliseconds.
const ERROR_PAUSE: i64 = 10 * SECOND;

/// Work reports progress within this time: the workbook of a large month takes minutes.
const REPORT: Duration = Duration::from_secs(10 * 60);

pub struct Reporter {
    pub database: Database,
    pub desk: Desk,
    pub clock: SharedClock,
    /// A request wakes the reporter; the reporter wakes the courier.
    pub wake: Arc<Wake>,
    /// The report that is sent unasked.
    pub monthly: Monthly,
}

impl Reporter {
    /// Sends the monthly report if it is due, and answers every request.
    ///
    /// # Errors
    /// When the database or the store fails.
    pub async fn pass(&self) -> anyhow::Result<()> {
        let tenure = &Tenure::alone();
        self.monthly.pass(&self.database, tenure, &self.desk, self.clock.now()).await?;
        self.answer_all(tenure).await?;
        Ok(())
    }

    /// Works for as long as this replica holds the `tenure`, until told to stop. The monthly report
    /// takes long and delays no request; every `period` the reporter checks whether it is due.
    pub async fn run(&self, period: Duration, tenure: Tenure, mut shutdown: Shutdown) {
        tokio::select! {
            // Work under way can be dropped: its request, or the unmarked month, remains.
            () = stopped(&mut shutdown) => {}
            () = self.answer(&tenure) => {}
            () = self.send(period, &tenure) => {}
        }
    }

    /// Answers requests as they come. It also polls, because another replica may have stored one.
    async fn answer(&self, tenure: &Tenure) {
        loop {
            tenure.progress().next_within(REPORT);
            match self.answer_all(tenure).await {
                Ok(()) | Err(Error::LeaseLost) => {}
                Err(error) => tracing::error!(%error, "reports could not be made; trying again"),
            }
            tokio::select! {
                () = tokio::time::sleep(POLL_INTERVAL) => {}
                () = self.wake.reports.notified() => {}
            }
        }
    }

    /// Sends the monthly report when it is due. It pauses while the clock cannot be trusted,
    /// because the report is sent only once.
    async fn send(&self, period: Duration, tenure: &Tenure) {
        let mut guard = JumpGuard::default();
        loop {
            let verdict = guard.look(self.clock.now(), self.clock.running());
            if matches!(verdict, Verdict::Steady | Verdict::Released) {
                let now = self.clock.now();
                match self.monthly.pass(&self.database, tenure, &self.desk, now).await {
                    Ok(true) => self.wake.outbox.notify_all(),
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

    /// Answers every due request; requests for the same month share one count.
    async fn answer_all(&self, tenure: &Tenure) -> Result<()> {
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
                    // An outage does not count as a try of the request.
                    Err(error) if error.is_outage() => return Err(error),
                    Err(error) => {
                        tracing::error!(month, %error, "a report could not be counted");
                        None
                    }
                };
                for wish in wishes {
                    self.answer_one(tenure, &wish, counted.as_ref()).await?;
                }
            }
            self.wake.outbox.notify_all();
        }
    }

    async fn count(&self, month: &str) -> Result<(Month, Figures)> {
        let month: Month = month.parse().map_err(Error::Unreadable)?;
        let procedure = &self.desk.procedure;
        let span = month.known(procedure.desk_calendar(), self.clock.now());
        let figures = report::figures(self.database.reader(), procedure, &span).await?;
        Ok((month, figures))
    }

    /// Answers one request with the figures. Without figures it postpones the request; after the
    /// last try it tells the person who asked.
    async fn answer_one(
        &self,
        tenure: &Tenure,
        wish: &report_request::Model,
        counted: Option<&(Month, Figures)>,
    ) -> Result<()> {
        let now = self.clock.now();
        let procedure = &self.desk.procedure;
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
                    tenure.hold(tx).await?;
                    let Some(message) = message else {
                        return requests::put_off(tx, wish.id, now.plus(ERROR_PAUSE)).await;
                    };
                    // A person who has lost the role since then may not read the report.
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
