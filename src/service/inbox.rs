//! What the desk has been told, stored before it is confirmed to the platform (G1). A thing told
//! twice is stored once (G2): its key says so, not its order. Deliberately absent: what it means.

use std::collections::HashSet;

use data_encoding::HEXLOWER;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
    sea_query::{Expr, ExprTrait, Func, IntoIden, LockBehavior, LockType, OnConflict, Order},
};
use sha2::{Digest, Sha256};

use super::{Result, lanes};

pub mod aside;
pub(in crate::service) mod redact;

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
    /// As the platform sent it; codes in it are stored as digests.
    pub raw: String,
}

/// Stores a batch. Gives how many of it were new: what is there already, or is just being stored by
/// another replica, is left as it is.
pub async fn receive(
    tx: &DatabaseTransaction,
    batch: &[NewIncoming],
    now: Timestamp,
) -> Result<u64> {
    if batch.is_empty() {
        return Ok(0);
    }
    let rows = batch.iter().map(|new| inbox::ActiveModel {
        source: Set(new.source.clone()),
        external_key: Set(storable(&new.external_key)),
        lane: Set(storable(&new.lane)),
        raw: Set(redact::redacted(&new.raw).unwrap_or_else(|| new.raw.clone())),
        open_lane: Set(Some(storable(&new.lane))),
        attempts: Set(0),
        quarantine: Set(None),
        received_at: Set(now),
        ..Default::default()
    });
    let keys = [inbox::Column::Source, inbox::Column::ExternalKey];
    let known = OnConflict::columns(keys).do_nothing().to_owned();
    Ok(inbox::Entity::insert_many(rows).on_conflict(known).exec_without_returning(tx).await?)
}

/// The longest key that is kept as it is, in bytes: an index of PostgreSQL takes no more than 2,704.
const LONGEST_KEY: usize = 512;

/// A key as every engine takes it. What no network gives, too long for an index or with a character
/// that PostgreSQL does not keep, is known by its digest, lest what comes beside it be refused with it.
fn storable(key: &str) -> String {
    if key.len() <= LONGEST_KEY && !key.contains('\0') {
        return key.to_owned();
    }
    format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(key)))
}

/// A private chat in which no known account writes. Only Telegram calls a private chat by the same
/// key in what it tells and in what it is told; on other networks no chat counts as a stranger's.
const STRANGER: &str = "CASE WHEN inbox.source LIKE 'telegram:%' \
    AND substr(inbox.lane, length(inbox.source) + 2, 1) <> '-' \
    AND NOT EXISTS (SELECT 1 FROM account WHERE account.channel = 'telegram' \
    AND account.private_chat = substr(inbox.lane, length(inbox.source) + 2)) \
    THEN 1 ELSE 0 END";

/// The oldest thing of each chat that was not handled yet, without the chats in `held`: at most
/// `limit`. Chats of people with an account come first, the oldest before the others. Taken one a chat,
/// a chat waits neither for another one's flood nor for a crowd of strangers (G14).
pub async fn heads(
    conn: &impl ConnectionTrait,
    limit: u64,
    held: &HashSet<String>,
) -> Result<Vec<inbox::Model>> {
    Ok(open_heads(conn, limit, held).all(conn).await?)
}

/// The same rows by their keys and lanes alone, read from the index, for when a row itself cannot be
/// read. Of everything that is open no more than this is looked at.
pub async fn head_keys(
    conn: &impl ConnectionTrait,
    held: &HashSet<String>,
) -> Result<Vec<(InboxId, String)>> {
    const MOST: u64 = 10_000;
    let open: Vec<(InboxId, String)> = inbox::Entity::find()
        .select_only()
        .columns([inbox::Column::Id, inbox::Column::OpenLane])
        .filter(inbox::Column::OpenLane.gte(""))
        .filter(inbox::Column::OpenLane.is_not_in(held.iter().cloned()))
        .order_by_asc(inbox::Column::OpenLane)
        .order_by_asc(inbox::Column::Id)
        .limit(MOST)
        .into_tuple()
        .all(conn)
        .await?;
    let mut lanes = HashSet::new();
    let mut heads: Vec<_> =
        open.into_iter().filter(|(_, lane)| lanes.insert(lane.clone())).collect();
    heads.sort_unstable_by_key(|(id, _)| *id);
    Ok(heads)
}

/// One row.
pub async fn find(conn: &impl ConnectionTrait, id: InboxId) -> Result<Option<inbox::Model>> {
    Ok(inbox::Entity::find_by_id(id).one(conn).await?)
}

/// The oldest thing that was not handled yet, with its failed tries: as long as both stay the same,
/// nothing goes on.
pub async fn oldest(conn: &impl ConnectionTrait) -> Result<Option<(InboxId, i32)>> {
    let oldest = open_heads(conn, 1, &HashSet::new())
        .select_only()
        .columns([inbox::Column::Id, inbox::Column::Attempts]);
    Ok(oldest.into_tuple().one(conn).await?)
}

