//! Who has a ticket: accept, assign, escalate to a group.

use sea_orm::ActiveValue::Set;

use super::{Done, commit, enter, give_to, prepare};
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketNumber},
        person::Role,
        refusal::Refusal,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Error, Result, people},
};

/// Takes a ticket. Of several who try, one wins and the others are told who.
///
/// # Errors
/// Refuses whoever is not of its group, and whoever comes second.
pub async fn accept(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Accept).await?;
    let Some(technician) = act.doer.person() else {
        return Err(Refusal::NotYourRole(Verb::Accept).into());
    };
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    give_to(&mut change, &subject.ticket, technician.id, act.now);
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    commit(act, &subject.ticket, change, vec![Event::Accepted]).await
}

/// Gives a ticket to a technician of its group.
///
/// # Errors
/// Refuses a person who is no technician of the group.
pub async fn assign(act: &Act<'_>, number: TicketNumber, to: PersonId) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Assign).await?;
    let technician = people::actor(act.tx, to)
        .await?
        .ok_or_else(|| Error::Unreadable(format!("person {to} is not there")))?;
    if technician.role < Role::Technician || !technician.is_in(&subject.ticket.group_key) {
        return Err(Refusal::CannotTakeIt(technician.name).into());
    }
    if subject.ticket.technician_id == Some(to) {
        let technician = technician.name;
        return Err(Refusal::AlreadyTaken { number, technician }.into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    give_to(&mut change, &subject.ticket, to, act.now);
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    commit(act, &subject.ticket, change, vec![Event::Assigned { to, name: technician.name }]).await
}

/// Passes a ticket to another group, which has to take it; the justification stays in its history
/// and goes to the new owner (U6).
///
/// # Errors
/// Refuses an unknown group, the group that has it already, and an empty justification.
pub async fn escalate(
    act: &Act<'_>,
    number: TicketNumber,
    group: &str,
    justification: &str,
) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Escalate).await?;
    let justification = justification.trim();
    if justification.is_empty() {
        return Err(Refusal::TextMissing(Verb::Escalate).into());
    }
    let group =
        act.procedure.group(group).ok_or_else(|| Refusal::UnknownGroup(group.to_owned()))?;
    if group.key == subject.ticket.group_key {
        return Err(Refusal::SameGroup(group.key.clone()).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.group_key = Set(group.key.clone());
    change.level = Set(i32::from(group.level));
    change.technician_id = Set(None);
    change.suspension = Set(None);
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    let escalated = Event::Escalated {
        from: subject.ticket.group_key.clone(),
        to: group.key.clone(),
        justification: justification.to_owned(),
    };
    commit(act, &subject.ticket, change, vec![escalated]).await
}
