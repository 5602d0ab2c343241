//! Changes a person's role. A person with a lower role releases the tickets that the role may not
//! hold.

use sea_orm::{ActiveModelTrait, ActiveValue::Set};

use super::guard;
use crate::{
    domain::{
        id::PersonId,
        person::Role,
        person_event::{By, PersonEvent},
    },
    entity::person,
    service::{
        Act, Result,
        people::history,
        ticket::{Done, release},
    },
};

/// The result of a change of role or access.
#[derive(Debug, Clone)]
pub struct Changed {
    /// The person after the change.
    pub person: person::Model,
    /// The tickets that went back to their groups.
    pub released: Vec<Done>,
}

/// Sets a person's role. Returns `None` when the person has it already.
///
/// # Errors
/// Refuses an unknown person, and a lower role for the last administrator.
pub async fn set_role(act: &Act<'_>, by: By, id: PersonId, role: Role) -> Result<Option<Changed>> {
    let before = match role {
        Role::Administrator => guard::locked(act.tx, id).await?,
        _ => guard::locked_unless_last(act.tx, id).await?,
    };
    let from = before.role;
    if from == role {
        return Ok(None);
    }
    let mut change = person::ActiveModel::from(before);
    change.role = Set(role);
    let person = change.update(act.tx).await?;
    let released = release::release(act, id).await?;
    let numbers = released.iter().map(|done| done.ticket.number).collect();
    let event = PersonEvent::RoleChanged { from, to: role, released: numbers };
    history::append(act, by, Some(id), &event).await?;
    Ok(Some(Changed { person, released }))
}
