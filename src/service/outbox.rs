//! The queue of outgoing messages. Rows are written in the transaction that causes them (G4),
//! claimed in the order of their lane (G7), marked before the platform is called, and settled with
//! the outcome (G5, G6).
//!
//! A lane is a chat. Its order is the [`Precedence`] of its rows, and within one class their age.
//! So answers that a reader asked for and urgent notices overtake other notices, and notices
//! overtake card updates. These never overtake each other:
//! - two messages about the same ticket: a new row moves the waiting messages of its ticket in the
//!   same lane into its own class (see [`enqueue`]);
//! - two answers that a reader asked for, about any tickets;
//! - two updates of the same card: the newer one replaces those that wait;
//! - the update of a card and the message that first shows the card: only a card that is shown
//!   already is updated early;
//! - messages in a ticket's thread, which all have one class.
//!
//! A card update is a view and no message: it may come before or after the messages about its
//! ticket. Deliberately absent: what a delivery says, and how it is sent.

use std::collections::HashSet;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait,
    QueryFilter, QueryOrder, QuerySelect, Select, Statement,
    sea_query::{Expr, ExprTrait, Func, Order},
};

use super::{Result, lanes};

pub mod burst;
pub mod dead_letters;
pub mod recent;
mod sent;

pub use sent::{chats, first_refused, messages, ticket_of_message, was_delivered_in};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{CardId, OutboxId, PersonId, TicketId},
        time::{HOUR, Timestamp},
    },
    entity::outbox::{self, DeliveryState, Precedence},
};

/// The longest back-off of a row, in milliseconds. When a platform asks for a longer wait, the row
/// is tried again after this time anyway.
pub const LONGEST_WAIT: i64 = HOUR;

/// A message that is to be queued.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// The network to send it on.
    pub channel: ChannelKind,
    /// The chat to send it to.
    pub chat_key: String,
    /// The lane whose order it keeps; see [`lane`].
    pub lane: String,
    /// The delivery as JSON.
    pub delivery: String,
    /// The card that the delivery updates.
    pub card: Option<CardId>,
    /// The ticket that it is about.
    pub ticket: Option<TicketId>,
    /// The person it is addressed to.
    pub person: Option<PersonId>,
    /// Whether it is sent once more when the outcome of an attempt is unknown.
    pub critical: bool,
    /// Its class in the order of its lane.
    pub precedence: Precedence,
    /// Whether a reader asked for it and waits for it.
    pub asked: bool,
}

/// How an attempt to send ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered, with the platform's key when the delivery is a message.
    Sent(Option<String>),
    /// Certainly not delivered. Try again, not before this instant; the text is the reason.
    Again(Timestamp, String),
    /// The attempt created the place of delivery, such as a thread. Try again at once; the attempt
    /// does not count.
    Prepared(String),
    /// Not delivered, because it is no longer needed; the attempt does not count.
    Superseded,
    /// Will never be delivered, for this reason.
    Failed(String),
    /// Perhaps delivered, so it is not sent again; the text is the reason.
    Unknown(String),
}

/// The lane of a chat, whose messages keep their order.
pub fn lane(channel: ChannelKind, chat_key: &str) -> String {
    format!("{}:{chat_key}", channel.as_str())
}

/// The lane of the answer to one interaction. The reader waits for it, so it does not queue behind
/// the chat's other messages.
pub fn awaited_lane(channel: ChannelKind, token: &str) -> String {
    lane(channel, &format!("{AWAITED}{token}"))
}

/// The part after the channel in the lanes of awaited answers.
const AWAITED: &str = "press:";

/// Lanes and networks to which nothing may be sent now.
#[derive(Debug, Clone, Default)]
pub struct Shut {
    /// Lanes that are closed.
    pub lanes: HashSet<String>,
    /// Networks that are closed, except for awaited answers.
    pub channels: HashSet<ChannelKind>,
    /// Networks on which answers to people without access have to wait.
    pub strangers: HashSet<ChannelKind>,
}

