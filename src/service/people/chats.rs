//! The links between groups and chats: listed, and removed by an administrator or the operator.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::history;
use crate::{
    domain::person_event::{By, PersonEvent},
    entity::destination,
    service::{Act, Result},
};

/// Every link between a group and a chat, in the order in which they were made.
pub async fn all(conn: &impl ConnectionTrait) -> Result<Vec<destination::Model>> {
    Ok(destination::Entity::find().order_by_asc(destination::Column::Id).all(conn).await?)
}

/// Reads one link.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<destination::Model>> {
    Ok(destination::Entity::find_by_id(id).one(conn).await?)
}

/// Unlinks a chat from one group. Returns the link as it was; `None` when there was none.
pub async fn unlink(act: &Act<'_>, by: By, id: i64) -> Result<Option<destination::Model>> {
    let Some(link) = one(act.tx, id).await? else { return Ok(None) };
    destination::Entity::delete_many().filter(destination::Column::Id.eq(id)).exec(act.tx).await?;
    let event = PersonEvent::ChatUnlinked {
        channel: link.channel,
        chat: link.chat_key.clone(),
        groups: vec![link.group_key.clone()],
    };
    history::append(act, by, None, &event).await?;
    Ok(Some(link))
}
