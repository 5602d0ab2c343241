//! What the desk has to say. Rows are written in the transaction that causes them (G4), claimed in the
//! order of their lane (G7), marked before the platform is called, and settled with the outcome
//! (G5, G6).
//!
//! The order of a lane, which is a chat, is the [`Precedence`] of its rows, and within one class their
//! age. So an answer that its reader asked for and an urgent notice overtake other notices, and notices
//! overtake the new faces of cards. What may not overtake:
//! - two messages that speak of the same ticket: a row that is written moves the messages of its ticket
//!   that wait in the lane into its own class (see [`enqueue`]);
//! - two answers that a reader asked for, of any tickets;
//! - two faces of the same card: the newer one replaces those that wait;
//! - the face of a card and the message that the card is: only a card that hangs is redrawn early;
//! - what goes into a ticket's thread: all of it has one class.
//!
//! A face is a view and no message: it may come before or after the messages of its ticket.
//! Deliberately absent: what a delivery says, and how it is sent.

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
pub mod dead;
pub mod lately;
mod said;

pub use said::{chats, first_refused, messages, ticket_of_message, was_delivered_in};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{CardId, OutboxId, PersonId, TicketId},
        time::{HOUR, Timestamp},
    },
    entity::outbox::{self, DeliveryState, Precedence},
};

/// The longest that anything waits to be said again, in milliseconds. What a platform asks for beyond
/// that is asked again by then.
pub const LONGEST_WAIT: i64 = HOUR;

/// Something to say.
#[derive(Debug, Clone)]
pub struct NewDelivery {
    /// On which network.
    pub channel: ChannelKind,
    /// In which chat.
    pub chat_key: String,
    /// What must stay in order; see [`lane`].
    pub lane: String,
    /// The delivery as JSON.
    pub delivery: String,
    /// The card to which it gives a new face.
    pub card: Option<CardId>,
    /// The ticket it speaks of.
    pub ticket: Option<TicketId>,
    /// Whom it tells.
    pub person: Option<PersonId>,
    /// Whether it is said once more when its outcome is unknown.
    pub critical: bool,
    /// Which rows of its lane go before it.
    pub precedence: Precedence,
    /// Whether its reader asked for it and waits for it.
    pub asked: bool,
}

/// How a try ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered, with the platform's key where it is a message.
    Sent(Option<String>),
    /// Surely not delivered; again, not before the instant.
    Again(Timestamp, String),
    /// Where it goes was made first; now it can be delivered, and no try was used up.
    Prepared(String),
    /// Not delivered, because it need not be said any more; no try was used up.
    Superseded,
    /// Never to be delivered.
    Failed(String),
    /// Perhaps delivered, and not said again.
    Unknown(String),
}

/// The lane of a chat: what is said in it stays in order.
pub fn lane(channel: ChannelKind, chat_key: &str) -> String {
    format!("{}:{chat_key}", channel.as_str())
}

/// The lane of an answer that somebody waits for: it waits behind nothing but its like.
pub fn awaited_lane(channel: ChannelKind, token: &str) -> String {
    lane(channel, &format!("{AWAITED}{token}"))
}

/// What stands behind the channel in the lanes of answers that somebody waits for.
const AWAITED: &str = "press:";

/// What nothing may be sent in now.
#[derive(Debug, Clone, Default)]
pub struct Shut {
    /// Lanes.
    pub lanes: HashSet<String>,
    /// Networks, but for the answers that somebody waits for.
    pub channels: HashSet<ChannelKind>,
    /// Networks on which people without access wait for their answers.
    pub strangers: HashSet<ChannelKind>,
}