/// Queues a message. Waiting messages about the same ticket in its lane move into its class, so
/// that they stay ahead of it; a card update replaces the waiting updates of that card.
pub async fn enqueue(
    tx: &DatabaseTransaction,
    new: NewDelivery,
    now: Timestamp,
) -> Result<outbox::Model> {
    lock_lane(tx, &new.lane).await?;
    match (new.card, new.ticket) {
        (Some(card), _) => {
            supersede_faces(tx, &new.lane, card, now).await?;
            // An update that is being sent may have to be sent again; it must stay ahead of the new
            // one.
            bring_forward(tx, &new, outbox::Column::CardId.eq(card)).await?;
        }
        (None, Some(ticket)) => {
            let messages = outbox::Column::CardId.is_null();
            bring_forward(tx, &new, messages.and(outbox::Column::TicketId.eq(ticket))).await?;
        }
        (None, None) => {}
    }
    let row = outbox::ActiveModel {
        channel: Set(new.channel),
        chat_key: Set(new.chat_key),
        lane: Set(new.lane.clone()),
        open_lane: Set(Some(new.lane)),
        delivery: Set(new.delivery),
        card_id: Set(new.card),
        ticket_id: Set(new.ticket),
        person_id: Set(new.person),
        critical: Set(new.critical),
        precedence: Set(new.precedence),
        asked: Set(new.asked),
        state: Set(DeliveryState::Queued),
        attempts: Set(0),
        not_before: Set(now),
        message_key: Set(None),
        failure: Set(None),
        created_at: Set(now),
        settled_at: Set(None),
        ..Default::default()
    };
    Ok(row.insert(tx).await?)
}

/// Moves waiting rows of the lane of `new` into its class, when their own class is a later one.
async fn bring_forward(tx: &DatabaseTransaction, new: &NewDelivery, which: Expr) -> Result<()> {
    outbox::Entity::update_many()
        .set(outbox::ActiveModel { precedence: Set(new.precedence), ..Default::default() })
        .filter(outbox::Column::OpenLane.eq(new.lane.as_str()))
        .filter(outbox::Column::Precedence.gt(new.precedence))
        .filter(which)
        .exec(tx)
        .await?;
    Ok(())
}

/// Supersedes the waiting updates of a card in a lane, because a newer one is queued.
async fn supersede_faces(
    tx: &DatabaseTransaction,
    lane: &str,
    card: CardId,
    now: Timestamp,
) -> Result<()> {
    let waiting = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::CardId.eq(card))
        .filter(outbox::Column::OpenLane.eq(lane))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .into_tuple::<OutboxId>()
        .all(tx)
        .await?;
    supersede(tx, &waiting, now).await
}

/// Takes the lock of a lane until the transaction ends. Two transactions that write to the same
/// lanes in a different order would block each other until the server's deadlock check ends one, a
/// second later. So a transaction that already holds the lock of a lane with a greater key waits
/// only briefly, and is then tried again as a whole (55P03).
const LOCK_LANE: &str = "WITH turn AS MATERIALIZED ( \
    SELECT hashtextextended($1, 0) AS key, current_setting('lock_timeout') AS patience) \
    SELECT CASE \
    WHEN pg_try_advisory_xact_lock(turn.key) THEN NULL \
    WHEN set_config('lock_timeout', CASE WHEN EXISTS ( \
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() \
        AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) > turn.key) \
        THEN '10ms' ELSE turn.patience END, true) IS NULL THEN NULL \
    ELSE pg_advisory_xact_lock(turn.key)::text || set_config('lock_timeout', turn.patience, true) END \
    FROM turn";

/// Waits until other transactions that write to the same lane have committed. Otherwise, with
/// several writers, a row with a lower id could become visible after a row with a higher id was
/// sent (G7). SQLite has only one writer.
async fn lock_lane(tx: &DatabaseTransaction, lane: &str) -> Result<()> {
    let backend = tx.get_database_backend();
    if backend == DbBackend::Postgres {
        tx.query_one_raw(Statement::from_sql_and_values(backend, LOCK_LANE, [lane.into()])).await?;
    }
    Ok(())
}

/// The rows that a courier is responsible for: those of one network, or all (`None`).
pub type Scope = Option<ChannelKind>;

fn within(scope: Scope) -> Condition {
    // An expression instead of the plain column: with the index that begins with the network, the
    // engine would scan every row of the table.
    let network = || Expr::expr(Func::lower(Expr::col(outbox::Column::Channel)));
    Condition::all().add_option(scope.map(|channel| network().eq(channel)))
}

