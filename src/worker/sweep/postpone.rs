//! Moves promises behind days without service that were decreed since the promise was made
//! (`service::ticket::postpone`). The procedure of a process never changes, so this runs once,
//! before the first sweep, and again until it has succeeded for every ticket. Each ticket is one
//! transaction with its notices.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{BATCH, Sweeper, alone, leave};
use crate::{
    chat::notify,
    domain::{
        id::{TicketId, TicketNumber},
        person::Doer,
    },
    service::{Act, Error, Result, ticket::postpone},
    worker::leases::Tenure,
};

/// Whether every promise was moved.
#[derive(Debug, Default)]
pub struct Postponer {
    done: AtomicBool,
}

impl Postponer {
    /// Moves the promises, unless an earlier pass has done so.
    pub(super) async fn pass(&self, sweeper: &Sweeper, tenure: &Tenure) -> Result<()> {
        if self.done.load(Ordering::Acquire) {
            return Ok(());
        }
        let reader = sweeper.database.reader();
        let mut failed = false;
        for edition in postpone::editions(reader, &sweeper.desk.procedure).await? {
            let mut after = TicketId(i64::MIN);
            loop {
                let tickets = postpone::under(reader, &edition, after, BATCH).await?;
                let Some((last, _)) = tickets.last() else { break };
                after = *last;
                for (_, number) in tickets {
                    if let Err(error) = alone(tenure, one(sweeper, tenure, number)).await {
                        failed = true;
                        leave(error, format_args!("ticket {number} was not postponed"))?;
                    }
                }
            }
        }
        self.done.store(!failed, Ordering::Release);
        Ok(())
    }
}

async fn one(sweeper: &Sweeper, tenure: &Tenure, number: TicketNumber) -> Result<()> {
    let now = sweeper.clock.now();
    let procedure = &sweeper.desk.procedure;
    sweeper
        .database
        .write(|tx| {
            Box::pin(async move {
                tenure.hold(tx).await?;
                let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                if let Some(done) = postpone::move_promises(&act, number).await? {
                    notify::tell(&act, &done).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await?;
    sweeper.wake.outbox.notify_all();
    Ok(())
}
