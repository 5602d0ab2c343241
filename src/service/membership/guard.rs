//! Checks before every change of a person's role or access: the person exists and has access, and
//! the desk keeps at least one administrator.

use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    domain::{id::PersonId, person::Role, refusal::Refusal},
    entity::person,
    service::Result,
};

/// Reads a person who has access, locked until the transaction ends.
///
/// # Errors
/// Refuses a person who is unknown, was joined to another person, or was revoked.
pub(super) async fn locked(tx: &DatabaseTransaction, id: PersonId) -> Result<person::Model> {
    let person = person::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    let person = person.filter(|person| person.joined_into.is_none());
    let person = person.filter(|person| person.revoked_at.is_none());
    Ok(person.ok_or(Refusal::UnknownPerson)?)
}

/// Like [`locked`], for a person who is about to lose a role. All administrators are locked first,
/// in the order of their keys, so that two administrators who demote each other at once do not both
/// succeed.
///
/// # Errors
/// Also refuses the last administrator.
pub(super) async fn locked_unless_last(
    tx: &DatabaseTransaction,
    id: PersonId,
) -> Result<person::Model> {
    let administrators = person::Entity::find()
        .filter(person::Column::Role.eq(Role::Administrator))
        .filter(person::Column::JoinedInto.is_null())
        .order_by_asc(person::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let person = locked(tx, id).await?;
    if person.role == Role::Administrator && administrators.iter().all(|one| one.id == id) {
        return Err(Refusal::LastAdministrator.into());
    }
    Ok(person)
}
