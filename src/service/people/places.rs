//! Group chats that refuse the desk's messages. The link to the group stays: the chat is
//! unreachable since an instant, is tried again from time to time, and counts as reachable after
//! the first message that it accepts. Deliberately absent: who gets the messages in the meantime
//! (`chat::notify::chats`).

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait,
    DatabaseTransaction, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::Address;
use crate::{
    domain::{
        channel::{ChannelKind, part_key},
        time::Timestamp,
    },
    entity::destination,
    service::Result,
};

/// What a refused message means for a group chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// No group is linked to the chat.
    Unlinked,
    /// The chat was reachable until now.
    News,
    /// The chat was known to be unreachable.
    Known,
}

/// The address of a linked chat, which has no single reader.
pub(super) fn address(row: destination::Model) -> Address {
    Address { channel: row.channel, chat_key: row.chat_key, person: None, locale: row.locale }
}

/// The unreachable chats of a group.
pub async fn out_of_reach(conn: &impl ConnectionTrait, group: &str) -> Result<Vec<Address>> {
    let rows = destination::Entity::find()
        .filter(destination::Column::GroupKey.eq(group))
        .filter(destination::Column::UnreachableSince.is_not_null())
        .order_by_asc(destination::Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(address).collect())
}

/// Records that a chat refuses messages.
pub async fn mark_unreachable(
    tx: &DatabaseTransaction,
    channel: ChannelKind,
    chat_key: &str,
    now: Timestamp,
) -> Result<Lost> {
    let rows = destination::Entity::find().filter(at(channel, chat_key)).all(tx).await?;
    let mut lost = Lost::Unlinked;
    for row in rows {
        match row.unreachable_since {
            Some(_) if lost == Lost::Unlinked => lost = Lost::Known,
            Some(_) => {}
            None => lost = Lost::News,
        }
        let mut change = destination::ActiveModel::from(row.clone());
        change.unreachable_since = Set(row.unreachable_since.or(Some(now)));
        change.tried_at = Set(Some(now));
        change.update(tx).await?;
    }
    Ok(lost)
}

/// Records that a chat accepts messages. Returns the groups for which it was unreachable before.
pub async fn mark_reachable(
    tx: &DatabaseTransaction,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<Vec<String>> {
    let silent = at(channel, chat_key).add(destination::Column::UnreachableSince.is_not_null());
    let groups: Vec<String> = destination::Entity::find()
        .select_only()
        .column(destination::Column::GroupKey)
        .filter(silent.clone())
        .order_by_asc(destination::Column::Id)
        .into_tuple()
        .all(tx)
        .await?;
    if !groups.is_empty() {
        destination::Entity::update_many()
            .col_expr(destination::Column::UnreachableSince, Expr::value(None::<i64>))
            .col_expr(destination::Column::TriedAt, Expr::value(None::<i64>))
            .filter(silent)
            .exec(tx)
            .await?;
    }
    Ok(groups)
}

/// The linked places in a chat: the chat itself and its linked topics or threads.
pub async fn within(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<Vec<Address>> {
    let part = destination::Column::ChatKey.starts_with(part_key(chat_key, ""));
    let mut rows = destination::Entity::find()
        .filter(destination::Column::Channel.eq(channel))
        .filter(destination::Column::ChatKey.eq(chat_key).or(part))
        .order_by_asc(destination::Column::Id)
        .all(conn)
        .await?;
    let mut known = Vec::new();
    rows.retain(|row| {
        let new = !known.contains(&row.chat_key);
        known.push(row.chat_key.clone());
        new
    });
    Ok(rows.into_iter().map(address).collect())
}

/// The unreachable chats that were last tried before `before`, each once.
pub async fn to_try(
    conn: &impl ConnectionTrait,
    before: Timestamp,
    limit: u64,
) -> Result<Vec<Address>> {
    let tried = destination::Column::TriedAt.is_null().or(destination::Column::TriedAt.lte(before));
    let rows = destination::Entity::find()
        .filter(destination::Column::UnreachableSince.is_not_null())
        .filter(tried)
        .order_by_asc(destination::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    let mut places: Vec<Address> = Vec::new();
    for place in rows.into_iter().map(address) {
        if !places
            .iter()
            .any(|known| known.channel == place.channel && known.chat_key == place.chat_key)
        {
            places.push(place);
        }
    }
    Ok(places)
}

/// Records an attempt to reach an unreachable chat.
pub async fn note_try(tx: &DatabaseTransaction, place: &Address, now: Timestamp) -> Result<()> {
    destination::Entity::update_many()
        .col_expr(destination::Column::TriedAt, Expr::value(now))
        .filter(at(place.channel, &place.chat_key))
        .exec(tx)
        .await?;
    Ok(())
}

fn at(channel: ChannelKind, chat_key: &str) -> Condition {
    Condition::all()
        .add(destination::Column::Channel.eq(channel))
        .add(destination::Column::ChatKey.eq(chat_key))
}
