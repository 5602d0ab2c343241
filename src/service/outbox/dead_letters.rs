//! Dead letters: messages that were never delivered (G5), or that were perhaps delivered and are
//! not sent again (G6). An operator decides about each. Deliberately absent: the content of a
//! message, which no listing reads, and what sending it again means (see `crate::chat::retry`).

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

/// The states of dead letters. Must match the condition of the partial index.
const DEAD: &str = "state IN ('failed', 'unknown')";

/// A message that was not delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The outbox row.
    pub id: OutboxId,
    /// When it was given up.
    pub at: Timestamp,
    /// The network it was addressed to.
    pub channel: ChannelKind,
    /// The number of the ticket it is about.
    pub ticket: Option<TicketNumber>,
    /// Whether it failed or its outcome is unknown.
    pub state: DeliveryState,
    /// The number of attempts.
    pub attempts: i32,
    /// The reason, as the platform or the desk gave it.
    pub why: String,
}

/// The columns of a dead letter, without the content of the message.
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

/// The dead letters, newest first: at most `limit`, and older than the row `before`.
pub async fn list(
    conn: &impl ConnectionTrait,
    before: Option<OutboxId>,
    limit: u64,
) -> Result<Vec<DeadLetter>> {
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
        |(id, created_at, settled_at, channel, ticket, state, attempts, why): Row| DeadLetter {
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

/// The numbers of these tickets.
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

/// Reads one dead letter; `None` when the row does not exist or is no dead letter.
pub async fn find(conn: &impl ConnectionTrait, id: OutboxId) -> Result<Option<outbox::Model>> {
    Ok(outbox::Entity::find_by_id(id).filter(Expr::cust(DEAD)).one(conn).await?)
}

/// Removes a dead letter from the list for good; `note` says what became of it. Returns whether it
/// was on the list, so that of several operators who decide about a row only one succeeds.
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
