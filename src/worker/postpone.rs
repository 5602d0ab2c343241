//! Moves what was promised behind days without service that were decreed since (`service::ticket::
//! postpone`). The rules of a process never change, so this is done once, before the first sweep, and
//! again until it has succeeded for every ticket. Each ticket is one transaction with its notices.

use std::sync::atomic::{AtomicBool, Ordering};

use super::{
    leases::Term,
    sweep::{BATCH, Sweeper, alone, leave},
};
use crate::{
    chat::notify,
    domain::{
        id::{TicketId, TicketNumber},
        person::Doer,
    },
    service::{Act, Error, Result, ticket::postpone},
};

/// Whether it is done.
#[derive(Debug, Default)]
pub struct Postponer {
    done: AtomicBool,
}

impl Postponer {
    /// Does it, unless it is done.
    pub(super) async fn pass(&self, sweeper: &Sweeper, term: &Term) -> Result<()> {
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
                    if let Err(error) = alone(term, one(sweeper, term, number)).await {
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

async fn one(sweeper: &Sweeper, term: &Term, number: TicketNumber) -> Result<()> {
    let now = sweeper.clock.now();
    let procedure = &sweeper.desk.procedure;
    sweeper
        .database
        .write(|tx| {
            Box::pin(async move {
                term.hold(tx).await?;
                let act = Act { tx, procedure, now, doer: Doer::Desk, channel: None };
                if let Some(done) = postpone::move_promises(&act, number).await? {
                    notify::tell(&act, &done).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await?;
    sweeper.wake.outbox.ring();
    Ok(())
}