/// Writes down something to say. The messages of the same ticket that wait in its lane are moved into
/// its class, so that they stay before it; the face of a card replaces the faces that wait.
pub async fn enqueue(
    tx: &DatabaseTransaction,
    new: NewDelivery,
    now: Timestamp,
) -> Result<outbox::Model> {
    take_turn(tx, &new.lane).await?;
    match (new.card, new.ticket) {
        (Some(card), _) => {
            supersede_faces(tx, &new.lane, card, now).await?;
            // One that is being sent may have to be sent again, and then it still goes first.
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

/// Moves rows that wait in the lane of `new` into its class where theirs is a later one.
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

/// Ends the faces of a card that wait in a lane, because a newer one is written.
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

/// Takes a lane's lock, which ends with the transaction. Two that write for the same lanes in another
/// order would wait for each other until the server looks, a second later, and ends one: so whoever holds
/// the lock of a lane further on waits briefly, and is tried again as a whole (55P03).
const TAKE_TURN: &str = "WITH turn AS MATERIALIZED ( \
    SELECT hashtextextended($1, 0) AS key, current_setting('lock_timeout') AS patience) \
    SELECT CASE \
    WHEN pg_try_advisory_xact_lock(turn.key) THEN NULL \
    WHEN set_config('lock_timeout', CASE WHEN EXISTS ( \
        SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid() \
        AND objsubid = 1 AND (classid::bigint << 32 | objid::bigint) > turn.key) \
        THEN '10ms' ELSE turn.patience END, true) IS NULL THEN NULL \
    ELSE pg_advisory_xact_lock(turn.key)::text || set_config('lock_timeout', turn.patience, true) END \
    FROM turn";

/// Waits until other transactions that write for the same lane have committed. Where several write at
/// once, a row of a lower number could otherwise come to light after a higher one was sent (G7). On SQLite
/// there is one writer.
async fn take_turn(tx: &DatabaseTransaction, lane: &str) -> Result<()> {
    let backend = tx.get_database_backend();
    if backend == DbBackend::Postgres {
        tx.query_one_raw(Statement::from_sql_and_values(backend, TAKE_TURN, [lane.into()])).await?;
    }
    Ok(())
}

/// Which rows somebody looks after: those of one network, or all.
pub type Scope = Option<ChannelKind>;

fn within(scope: Scope) -> Condition {
    // An expression: along the index that begins with the network, every row there ever was would be
    // looked at.
    let network = || Expr::expr(Func::lower(Expr::col(outbox::Column::Channel)));
    Condition::all().add_option(scope.map(|channel| network().eq(channel)))
}

/// What may be sent now: the first open row of each lane whose time has come, by precedence and age,
/// without what is `shut`. What was never tried waits for nothing, and nothing waits for longer than it can
/// have been told to: then the clock was put back.
pub async fn ready(
    conn: &impl ConnectionTrait,
    scope: Scope,
    shut: &Shut,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<outbox::Model>> {
    Ok(ready_heads(conn.get_database_backend(), scope, shut, now).limit(limit).all(conn).await?)
}

/// The same rows by their keys alone, for when the rows themselves cannot be read.
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

/// One row.
pub async fn find(conn: &impl ConnectionTrait, id: OutboxId) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find_by_id(id).one(conn).await?)
}

/// The oldest thing that could be sent now, with its tries: as long as both stay the same, nothing
/// goes on.
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
        // Letter by letter, for what stands between two texts depends on the language that a server
        // sorts by.
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
        // An expression: sorted by the key itself, every row there ever was might be looked at.
        .order_by(Expr::col(outbox::Column::Id).add(0), Order::Asc)
}

/// The next instant after `now` at which something may be sent, lanes in `busy` aside.
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

/// Marks the rows that still wait as being sent, and gives them as they are now, oldest first; committed
/// before the platform is called, so that a crash leaves a trace (G6). A row that another transaction
/// superseded since it was read stays superseded.
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

/// Whether the outcome of a row's try `attempts` is still to be written down. It is not when an answer
/// to that got lost and the outcome did not.
pub async fn is_being_sent(tx: &DatabaseTransaction, id: OutboxId, attempts: i32) -> Result<bool> {
    let row = outbox::Entity::find()
        .filter(outbox::Column::Id.eq(id))
        .filter(outbox::Column::State.eq(DeliveryState::Sending))
        .filter(outbox::Column::Attempts.eq(attempts));
    Ok(row.one(tx).await?.is_some())
}

/// Rows that a process was sending when it died: their outcome is unknown.
pub async fn interrupted(conn: &impl ConnectionTrait, scope: Scope) -> Result<Vec<outbox::Model>> {
    Ok(being_sent(scope).all(conn).await?)
}

/// The same rows by their keys alone, for when the rows themselves cannot be read.
pub async fn interrupted_keys(conn: &impl ConnectionTrait, scope: Scope) -> Result<Vec<OutboxId>> {
    let keys = being_sent(scope).select_only().column(outbox::Column::Id);
    Ok(keys.into_tuple().all(conn).await?)
}

fn being_sent(scope: Scope) -> Select<outbox::Entity> {
    outbox::Entity::find()
        .filter(outbox::Column::OpenLane.gte(""))
        .filter(within(scope))
        .filter(outbox::Column::State.eq(DeliveryState::Sending))
        // An expression: sorted by the key itself, every row there ever was would be looked at.
        .order_by(Expr::col(outbox::Column::Id).add(0), Order::Asc)
}

/// Writes down how a try ended.
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

/// Ends rows that need not be said any more.
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

/// Whether a face of a card waits in a lane that was written after the row `id`.
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

/// What waits in one lane, oldest first.
pub async fn waiting_in(conn: &impl ConnectionTrait, lane: &str) -> Result<Vec<outbox::Model>> {
    Ok(outbox::Entity::find()
        .filter(outbox::Column::OpenLane.eq(lane))
        .filter(outbox::Column::State.eq(DeliveryState::Queued))
        .order_by_asc(outbox::Column::Id)
        .all(conn)
        .await?)
}
