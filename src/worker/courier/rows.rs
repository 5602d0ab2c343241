//! Rows that cannot be read or written: each becomes a visible failure, and blocks no other row.
//! Deliberately absent: sending.

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
        delivery::{Answered, Parcel},
        leases::Tenure,
    },
};

impl Courier {
    /// Records one answer; an error of the row alone makes the row a visible failure.
    pub(super) async fn write_down_alone(
        &self,
        tenure: &Tenure,
        answered: &Answered,
    ) -> Result<()> {
        match self.write_down(tenure, slice::from_ref(answered)).await {
            Err(error) if is_of_one_row(&error) => {
                self.give_up(tenure, answered.parcel.row.id, &error).await
            }
            written => written,
        }
    }

    /// Marks rows as being sent; when one of them fails, marks each row in its own transaction.
    pub(super) async fn claim_all(
        &self,
        tenure: &Tenure,
        rows: Vec<entity::Model>,
        now: Timestamp,
    ) -> Result<Vec<Parcel>> {
        match self.claim(tenure, &rows, now).await {
            Err(error) if is_of_one_row(&error) => {}
            claimed => return claimed,
        }
        let mut parcels = Vec::new();
        for row in &rows {
            match self.claim(tenure, slice::from_ref(row), now).await {
                Ok(claimed) => parcels.extend(claimed),
                Err(error) if is_of_one_row(&error) => self.give_up(tenure, row.id, &error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(parcels)
    }

    /// The rows that may be sent now. A row that cannot be read is given up, and blocks no other
    /// row.
    pub(super) async fn ready(
        &self,
        tenure: &Tenure,
        scope: Scope,
        shut: &outbox::Shut,
        now: Timestamp,
    ) -> Result<Vec<entity::Model>> {
        let reader = self.database.reader();
        match outbox::ready(reader, scope, shut, now, BATCH).await {
            Err(error) if is_of_one_row(&error) => {
                let keys = outbox::ready_keys(reader, scope, shut, now, BATCH).await?;
                self.one_by_one(tenure, keys).await
            }
            read => read,
        }
    }

    /// The rows that a process was sending when it died; unreadable rows are given up.
    pub(super) async fn interrupted(
        &self,
        scope: Scope,
        tenure: &Tenure,
    ) -> Result<Vec<entity::Model>> {
        let reader = self.database.reader();
        match outbox::interrupted(reader, scope).await {
            Err(error) if is_of_one_row(&error) => {
                let keys = outbox::interrupted_keys(reader, scope).await?;
                self.one_by_one(tenure, keys).await
            }
            read => read,
        }
    }

    async fn one_by_one(&self, tenure: &Tenure, keys: Vec<OutboxId>) -> Result<Vec<entity::Model>> {
        let mut rows = Vec::new();
        for id in keys {
            match outbox::find(self.database.reader(), id).await {
                Ok(row) => rows.extend(row),
                Err(error) if is_of_one_row(&error) => self.give_up(tenure, id, &error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(rows)
    }

    /// Makes a row that cannot be read or written a visible failure.
    pub(super) async fn give_up(&self, tenure: &Tenure, id: OutboxId, error: &Error) -> Result<()> {
        let now = self.clock.now();
        let error = &error.to_string();
        tracing::error!(outbox = %id, error, "a row of the outbox is given up");
        let recorded: Result<()> = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    outbox::record(tx, id, Outcome::Failed(error.clone()), now).await
                })
            })
            .await;
        if recorded.as_ref().is_err_and(Error::is_damage) {
            // Not even its end can be written: the row would be tried first for ever.
            self.database.mark_lost(FileLoss::Damaged);
        }
        recorded
    }
}

/// Whether an error concerns one row, and neither the database as a whole nor the lease.
pub(super) fn is_of_one_row(error: &Error) -> bool {
    !error.is_outage() && !matches!(error, Error::LeaseLost)
}
