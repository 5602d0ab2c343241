//! Updates that were set aside because they could not be handled (G14). An operator decides to
//! retry or drop each. Deliberately absent: the content of the update, which no listing reads.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Order},
};

use crate::{
    domain::{id::InboxId, time::Timestamp},
    entity::inbox,
    service::Result,
};

/// One update that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The inbox row.
    pub id: InboxId,
    /// When it was set aside. Rows without that instant show when they were stored.
    pub at: Timestamp,
    /// The bot that received it, such as `telegram:123456`.
    pub source: String,
    /// The number of failed attempts.
    pub attempts: i32,
    /// The reference that the sender and the administrators were given.
    pub reference: String,
    /// The error; empty in rows that have none recorded.
    pub why: String,
}

/// The columns of an [`Quarantined`], without the content of the update.
type Row = (InboxId, Timestamp, Option<Timestamp>, String, i32, Option<String>, Option<String>);

/// The updates that were set aside, newest first: at most `limit`, and older than the row `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    before: Option<InboxId>,
    limit: u64,
) -> Result<Vec<Quarantined>> {
    // Sorting by an expression keeps the engine from scanning the whole table in key order.
    let id = || Expr::col(inbox::Column::Id).add(0);
    let mut query = inbox::Entity::find()
        .select_only()
        .columns([
            inbox::Column::Id,
            inbox::Column::ReceivedAt,
            inbox::Column::HandledAt,
            inbox::Column::Source,
            inbox::Column::Attempts,
            inbox::Column::Quarantine,
            inbox::Column::Failure,
        ])
        .filter(inbox::Column::Quarantine.gte(""))
        .order_by(id(), Order::Desc)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(id().lt(before));
    }
    let rows: Vec<Row> = query.into_tuple().all(conn).await?;
    let aside =
        |(id, received_at, handled_at, source, attempts, reference, why): Row| Quarantined {
            id,
            at: handled_at.unwrap_or(received_at),
            source,
            attempts,
            reference: reference.unwrap_or_default(),
            why: why.unwrap_or_default(),
        };
    Ok(rows.into_iter().map(aside).collect())
}

/// Reopens a row that was set aside, with its attempts reset. It keeps its old place, so it comes
/// before later unhandled updates of its chat. Returns whether it was set aside.
pub async fn retry(tx: &DatabaseTransaction, id: InboxId) -> Result<bool> {
    let opened = inbox::Entity::update_many()
        .col_expr(inbox::Column::OpenLane, Expr::col(inbox::Column::Lane))
        .col_expr(inbox::Column::Quarantine, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::Failure, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::HandledAt, Expr::value(Option::<i64>::None))
        .col_expr(inbox::Column::Attempts, Expr::value(0))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::Quarantine.is_not_null())
        .exec(tx)
        .await?;
    Ok(opened.rows_affected == 1)
}

/// Settles a row that was set aside, for good. It is kept as long as all handled rows, so that a
/// repeated delivery by the platform has no effect (G2). Returns whether it was set aside.
pub async fn drop(tx: &DatabaseTransaction, id: InboxId, now: Timestamp) -> Result<bool> {
    let dropped = inbox::Entity::update_many()
        .col_expr(inbox::Column::Quarantine, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::HandledAt, Expr::value(now))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::Quarantine.is_not_null())
        .exec(tx)
        .await?;
    Ok(dropped.rows_affected == 1)
}
