//! Marks rows as being sent and prepares their calls. The transaction reads each row again: since
//! the first read it may have been superseded or moved to another chat, and the stale copy is not
//! sent. Deliberately absent: which rows may go now, and the call.

use super::Courier;
use crate::{
    channel::Channel,
    chat::outgoing::Delivery,
    domain::{id::OutboxId, time::Timestamp},
    entity::outbox as entity,
    kill_point::kill_point,
    service::{
        Error, Result, Transaction, cards,
        outbox::{self, Outcome},
    },
    worker::{
        bundle,
        delivery::{
            self, Parcel,
            into_thread::{self, Way},
        },
        leases::Tenure,
    },
};

impl Courier {
    /// Marks rows as being sent. Rows that no longer wait, and rows that need not be sent, are left
    /// out.
    pub(super) async fn claim(
        &self,
        tenure: &Tenure,
        rows: &[entity::Model],
        now: Timestamp,
    ) -> Result<Vec<Parcel>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<OutboxId> = rows.iter().map(|row| row.id).collect();
        let ids = &ids;
        let parcels = self
            .database
            .write(|tx| {
                Box::pin(async move {
                    tenure.hold(tx).await?;
                    let mut parcels = Vec::new();
                    for row in outbox::claim(tx, ids).await? {
                        if !rows.iter().any(|read| read.id == row.id && read.lane == row.lane) {
                            // A call may be under way in the lane of the new chat.
                            let waits = Outcome::Prepared("its chat moved".into());
                            outbox::record(tx, row.id, waits, now).await?;
                            continue;
                        }
                        parcels.extend(self.prepare(tx, row, now).await?);
                    }
                    Ok::<_, Error>(parcels)
                })
            })
            .await?;
        kill_point("courier.claimed");
        Ok(parcels)
    }

    /// Prepares the call of a claimed row; `None` where the row ends without a call.
    async fn prepare(
        &self,
        tx: &Transaction,
        mut row: entity::Model,
        now: Timestamp,
    ) -> Result<Option<Parcel>> {
        let end = async |outcome| outbox::record(tx, row.id, outcome, now).await.map(|()| None);
        let delivery = match delivery::read(&row) {
            Ok(delivery) => delivery,
            Err(error) => return end(Outcome::Failed(error.to_string())).await,
        };
        let thread = match into_thread::way(tx, &row, &delivery).await? {
            Way::Chat => None,
            Way::Thread(thread) => Some(thread),
            Way::Nowhere => return end(Outcome::Superseded).await,
            Way::Closed => return end(Outcome::Failed("its thread was given up".into())).await,
        };
        let mut message_key = None;
        if let Delivery::Edit { card, .. } = &delivery {
            let newer = outbox::has_newer_face(tx, &row.lane, *card, row.id).await?;
            let shown = cards::find(tx, *card).await?;
            let Some(shown) = shown.filter(|_| !newer) else {
                return end(Outcome::Superseded).await;
            };
            message_key = shown.message_key;
        }
        let mut delivery = bundle::gather(tx, &mut row, delivery, now).await?;
        bundle::mark_repetition(tx, &self.desk, &row, &mut delivery).await?;
        let channel = self.channels.get(&row.channel).map(AsRef::as_ref);
        let repeatable = delivery::repeatable(&delivery, channel);
        let overheard = channel.is_some_and(Channel::overhears);
        Ok(Some(Parcel { row, delivery, message_key, repeatable, thread, overheard }))
    }
}
