//! Rows that cannot be read or written: one of them is made a visible failure, and keeps none of the
//! others from being sent. Deliberately absent: sending.

use std::slice;

use super::{BATCH, Courier};
use crate::{
    domain::{id::OutboxId, time::Timestamp},
    entity::outbox as entity,
    service::{
        Error, Result,
        database::FileLoss,
        outbox::{self, Outcome, Scope},
    },
    worker::{
        delivery::{Answer, Parcel},
        leases::Term,
    },
};

impl Courier {
    /// Writes down one answer; what stands against it makes the row a visible failure.
    pub(super) async fn write_down_alone(&self, term: &Term, one: &(Parcel, Answer)) -> Result<()> {
        match self.write_down(term, slice::from_ref(one)).await {
            Err(error) if is_of_one_row(&error) => self.give_up(term, one.0.row.id, &error).await,
            written => written,
        }
    }

    /// Marks rows as being sent; when some of them cannot be, each of them alone.
    pub(super) async fn claim_all(
        &self,
        term: &Term,
        rows: Vec<entity::Model>,
        now: Timestamp,
    ) -> Result<Vec<Parcel>> {
        match self.claim(term, &rows, now).await {
            Err(error) if is_of_one_row(&error) => {}
            claimed => return claimed,
        }
        let mut parcels = Vec::new();
        for row in &rows {
            match self.claim(term, slice::from_ref(row), now).await {
                Ok(claimed) => parcels.extend(claimed),
                Err(error) if is_of_one_row(&error) => self.give_up(term, row.id, &error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(parcels)
    }

    /// What may be sent now. A row that cannot be read is given up, and keeps none of the others.
    pub(super) async fn ready(
        &self,
        term: &Term,
        scope: Scope,
        shut: &outbox::Shut,
        now: Timestamp,
    ) -> Result<Vec<entity::Model>> {
        let reader = self.database.reader();
        match outbox::ready(reader, scope, shut, now, BATCH).await {
            Err(error) if is_of_one_row(&error) => {
                let keys = outbox::ready_keys(reader, scope, shut, now, BATCH).await?;
                self.one_by_one(term, keys).await
            }
            read => read,
        }
    }

    /// Rows that a process was sending when it died, in the same way.
    pub(super) async fn interrupted(
        &self,
        scope: Scope,
        term: &Term,
    ) -> Result<Vec<entity::Model>> {
        let reader = self.database.reader();
        match outbox::interrupted(reader, scope).await {
            Err(error) if is_of_one_row(&error) => {
                let keys = outbox::interrupted_keys(reader, scope).await?;
                self.one_by_one(term, keys).await
            }
            read => read,
        }
    }

    async fn one_by_one(&self, term: &Term, keys: Vec<OutboxId>) -> Result<Vec<entity::Model>> {
        let mut rows = Vec::new();
        for id in keys {
            match outbox::find(self.database.reader(), id).await {
                Ok(row) => rows.extend(row),
                Err(error) if is_of_one_row(&error) => self.give_up(term, id, &error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// Makes a row that cannot be read or written a visible failure.
    pub(super) async fn give_up(&self, term: &Term, id: OutboxId, error: &Error) -> Result<()> {
        let (now, error) = (self.clock.now(), &error.to_string());
        tracing::error!(outbox = %id, error, "a row of the outbox is given up");
        let recorded: Result<()> = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    term.hold(tx).await?;
                    outbox::record(tx, id, Outcome::Failed(error.clone()), now).await
                })
            })
            .await;
        if recorded.as_ref().is_err_and(Error::is_damage) {
            // Not even its end can be written: it would be tried first for ever.
            self.database.mark_lost(FileLoss::Damaged);
        }
        recorded
    }
}

/// Whether an error concerns the row at hand: neither the database as a whole, nor the term.
pub(super) fn is_of_one_row(error: &Error) -> bool {
    !error.is_outage() && !matches!(error, Error::LeaseLost)
}
