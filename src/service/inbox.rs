//! What the desk has been told, stored before it is confirmed to the platform (G1). A thing told
//! twice is stored once (G2): its key says so, not its order. Deliberately absent: what it means.

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait, Func, IntoIden, Order},
};

use super::Result;

pub mod aside;

use crate::{
    domain::{id::InboxId, time::Timestamp},
    entity::inbox,
};

/// Something that a platform told.
#[derive(Debug, Clone)]
pub struct NewIncoming {
    /// The bot that heard it, such as `telegram:123456`.
    pub source: String,
    /// The platform's own key of it.
    pub external_key: String,
    /// What must stay in order: the chat.
    pub lane: String,
    /// As the platform sent it.
    pub raw: String,
}

/// Stores a batch. Gives how many of it were new.
pub async fn receive(
    tx: &DatabaseTransaction,
    batch: &[NewIncoming],
    now: Timestamp,
) -> Result<usize> {
    let mut fresh: Vec<inbox::ActiveModel> = Vec::with_capacity(batch.len());
    let known = known(tx, batch).await?;
    let mut seen = HashSet::new();
    for new in batch {
        let key = (new.source.as_str(), new.external_key.as_str());
        if known.contains(&(new.source.clone(), new.external_key.clone())) || !seen.insert(key) {
            continue;
        }
        fresh.push(inbox::ActiveModel {
            source: Set(new.source.clone()),
            external_key: Set(new.external_key.clone()),
            lane: Set(new.lane.clone()),
            raw: Set(new.raw.clone()),
            open_lane: Set(Some(new.lane.clone())),
            attempts: Set(0),
            quarantine: Set(None),
            received_at: Set(now),
            ..Default::default()
        });
    }
    let stored = fresh.len();
    if stored > 0 {
        inbox::Entity::insert_many(fresh).exec_without_returning(tx).await?;
    }
    Ok(stored)
}

async fn known(
    tx: &DatabaseTransaction,
    batch: &[NewIncoming],
) -> Result<HashSet<(String, String)>> {
    let keys = batch.iter().map(|new| new.external_key.clone());
    let rows = inbox::Entity::find()
        .select_only()
        .columns([inbox::Column::Source, inbox::Column::ExternalKey])
        .filter(inbox::Column::Source.is_in(batch.iter().map(|new| new.source.clone())))
        .filter(inbox::Column::ExternalKey.is_in(keys))
        .into_tuple::<(String, String)>()
        .all(tx)
        .await?;
    Ok(rows.into_iter().collect())
}

/// What was not handled yet, the oldest first, without the chats in `held`: at most `limit`.
pub async fn open(
    conn: &impl ConnectionTrait,
    limit: u64,
    held: &HashSet<String>,
) -> Result<Vec<inbox::Model>> {
    // Without its lane a row is settled; the index on the lane holds only what is open. The order is
    // that of an expression, lest the engine walk along every row there ever was to find it sorted.
    Ok(inbox::Entity::find()
        .filter(inbox::Column::OpenLane.gte(""))
        .filter(inbox::Column::OpenLane.is_not_in(held.iter().cloned()))
        .order_by(Expr::col(inbox::Column::Id).add(0), Order::Asc)
        .limit(limit)
        .all(conn)
        .await?)
}

/// The last message that was heard in each chat of a source whose messages are kept under `m:` and
/// their own growing keys.
pub async fn last_messages(conn: &impl ConnectionTrait, source: &str) -> Result<Vec<inbox::Model>> {
    let last = inbox::Entity::find()
        .select_only()
        .column_as(inbox::Column::Id.max(), "id")
        .filter(inbox::Column::Source.eq(source))
        .filter(is_message(inbox::Entity))
        .group_by(inbox::Column::Lane)
        .into_query();
    Ok(inbox::Entity::find().filter(inbox::Column::Id.in_subquery(last)).all(conn).await?)
}

/// Whether a row is a message under its own growing key. Said letter by letter, for what stands
/// between two texts depends on the language that a server sorts by.
pub(super) fn is_message(table: impl IntoIden) -> Expr {
    let key = Expr::col((table.into_iden(), inbox::Column::ExternalKey));
    Expr::expr(Func::cust("substr").arg(key).arg(1).arg(2)).eq("m:")
}

/// Settles a row in the transaction that handles it. Gives whether it was still open: the guard
/// that makes a thing act once.
pub async fn settle(tx: &DatabaseTransaction, id: InboxId, now: Timestamp) -> Result<bool> {
    let settled = inbox::Entity::update_many()
        .col_expr(inbox::Column::OpenLane, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::HandledAt, Expr::value(now))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::OpenLane.is_not_null())
        .exec(tx)
        .await?;
    Ok(settled.rows_affected == 1)
}

/// Notes a failed try. Gives how many there have been.
pub async fn note_failure(tx: &DatabaseTransaction, id: InboxId) -> Result<i32> {
    let rows = inbox::Entity::update_many()
        .col_expr(inbox::Column::Attempts, Expr::col(inbox::Column::Attempts).add(1))
        .filter(inbox::Column::Id.eq(id))
        .exec_with_returning(tx)
        .await?;
    Ok(rows.first().map_or(0, |row| row.attempts))
}

/// Sets a row aside under a reference, so that it stops nobody (G14). `why` names what went wrong,
/// never what was told.
pub async fn quarantine(
    tx: &DatabaseTransaction,
    row: inbox::Model,
    (reference, why): (&str, &str),
    now: Timestamp,
) -> Result<()> {
    let mut change = inbox::ActiveModel::from(row);
    change.open_lane = Set(None);
    change.quarantine = Set(Some(reference.to_owned()));
    change.failure = Set(Some(why.to_owned()));
    change.handled_at = Set(Some(now));
    change.update(tx).await?;
    Ok(())
}

/// The reference under which something that was told was set aside, when it was.
pub async fn set_aside(
    conn: &impl ConnectionTrait,
    source: &str,
    external_key: &str,
) -> Result<Option<String>> {
    let row = inbox::Entity::find()
        .filter(inbox::Column::Source.eq(source))
        .filter(inbox::Column::ExternalKey.eq(external_key))
        .one(conn)
        .await?;
    Ok(row.and_then(|row| row.quarantine))
}
