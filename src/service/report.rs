//! The monthly report: its figures, the tickets it lists, the requests for it, and which reports
//! were sent. Large reads run outside write transactions. Deliberately absent: the meaning of the
//! figures ([`crate::domain::report`]) and their wording.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, sea_query::OnConflict,
};

use super::Result;
use crate::{
    domain::{report::Month, time::Timestamp},
    entity::{report, ticket},
};

mod cases;
mod figures;
pub mod requests;

pub use cases::Cases;
pub use figures::figures;

/// How many keys one query names: fewer than any engine's limit.
const AT_ONCE: usize = 500;

/// Whether the desk had a ticket before an instant.
pub async fn had_tickets(conn: &impl ConnectionTrait, before: Timestamp) -> Result<bool> {
    let first = ticket::Entity::find()
        .filter(ticket::Column::CreatedAt.lt(before))
        .order_by_asc(ticket::Column::CreatedAt)
        .one(conn)
        .await?;
    Ok(first.is_some())
}

/// Whether a month's report was sent.
pub async fn was_sent(conn: &impl ConnectionTrait, month: Month) -> Result<bool> {
    Ok(report::Entity::find_by_id(month.to_string()).one(conn).await?.is_some())
}

/// Records that this transaction sends a month's report. Returns false when it was sent already.
pub async fn mark_sent(tx: &DatabaseTransaction, month: Month, now: Timestamp) -> Result<bool> {
    let row = report::ActiveModel { month: Set(month.to_string()), sent_at: Set(now) };
    let inserted = report::Entity::insert(row)
        .on_conflict(OnConflict::column(report::Column::Month).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}
