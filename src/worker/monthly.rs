//! Sends the month's report to supervisors once the first business day of the next month begins
//! (N9). The month is marked in the transaction that writes the messages, so it is sent once,
//! whoever sweeps and however often.

use std::sync::{Mutex, MutexGuard, PoisonError};

use sea_orm::DatabaseTransaction;

use crate::{
    chat::{
        Desk,
        say::{self, About},
        view,
        wording::Voice,
    },
    domain::{
        person::{Doer, Role},
        report::Month,
        time::Timestamp,
    },
    service::{Act, Error, Result, database::Database, people, report},
};

/// Knows which month's report has gone out, so that the database is not asked at every pass.
#[derive(Debug, Default)]
pub struct Monthly {
    sent: Mutex<Option<Month>>,
}

impl Monthly {
    /// Sends the report of the last month if it is due and nobody has. Gives whether it did.
    ///
    /// # Errors
    /// When the database fails; nothing is sent then, and the next pass tries again.
    pub async fn pass(&self, database: &Database, desk: &Desk, now: Timestamp) -> Result<bool> {
        let calendar = &desk.procedure.calendar;
        let present = Month::of(calendar, now);
        let month = present.previous();
        let opening = calendar.add_business_days(present.span(calendar).start, 0);
        if now < opening || *self.known() == Some(month) {
            return Ok(false);
        }
        let reader = database.reader();
        let due = !report::was_sent(reader, month).await?
            && report::had_tickets(reader, month.span(calendar).end).await?;
        if due {
            database
                .write(|tx| Box::pin(async move { send(tx, desk, (month, now)).await }))
                .await?;
        }
        *self.known() = Some(month);
        Ok(due)
    }

    fn known(&self) -> MutexGuard<'_, Option<Month>> {
        // One value is set at once, so what a panicking thread left behind is whole.
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn send(
    tx: &DatabaseTransaction,
    desk: &Desk,
    (month, now): (Month, Timestamp),
) -> Result<(), Error> {
    if !report::mark_sent(tx, month, now).await? {
        return Ok(());
    }
    let procedure = &desk.procedure;
    let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
    let cases = report::cases(tx, procedure, &month.span(&procedure.calendar)).await?;
    for supervisor in people::with_role(tx, Role::Supervisor).await? {
        let Some(to) = people::addresses(tx, supervisor.id).await?.into_iter().next() else {
            continue;
        };
        let voice = Voice { locale: to.locale, procedure, now };
        let message = view::report::message(&voice, &cases, month);
        say::post(&act, &to, message, About::default()).await?;
    }
    tracing::info!(%month, "the monthly report was sent");
    Ok(())
}
