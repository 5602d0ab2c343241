//! Recently sent messages, from which the pace of sending is computed. Deliberately absent: the
//! pace itself.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{Scope, within};
use crate::{
    domain::{channel::ChannelKind, id::OutboxId, time::Timestamp},
    entity::outbox::{self, DeliveryState},
    service::Result,
};

/// The messages sent since an instant, oldest first.
pub async fn sent_since(
    conn: &impl ConnectionTrait,
    scope: Scope,
    since: Timestamp,
) -> Result<Vec<outbox::Model>> {
    Ok(outbox::Entity::find()
        .filter(outbox::Column::SettledAt.gte(since))
        // Must match the condition of the partial index.
        .filter(Expr::cust("delivery <> '' AND settled_at IS NOT NULL"))
        .filter(within(scope))
        .filter(outbox::Column::State.is_in([DeliveryState::Sent, DeliveryState::Unknown]))
        .order_by_asc(outbox::Column::SettledAt)
        .order_by_asc(outbox::Column::Id)
        .all(conn)
        .await?)
}

/// Whether a person without access got an answer in a chat since an instant.
pub async fn answered_stranger(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
    since: Timestamp,
) -> Result<bool> {
    let told = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::Channel.eq(channel))
        .filter(outbox::Column::ChatKey.eq(chat_key))
        .filter(Expr::cust("precedence = 4"))
        .filter(outbox::Column::CreatedAt.gt(since))
        .limit(1);
    Ok(told.into_tuple::<OutboxId>().one(conn).await?.is_some())
}
