//! Merges a burst of messages about one ticket to one chat into one message. Deliberately absent:
//! which messages belong together (see `crate::worker::bundle`).

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::supersede;
use crate::{
    domain::{id::OutboxId, time::Timestamp},
    entity::outbox::{self, DeliveryState},
    service::Result,
};

/// The waiting rows in the lane of `row` that are about its ticket and were queued after it: at
/// most `limit`, oldest first.
pub async fn following(
    conn: &impl ConnectionTrait,
    row: &outbox::Model,
    limit: u64,
) -> Result<Vec<outbox::Model>> {
    Ok(outbox::Entity::find()
        .filter(outbox::Column::OpenLane.eq(row.lane.as_str()))
        .filter(outbox::Column::TicketId.eq(row.ticket_id))
        .filter(outbox::Column::Id.gt(row.id))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .order_by_asc(outbox::Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Merges the content of the rows `others` into one row, and supersedes them.
pub async fn gather(
    tx: &DatabaseTransaction,
    row: &outbox::Model,
    others: &[OutboxId],
    now: Timestamp,
) -> Result<()> {
    outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            delivery: Set(row.delivery.clone()),
            critical: Set(row.critical),
            ..Default::default()
        })
        .filter(outbox::Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    supersede(tx, others, now).await
}
