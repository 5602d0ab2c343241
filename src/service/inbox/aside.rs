//! What was set aside because it could not be handled (G14), for somebody to decide on: once more,
//! or never. Deliberately absent: what was told, which no listing reads.

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

/// One thing that was set aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Its row.
    pub id: InboxId,
    /// When it was set aside; when it was stored, where nobody wrote that down.
    pub at: Timestamp,
    /// The bot that heard it, such as `telegram:123456`.
    pub source: String,
    /// Failed tries.
    pub attempts: i32,
    /// The reference that its sender and the administrators were told.
    pub reference: String,
    /// Why; empty where nobody wrote it down.
    pub why: String,
}

/// The columns of an [`Aside`], without what was told.
type Row = (InboxId, Timestamp, Option<Timestamp>, String, i32, Option<String>, Option<String>);

/// What was set aside, the newest first: at most `limit`, all of it older than the row `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    before: Option<InboxId>,
    limit: u64,
) -> Result<Vec<Aside>> {
    // By an expression, lest the engine walk along every row there is to find them sorted.
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
    let aside = |(id, received_at, handled_at, source, attempts, reference, why): Row| Aside {
        id,
        at: handled_at.unwrap_or(received_at),
        source,
        attempts,
        reference: reference.unwrap_or_default(),
        why: why.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(aside).collect())
}

/// Lets a row that was set aside be handled once more, with all its tries before it: in its own
/// place, ahead of whatever its chat has said since and nobody handled. Gives whether it was aside.
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

/// Settles a row that was set aside for good. It stays as long as everything that was handled, so
/// that the platform telling it again makes nothing of it (G2). Gives whether it was aside.
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
