//! Requests for a report. The command handler writes a request as a row, so that a crash loses
//! none. A worker reads it, makes the report outside any write transaction, and deletes the row in
//! the transaction that queues the answer. Deliberately absent: making the report.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    domain::{id::PersonId, report::Month, time::Timestamp},
    entity::report_request::{self, Column, Entity},
    service::{Result, people::Address},
};

/// A request for a month's figures, before it is stored.
#[derive(Debug, Clone)]
pub struct NewReportRequest {
    /// The month.
    pub month: Month,
    /// The person who asked.
    pub asked_by: PersonId,
    /// The address of the answer.
    pub to: Address,
    /// The interaction token under which the network waits for the answer.
    pub via: Option<String>,
}

/// Stores a supervisor's request for a month's figures.
pub async fn add(tx: &DatabaseTransaction, new: NewReportRequest, now: Timestamp) -> Result<()> {
    let row = report_request::ActiveModel {
        month: Set(new.month.to_string()),
        channel: Set(new.to.channel),
        chat_key: Set(new.to.chat_key),
        person_id: Set(new.to.person),
        asked_by: Set(new.asked_by),
        locale: Set(new.to.locale),
        via: Set(new.via),
        attempts: Set(0),
        not_before: Set(now),
        asked_at: Set(now),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// The requests that may be answered now, oldest first.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<report_request::Model>> {
    Ok(Entity::find()
        .filter(Column::NotBefore.lte(now))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// Deletes a request in the transaction that answers it. Returns false when another replica
/// answered it.
pub async fn settle(tx: &DatabaseTransaction, id: i64) -> Result<bool> {
    let gone = Entity::delete_by_id(id).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// Counts a failed attempt, and postpones the next one until `not_before`.
pub async fn put_off(tx: &DatabaseTransaction, id: i64, not_before: Timestamp) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .col_expr(Column::NotBefore, Expr::value(not_before))
        .filter(Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The address of the answer.
pub fn address(wish: &report_request::Model) -> Address {
    Address {
        channel: wish.channel,
        chat_key: wish.chat_key.clone(),
        person: wish.person_id,
        locale: wish.locale,
    }
}
