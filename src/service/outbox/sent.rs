//! Queries about messages that were sent: where, about which ticket, and which were refused.
//! Deliberately absent: messages that are still to be sent.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{OutboxId, PersonId, TicketId},
        time::Timestamp,
    },
    entity::outbox::{self, DeliveryState},
    service::Result,
};

/// The chats of a network in which a message was or is being sent, each with the least key of its
/// messages.
pub async fn chats(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
) -> Result<Vec<(String, Option<String>)>> {
    let begun = outbox::Column::OpenLane.gte("").and(outbox::Column::Attempts.gt(0));
    Ok(outbox::Entity::find()
        .select_only()
        .column(outbox::Column::ChatKey)
        .column_as(outbox::Column::MessageKey.min(), "key")
        .filter(outbox::Column::Channel.eq(channel))
        .filter(outbox::Column::MessageKey.is_not_null().or(begun))
        .group_by(outbox::Column::ChatKey)
        .into_tuple()
        .all(conn)
        .await?)
}

/// The ticket that one of the desk's own messages is about.
pub async fn ticket_of_message(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
    message_key: &str,
) -> Result<Option<TicketId>> {
    let row = outbox::Entity::find()
        .filter(outbox::Column::Channel.eq(channel))
        .filter(outbox::Column::ChatKey.eq(chat_key))
        .filter(outbox::Column::MessageKey.eq(message_key))
        .one(conn)
        .await?;
    Ok(row.and_then(|row| row.ticket_id))
}

/// Whether a message for the private chat `own` was delivered in another chat, which has the key
/// `place`.
pub async fn was_delivered_in(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    own: &str,
    place: &str,
) -> Result<bool> {
    let beginning = format!("{place}/");
    // PostgreSQL requires the length as a four-byte integer.
    let length = i32::try_from(beginning.len()).unwrap_or(i32::MAX);
    let key = Func::cust("substr").arg(Expr::col(outbox::Column::MessageKey)).arg(1).arg(length);
    let row = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::Id)
        .filter(outbox::Column::Channel.eq(channel))
        .filter(outbox::Column::ChatKey.eq(own))
        .filter(Expr::expr(key).eq(beginning))
        .limit(1)
        .into_tuple::<OutboxId>()
        .one(conn)
        .await?;
    Ok(row.is_some())
}

/// When the first notice to a person was queued that was refused at `since` or later.
pub async fn first_refused(
    conn: &impl ConnectionTrait,
    person: PersonId,
    since: Timestamp,
) -> Result<Option<Timestamp>> {
    Ok(outbox::Entity::find()
        .select_only()
        .column(outbox::Column::CreatedAt)
        .filter(outbox::Column::PersonId.eq(person))
        .filter(outbox::Column::State.eq(DeliveryState::Failed))
        .filter(outbox::Column::SettledAt.gte(since))
        .order_by_asc(outbox::Column::CreatedAt)
        .limit(1)
        .into_tuple::<Timestamp>()
        .one(conn)
        .await?)
}

/// The last messages delivered on a network, oldest first: at most `limit`.
pub async fn messages(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    limit: u64,
) -> Result<Vec<outbox::Model>> {
    let mut rows = outbox::Entity::find()
        .filter(outbox::Column::Channel.eq(channel))
        .filter(outbox::Column::MessageKey.is_not_null())
        .order_by_desc(outbox::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    rows.reverse();
    Ok(rows)
}