/// The rows that may be sent now: the first open row of each lane whose wait is over, by precedence
/// and age, without those that are `shut`. A row that was never tried has no wait. A row whose wait
/// exceeds the longest back-off is sent too: the clock was set back.
pub async fn ready(
    conn: &impl ConnectionTrait,
    scope: Scope,
    shut: &Shut,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<outbox::Model>> {
    Ok(ready_heads(conn.get_database_backend(), scope, shut, now).limit(limit).all(conn).await?)
}

/// The keys of the same rows, for when the rows themselves cannot be read.
pub async fn ready_keys(
    conn: &impl ConnectionTrait,
    scope: Scope,
    shut: &Shut,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<OutboxId>> {
    let keys = ready_heads(conn.get_database_backend(), scope, shut, now)
        .select_only()
        .column(outbox::Column::Id)
        .limit(limit);
    Ok(keys.into_tuple().all(conn).await?)
}

/// Reads one row.
pub async fn find(conn: &impl ConnectionTrait, id: OutboxId) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find_by_id(id).one(conn).await?)
}

/// The oldest row that could be sent now, with its number of attempts. While both stay the same,
/// the courier makes no progress.
pub async fn oldest(
    conn: &impl ConnectionTrait,
    now: Timestamp,
) -> Result<Option<(OutboxId, i32)>> {
    let oldest = ready_heads(conn.get_database_backend(), None, &Shut::default(), now)
        .select_only()
        .columns([outbox::Column::Id, outbox::Column::Attempts])
        .limit(1);
    Ok(oldest.into_tuple().one(conn).await?)
}

fn ready_heads(
    backend: DbBackend,
    scope: Scope,
    shut: &Shut,
    now: Timestamp,
) -> Select<outbox::Entity> {
    let mut open = Condition::all();
    for channel in &shut.channels {
        // The prefix is compared character by character, because range comparison of texts depends
        // on the server's collation.
        let awaited = lane(*channel, AWAITED);
        let letters = i32::try_from(awaited.len()).unwrap_or(i32::MAX);
        let key = Expr::col(outbox::Column::Lane);
        let beginning = Expr::expr(Func::cust("substr").arg(key).arg(1).arg(letters));
        open = open.add(outbox::Column::Channel.ne(*channel).or(beginning.eq(awaited)));
    }
    for channel in &shut.strangers {
        let other = outbox::Column::Channel.ne(*channel);
        open = open.add(other.or(outbox::Column::Precedence.ne(Precedence::Stranger)));
    }
    outbox::Entity::find()
        .filter(lanes::is_head("outbox", &["precedence", "id"], backend))
        .filter(within(scope))
        .filter(outbox::Column::OpenLane.is_not_in(shut.lanes.iter().cloned()))
        .filter(
            outbox::Column::NotBefore
                .lte(now)
                .or(outbox::Column::Attempts.eq(0))
                .or(outbox::Column::NotBefore.gt(now.plus(LONGEST_WAIT))),
        )
        .filter(open)
        .order_by(outbox::Column::Precedence, Order::Asc)
        // An expression instead of the plain key: sorting by the key itself could scan every row of
        // the table.
        .order_by(Expr::col(outbox::Column::Id).add(0), Order::Asc)
}

/// The next instant after `now` at which a row outside the lanes in `busy` may be sent.
pub async fn next_instant(
    conn: &impl ConnectionTrait,
    scope: Scope,
    busy: &HashSet<String>,
    now: Timestamp,
) -> Result<Option<Timestamp>> {
    Ok(outbox::Entity::find()
        .select_only()
        .column(outbox::Column::NotBefore)
        .filter(outbox::Column::OpenLane.is_not_null())
        .filter(within(scope))
        .filter(outbox::Column::OpenLane.is_not_in(busy.iter().cloned()))
        .filter(outbox::Column::NotBefore.gt(now))
        .order_by_asc(outbox::Column::NotBefore)
        .limit(1)
        .into_tuple::<Timestamp>()
        .one(conn)
        .await?)
}

/// Marks waiting rows as being sent and returns them as they are now, oldest first. The mark is
/// committed before the platform is called, so that a crash leaves a trace (G6). A row that another
/// transaction superseded since it was read stays superseded.
pub async fn claim(tx: &DatabaseTransaction, ids: &[OutboxId]) -> Result<Vec<outbox::Model>> {
    let mut claimed = outbox::Entity::update_many()
        .set(outbox::ActiveModel { state: Set(DeliveryState::Sending), ..Default::default() })
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).add(1))
        .filter(outbox::Column::Id.is_in(ids.iter().copied()))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .exec_with_returning(tx)
        .await?;
    claimed.sort_unstable_by_key(|row| row.id);
    Ok(claimed)
}

