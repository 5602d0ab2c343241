//! Returns tickets to their groups when a technician loses the right to hold them: by revoked
//! access, a lower role, a lost group, or the undoing of a join. A solved ticket keeps its
//! technician, who gave the solution, until its requester reopens it.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::{Done, Subject, commit, enter, find};
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketNumber},
        person::{Actor, Role},
        status::Status,
    },
    entity::ticket,
    service::{Act, Result, people},
};

/// Whether a person may hold the tickets of a group.
pub(crate) fn may_hold(actor: &Actor, group: &str) -> bool {
    actor.role >= Role::Supervisor || (actor.role == Role::Technician && actor.is_in(group))
}

/// Releases every open ticket that a person holds, or that was escalated to the person by name, and
/// that the person may not hold with their present role and groups.
pub async fn release(act: &Act<'_>, person: PersonId) -> Result<Vec<Done>> {
    let Some(actor) = people::actor(act.tx, person).await? else { return Ok(Vec::new()) };
    let mut released = Vec::new();
    for (number, group) in with(act.tx, person).await? {
        if !may_hold(&actor, &group) {
            released.push(give_back(act, number, &actor).await?);
        }
    }
    Ok(released)
}

/// Releases a ticket whose technician may no longer hold it, for example when its requester reopens
/// it. Returns `None` while the technician may hold it.
pub(crate) async fn release_one(act: &Act<'_>, ticket: &ticket::Model) -> Result<Option<Done>> {
    let Some(technician) = ticket.technician_id else { return Ok(None) };
    match people::actor(act.tx, technician).await? {
        Some(actor) if !may_hold(&actor, &ticket.group_key) => {
            give_back(act, ticket.number, &actor).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// The open tickets that a person holds or was named for, with their groups.
async fn with(
    conn: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<(TicketNumber, String)>> {
    let is_theirs = Condition::any()
        .add(ticket::Column::TechnicianId.eq(person))
        .add(ticket::Column::MeantFor.eq(person));
    let over = [Status::Solved, Status::Closed, Status::NotManaged];
    Ok(ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Number)
        .column(ticket::Column::GroupKey)
        .filter(is_theirs)
        .filter(ticket::Column::Status.is_not_in(over))
        .order_by_asc(ticket::Column::Id)
        .into_tuple()
        .all(conn)
        .await?)
}

async fn give_back(act: &Act<'_>, number: TicketNumber, from: &Actor) -> Result<Done> {
    let subject = find::locked(act, number).await?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    let mut status = None;
    if subject.ticket.technician_id == Some(from.id) {
        change.technician_id = Set(None);
        status = status_after(act, &subject);
    }
    if subject.ticket.meant_for == Some(from.id) {
        change.meant_for = Set(None);
    }
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    let released = Event::Released { from: from.id, name: from.name.clone(), status };
    commit(act, &subject.ticket, change, vec![released]).await
}

/// The status from which the group can take the ticket. A ticket that waits for a stated reason
/// keeps waiting.
fn status_after(act: &Act<'_>, subject: &Subject<'_>) -> Option<Status> {
    match subject.ticket.status {
        Status::InProgress | Status::Reopened => Some(Status::New),
        Status::WithVendor if !subject.facts.waits => {
            let group = act.procedure.group(&subject.ticket.group_key)?;
            subject.rules.escalated_to(group)
        }
        _ => None,
    }
}