fn open_heads(
    conn: &impl ConnectionTrait,
    limit: u64,
    held: &HashSet<String>,
) -> Select<inbox::Entity> {
    inbox::Entity::find()
        .filter(lanes::is_head("inbox", &["id"], conn.get_database_backend()))
        .filter(inbox::Column::OpenLane.is_not_in(held.iter().cloned()))
        .order_by(Expr::cust(STRANGER), Order::Asc)
        // An expression: sorted by the key itself, every row there ever was might be looked at.
        .order_by(Expr::col(inbox::Column::Id).add(0), Order::Asc)
        .limit(limit)
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

/// Whether a message of this lane was stored, before an instant where one is given.
pub async fn is_heard(
    conn: &impl ConnectionTrait,
    lane: &str,
    before: Option<Timestamp>,
) -> Result<bool> {
    let mut heard = inbox::Entity::find()
        .filter(inbox::Column::Lane.eq(lane))
        .filter(is_message(inbox::Entity));
    if let Some(before) = before {
        heard = heard.filter(inbox::Column::ReceivedAt.lt(before));
    }
    let row = heard.select_only().column(inbox::Column::Id).limit(1);
    Ok(row.into_tuple::<InboxId>().one(conn).await?.is_some())
}

/// Whether a row is a message under its own growing key. Said letter by letter, for what stands
/// between two texts depends on the language that a server sorts by.
pub(super) fn is_message(table: impl IntoIden) -> Expr {
    let key = Expr::col((table.into_iden(), inbox::Column::ExternalKey));
    Expr::expr(Func::cust("substr").arg(key).arg(1).arg(2)).eq("m:")
}

/// Reads something, whatever it is: an error says that nothing can be read now.
pub async fn answers(conn: &impl ConnectionTrait) -> Result<()> {
    let one = inbox::Entity::find().select_only().column(inbox::Column::Id).limit(1);
    one.into_tuple::<InboxId>().one(conn).await?;
    Ok(())
}

/// Settles a row in the transaction that handles it. Gives whether it was still open: the guard
/// that makes a thing act once.
///
/// A row that another replica is handling is not waited for, where rows can be locked: it counts as
/// not open.
pub async fn settle(tx: &DatabaseTransaction, id: InboxId, now: Timestamp) -> Result<bool> {
    let locked = inbox::Entity::find_by_id(id)
        .select_only()
        .column(inbox::Column::Id)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .into_tuple::<InboxId>()
        .one(tx)
        .await?;
    if locked.is_none() {
        return Ok(false);
    }
    let settled = inbox::Entity::update_many()
        .col_expr(inbox::Column::OpenLane, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::HandledAt, Expr::value(now))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::OpenLane.is_not_null())
        .exec(tx)
        .await?;
    Ok(settled.rows_affected == 1)
}

/// Notes a failed try of a row that is still open. Gives how many there have been.
pub async fn note_failure(tx: &DatabaseTransaction, id: InboxId) -> Result<i32> {
    // The rest of the row is not read: perhaps it is what cannot be read.
    inbox::Entity::update_many()
        .col_expr(inbox::Column::Attempts, Expr::col(inbox::Column::Attempts).add(1))
        .filter(inbox::Column::Id.eq(id))
        .filter(inbox::Column::OpenLane.is_not_null())
        .exec(tx)
        .await?;
    let attempts = inbox::Entity::find_by_id(id)
        .select_only()
        .column(inbox::Column::Attempts)
        .filter(inbox::Column::OpenLane.is_not_null())
        .into_tuple::<i32>()
        .one(tx)
        .await?;
    Ok(attempts.unwrap_or(0))
}

/// Why and under which reference a row is set aside.
#[derive(Debug, Clone, Copy)]
pub struct Quarantine<'q> {
    /// The reference that the sender and the operator are given, such as `M-7`.
    pub reference: &'q str,
    /// The error that stopped the row, without any text of the message.
    pub reason: &'q str,
}

/// Sets a row aside under a reference, so that its lane goes on without it (G14).
pub async fn quarantine(
    tx: &DatabaseTransaction,
    id: InboxId,
    aside: Quarantine<'_>,
    now: Timestamp,
) -> Result<()> {
    inbox::Entity::update_many()
        .col_expr(inbox::Column::OpenLane, Expr::value(Option::<String>::None))
        .col_expr(inbox::Column::Quarantine, Expr::value(aside.reference))
        .col_expr(inbox::Column::Failure, Expr::value(aside.reason))
        .col_expr(inbox::Column::HandledAt, Expr::value(now))
        .filter(inbox::Column::Id.eq(id))
        .exec(tx)
        .await?;
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