/// Whether the outcome of attempt `attempts` of a row is still to be recorded. It is not when the
/// outcome was committed and only the answer to that commit got lost.
pub async fn is_being_sent(tx: &DatabaseTransaction, id: OutboxId, attempts: i32) -> Result<bool> {
    let row = outbox::Entity::find()
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq(DeliveryState::Sending))
        .filter(outbox::Column::Attempts.eq(attempts));
    Ok(row.one(tx).await?.is_some())
}

/// Rows that a process was sending when it died. Their outcome is unknown.
pub async fn interrupted(conn: &impl ConnectionTrait, scope: Scope) -> Result<Vec<outbox::Model>> {
    Ok(being_sent(scope).all(conn).await?)
}

/// The keys of the same rows, for when the rows themselves cannot be read.
pub async fn interrupted_keys(conn: &impl ConnectionTrait, scope: Scope) -> Result<Vec<OutboxId>> {
    let keys = being_sent(scope).select_only().column(outbox::Column::Id);
    Ok(keys.into_tuple().all(conn).await?)
}

fn being_sent(scope: Scope) -> Select<outbox::Entity> {
    outbox::Entity::find()
        .filter(outbox::Column::OpenLane.gte(""))
        .filter(within(scope))
        .filter(outbox::Column::State.eq(DeliveryState::Sending))
        // An expression instead of the plain key: sorting by the key itself could scan every row of
        // the table.
        .order_by(Expr::col(outbox::Column::Id).add(0), Order::Asc)
}

/// Records the outcome of an attempt.
pub async fn record(
    tx: &DatabaseTransaction,
    id: OutboxId,
    outcome: Outcome,
    now: Timestamp,
) -> Result<()> {
    let mut change = outbox::ActiveModel { ..Default::default() };
    let given_back = i32::from(matches!(outcome, Outcome::Prepared(_) | Outcome::Superseded));
    let (state, failure) = match outcome {
        Outcome::Sent(message_key) => {
            change.message_key = Set(message_key);
            (DeliveryState::Sent, None)
        }
        Outcome::Again(not_before, why) => {
            change.not_before = Set(not_before);
            (DeliveryState::Queued, Some(why))
        }
        Outcome::Prepared(why) => {
            change.not_before = Set(now);
            (DeliveryState::Queued, Some(why))
        }
        Outcome::Superseded => (DeliveryState::Superseded, None),
        Outcome::Failed(why) => (DeliveryState::Failed, Some(why)),
        Outcome::Unknown(why) => (DeliveryState::Unknown, Some(why)),
    };
    change.state = Set(state);
    change.failure = Set(failure);
    if state != DeliveryState::Queued {
        change.open_lane = Set(None);
        change.settled_at = Set(Some(now));
    }
    outbox::Entity::update_many()
        .set(change)
        .col_expr(outbox::Column::Attempts, Expr::col(outbox::Column::Attempts).sub(given_back))
        .filter(outbox::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Settles waiting rows that are no longer needed.
pub async fn supersede(tx: &DatabaseTransaction, ids: &[OutboxId], now: Timestamp) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            state: Set(DeliveryState::Superseded),
            open_lane: Set(None),
            settled_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(outbox::Column::Id.is_in(ids.iter().copied()))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .exec(tx)
        .await?;
    Ok(())
}

/// Whether an update of a card waits in a lane that was queued after the row `id`.
pub async fn has_newer_face(
    conn: &impl ConnectionTrait,
    lane: &str,
    card: CardId,
    id: OutboxId,
) -> Result<bool> {
    let newer = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::CardId.eq(card))
        .filter(outbox::Column::Id.gt(id))
        .filter(outbox::Column::OpenLane.eq(lane))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .limit(1);
    Ok(newer.into_tuple::<OutboxId>().one(conn).await?.is_some())
}

/// The waiting rows of a lane, oldest first.
pub async fn waiting_in(conn: &impl ConnectionTrait, lane: &str) -> Result<Vec<outbox::Model>> {
    Ok(outbox::Entity::find()
        .filter(outbox::Column::OpenLane.eq(lane))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .order_by_asc(outbox::Column::Id)
        .all(conn)
        .await?)
}
