//! Incoming updates, stored before the platform gets its acknowledgement (G1). An update that
//! arrives twice is stored once (G2), by its idempotency key and not by its order. Deliberately
//! absent: what an update means.

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

pub mod quarantined;
mod redact;

use crate::{
    domain::{id::InboxId, time::Timestamp},
    entity::inbox,
};

/// An update from a platform, before it is stored.
#[derive(Debug, Clone)]
pub struct NewIncoming {
    /// The bot that received it, such as `telegram:123456`.
    pub source: String,
    /// The platform's own key of the update, the idempotency key.
    pub external_key: String,
    /// The lane, which is the chat: updates of one lane are handled in order.
    pub lane: String,
    /// The update as the platform sent it. Codes in it are replaced by digests before it is stored.
    pub raw: String,
}

/// Stores a batch and returns how many rows were new. A row that exists already, or that another
/// replica is storing at this moment, stays as it is.
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

/// The longest key that is stored as it is, in bytes. A PostgreSQL index accepts at most 2,704.
const LONGEST_KEY: usize = 512;

/// A key that every engine accepts. A key that is too long for an index, or that contains a NUL,
/// which PostgreSQL cannot store, is replaced by its digest. No platform sends such keys; one of
/// them must not make the whole batch fail.
fn storable(key: &str) -> String {
    if key.len() <= LONGEST_KEY && !key.contains('\0') {
        return key.to_owned();
    }
    format!("sha256:{}", HEXLOWER.encode(&Sha256::digest(key)))
}

/// Whether a row comes from a private chat in which no known account writes. Only Telegram uses the
/// same key for a private chat in incoming and outgoing messages, so on other networks no chat
/// counts as a stranger's.
const STRANGER: &str = "CASE WHEN inbox.source LIKE 'telegram:%' \
    AND substr(inbox.lane, length(inbox.source) + 2, 1) <> '-' \
    AND NOT EXISTS (SELECT 1 FROM account WHERE account.channel = 'telegram' \
    AND account.private_chat = substr(inbox.lane, length(inbox.source) + 2)) \
    THEN 1 ELSE 0 END";

/// The oldest unhandled row of each chat, without the chats in `held`: at most `limit`. Chats of
/// people with an account come first; within each class the oldest come first. One row per chat
/// means that a chat waits neither for the backlog of another chat nor for a crowd of strangers
/// (G14).
pub async fn heads(
    conn: &impl ConnectionTrait,
    limit: u64,
    held: &HashSet<String>,
) -> Result<Vec<inbox::Model>> {
    Ok(open_heads(conn, limit, held).all(conn).await?)
}

/// The keys and lanes of the same rows, read from the index alone, for when a row itself cannot be
/// read. At most this many of the open rows are examined.
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

/// Reads one row.
pub async fn find(conn: &impl ConnectionTrait, id: InboxId) -> Result<Option<inbox::Model>> {
    Ok(inbox::Entity::find_by_id(id).one(conn).await?)
}

/// The oldest unhandled row with its number of failed attempts. While both stay the same, the
/// handler makes no progress.
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
        // An expression instead of the plain key: sorting by the key itself could scan every row of
        // the table.
        .order_by(Expr::col(inbox::Column::Id).add(0), Order::Asc)
        .limit(limit)
}

/// The last received message of each chat of a source. Such messages are stored under `m:` and keys
/// that grow.
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

/// Whether a message of this lane was stored, and before an instant where one is given.
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

/// Whether a row is a message under its own growing key. The prefix is compared character by
/// character, because range comparison of texts depends on the server's collation.
pub(super) fn is_message(table: impl IntoIden) -> Expr {
    let key = Expr::col((table.into_iden(), inbox::Column::ExternalKey));
    Expr::expr(Func::cust("substr").arg(key).arg(1).arg(2)).eq("m:")
}

/// Runs a trivial query. An error means that the database cannot be read now.
pub async fn answers(conn: &impl ConnectionTrait) -> Result<()> {
    let one = inbox::Entity::find().select_only().column(inbox::Column::Id).limit(1);
    one.into_tuple::<InboxId>().one(conn).await?;
    Ok(())
}

/// Settles a row in the transaction that handles it, and returns whether it was still open. This
/// guard makes each update act once.
///
/// Where rows can be locked, a row that another replica is handling counts as not open, without
/// waiting.
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

/// Counts a failed attempt of an open row. Returns how many there have been.
pub async fn note_failure(tx: &DatabaseTransaction, id: InboxId) -> Result<i32> {
    // The rest of the row is not read, because reading it may be what fails.
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

/// Why a row is set aside, and under which reference.
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

/// The reference under which an update was set aside, if it was.
pub async fn quarantine_reference(
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
