//! What was never delivered (G5), or perhaps was and is not said again (G6): listed for somebody to
//! decide on. Deliberately absent: what a delivery says, which no listing reads, and what saying it
//! again means (see `crate::chat::retry`).

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{OutboxId, TicketId, TicketNumber},
        time::Timestamp,
    },
    entity::{
        outbox::{self, DeliveryState},
        ticket,
    },
    service::Result,
};

/// The states in which somebody may decide; written out as the index on them has it.
const DEAD: &str = "state IN ('failed', 'unknown')";

/// Something that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Its row.
    pub id: OutboxId,
    /// When it was given up.
    pub at: Timestamp,
    /// On which network.
    pub channel: ChannelKind,
    /// The ticket it speaks of.
    pub ticket: Option<TicketNumber>,
    /// Whether it failed, or nobody knows.
    pub state: DeliveryState,
    /// Tries.
    pub attempts: i32,
    /// Why, in the platform's words or ours.
    pub why: String,
}

/// The columns of a [`Letter`], without what it says.
type Row = (
    OutboxId,
    Timestamp,
    Option<Timestamp>,
    ChannelKind,
    Option<TicketId>,
    DeliveryState,
    i32,
    Option<String>,
);

/// What was not delivered, the newest first: at most `limit`, all of it older than the row `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    before: Option<OutboxId>,
    limit: u64,
) -> Result<Vec<Letter>> {
    let mut query = outbox::Entity::find()
        .select_only()
        .columns([
            outbox::Column::Id,
            outbox::Column::CreatedAt,
            outbox::Column::SettledAt,
            outbox::Column::Channel,
            outbox::Column::TicketId,
            outbox::Column::State,
            outbox::Column::Attempts,
            outbox::Column::Failure,
        ])
        .filter(Expr::cust(DEAD))
        .order_by_desc(outbox::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(outbox::Column::Id.lt(before));
    }
    let rows: Vec<Row> = query.into_tuple().all(conn).await?;
    let numbers = numbers(conn, rows.iter().filter_map(|row| row.4).collect()).await?;
    let letter =
        |(id, created_at, settled_at, channel, ticket, state, attempts, why): Row| Letter {
            id,
            at: settled_at.unwrap_or(created_at),
            channel,
            ticket: ticket.and_then(|ticket| numbers.get(&ticket).copied()),
            state,
            attempts,
            why: why.unwrap_or_default(),
        };
    Ok(rows.into_iter().map(letter).collect())
}

/// What people call these tickets.
async fn numbers(
    conn: &impl ConnectionTrait,
    ids: Vec<TicketId>,
) -> Result<HashMap<TicketId, TicketNumber>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::Id, ticket::Column::Number])
        .filter(ticket::Column::Id.is_in(ids))
        .into_tuple()
        .all(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

/// A row that was not delivered; `None` when there is none with this identity, or it was.
pub async fn find(conn: &impl ConnectionTrait, id: OutboxId) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find_by_id(id).filter(Expr::cust(DEAD)).one(conn).await?)
}

/// Takes a row off the list for good; `note` says what became of it. Gives whether it was on it: of
/// several who decide about a row, one does.
pub async fn settle(
    tx: &DatabaseTransaction,
    id: OutboxId,
    note: &str,
    now: Timestamp,
) -> Result<bool> {
    let settled = outbox::Entity::update_many()
        .col_expr(outbox::Column::State, Expr::value(DeliveryState::Superseded))
        .col_expr(outbox::Column::Failure, Expr::value(note))
        .col_expr(outbox::Column::SettledAt, Expr::value(now))
        .filter(outbox::Column::Id.eq(id))
        .filter(Expr::cust(DEAD))
        .exec(tx)
        .await?;
    Ok(settled.rows_affected == 1)
}
