//! Lists of people for the command line and for administrators, one page at a time, ordered by key.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{actor, linking};
use crate::{
    domain::{id::PersonId, status::Status},
    entity::{account, person, ticket},
    service::Result,
};

/// A person with groups, accounts and workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The person.
    pub person: person::Model,
    /// Their groups.
    pub groups: Vec<String>,
    /// Their accounts, the most recently used first.
    pub accounts: Vec<account::Model>,
    /// How many open tickets they hold.
    pub holds: u64,
}

/// The people after this one, including revoked people: at most `limit`.
pub async fn page(
    conn: &impl ConnectionTrait,
    after: PersonId,
    limit: u64,
) -> Result<Vec<person::Model>> {
    Ok(person::Entity::find()
        .filter(person::Column::Id.gt(after))
        .filter(person::Column::JoinedInto.is_null())
        .order_by_asc(person::Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// One person; `None` when the person is unknown or was joined to another person.
pub async fn one(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<Listed>> {
    let person = person::Entity::find_by_id(id).one(conn).await?;
    let Some(person) = person.filter(|person| person.joined_into.is_none()) else {
        return Ok(None);
    };
    let groups = actor(conn, id).await?.map(|actor| actor.groups).unwrap_or_default();
    let accounts = linking::accounts(conn, id).await?;
    let over = [Status::Solved, Status::Closed, Status::NotManaged];
    let holds = ticket::Entity::find()
        .filter(ticket::Column::TechnicianId.eq(id))
        .filter(ticket::Column::Status.is_not_in(over))
        .count(conn)
        .await?;
    Ok(Some(Listed { person, groups, accounts, holds }))
}
