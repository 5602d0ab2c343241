//! Adds a person to a group, or removes them. A person who leaves a group releases its tickets.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::OnConflict,
};

use super::{guard, role::Changed};
use crate::{
    domain::{
        id::PersonId,
        person_event::{By, PersonEvent},
        procedure::Procedure,
        refusal::Refusal,
    },
    entity::membership,
    service::{
        Act, Result,
        people::{self, history},
        ticket::release,
    },
};

/// Whether a group has no staff.
pub async fn is_empty(conn: &impl ConnectionTrait, group: &str) -> Result<bool> {
    Ok(people::members(conn, group).await?.is_empty())
}

/// The keys of the groups of a procedure that have no staff.
pub async fn without_people(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
) -> Result<Vec<String>> {
    let mut empty = Vec::new();
    for group in &procedure.groups {
        if is_empty(conn, &group.key).await? {
            empty.push(group.key.clone());
        }
    }
    Ok(empty)
}

/// Adds a person to a group. Returns whether the person was not in it before.
///
/// # Errors
/// Refuses an unknown person and an unknown group.
pub async fn add_group(act: &Act<'_>, by: By, id: PersonId, group: &str) -> Result<bool> {
    let group =
        act.procedure.group(group).ok_or_else(|| Refusal::UnknownGroup(group.to_owned()))?;
    guard::locked(act.tx, id).await?;
    if !insert(act.tx, id, &group.key).await? {
        return Ok(false);
    }
    let event = PersonEvent::GroupAdded { group: group.key.clone() };
    history::append(act, by, Some(id), &event).await?;
    Ok(true)
}

/// Removes a person from a group of the present procedure or of an earlier edition. Returns `None`
/// when the person is not in the group.
///
/// # Errors
/// Refuses an unknown person.
pub async fn remove_group(
    act: &Act<'_>,
    by: By,
    id: PersonId,
    group: &str,
) -> Result<Option<Changed>> {
    let person = guard::locked(act.tx, id).await?;
    let removed = membership::Entity::delete_many()
        .filter(membership::Column::PersonId.eq(id))
        .filter(membership::Column::GroupKey.eq(group))
        .exec(act.tx)
        .await?;
    if removed.rows_affected == 0 {
        return Ok(None);
    }
    let released = release::release(act, id).await?;
    let numbers = released.iter().map(|done| done.ticket.number).collect();
    let event = PersonEvent::GroupRemoved { group: group.to_owned(), released: numbers };
    history::append(act, by, Some(id), &event).await?;
    Ok(Some(Changed { person, released }))
}

/// Inserts a membership. Returns whether it is new.
pub(super) async fn insert(tx: &DatabaseTransaction, id: PersonId, group: &str) -> Result<bool> {
    let new = membership::ActiveModel { person_id: Set(id), group_key: Set(group.to_owned()) };
    let keys = [membership::Column::PersonId, membership::Column::GroupKey];
    let known = OnConflict::columns(keys).do_nothing().to_owned();
    let added = membership::Entity::insert_many([new]).on_conflict(known);
    Ok(added.exec_without_returning(tx).await? > 0)
}
