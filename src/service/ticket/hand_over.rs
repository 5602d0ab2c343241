//! Changes the holder of a ticket: accept, assign, escalate to a group or to a specialist by name.

use sea_orm::ActiveValue::Set;

use super::{Done, Subject, commit, enter, give_to, prepare, visit};
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketNumber},
        person::{Actor, Role},
        procedure::Group,
        refusal::Refusal,
        status::Status,
        time::Timestamp,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Error, Result, people},
};

/// Takes a ticket. Of several concurrent attempts one succeeds; the refusal names the winner to the
/// others.
///
/// # Errors
/// Refuses a person outside the ticket's group, and every attempt after the first.
pub async fn accept(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Accept).await?;
    let Some(technician) = act.doer.person() else {
        return Err(Refusal::NotYourRole(Verb::Accept).into());
    };
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    give_to(&mut change, &subject.ticket, technician.id, act.now);
    let mut events = vec![Event::Accepted];
    if status.is_some() {
        events.extend(take(&mut change, &subject, act.now));
    }
    commit(act, &subject.ticket, change, events).await
}

/// Sets the status of a taken ticket: in progress, or with the vendor when the vendor's own staff
/// take it, which is an event of its own.
fn take(change: &mut ticket::ActiveModel, subject: &Subject<'_>, now: Timestamp) -> Option<Event> {
    let status = subject.rules.taken_in(&subject.ticket.group_key);
    enter(change, subject, status, now);
    (status == Status::WithVendor).then_some(Event::TakenByVendor)
}

/// Assigns a ticket to a technician of its group.
///
/// # Errors
/// Refuses a person who is no technician of the group, and one who has another visit at the time of
/// the ticket's planned visit.
pub async fn assign(act: &Act<'_>, number: TicketNumber, to: PersonId) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Assign).await?;
    let technician =
        people::actor(act.tx, to).await?.ok_or_else(|| Error::Missing(format!("person {to}")))?;
    if subject.ticket.technician_id == Some(to) {
        return Err(already_with(act, number, technician).into());
    }
    if technician.role < Role::Technician || !technician.is_in(&subject.ticket.group_key) {
        return Err(Refusal::CannotTakeIt(technician.name).into());
    }
    visit::can_go(act, &subject, to, &technician.name).await?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    give_to(&mut change, &subject.ticket, to, act.now);
    let mut events = vec![Event::Assigned { to, name: technician.name }];
    if status.is_some() {
        events.extend(take(&mut change, &subject, act.now));
    }
    commit(act, &subject.ticket, change, events).await
}

/// The refusal that names the person who has the ticket already, or who has to take it by name.
fn already_with(act: &Act<'_>, number: TicketNumber, person: Actor) -> Refusal {
    if act.doer.person().is_some_and(|actor| actor.id == person.id) {
        return Refusal::AlreadyYours(number);
    }
    Refusal::AlreadyTaken { number, technician: person.name }
}

/// Passes a ticket to another group, which has to take it. The justification stays in the history
/// and is sent to the new group (U6).
///
/// # Errors
/// Refuses an unknown group, the group that has the ticket already, and an empty justification.
pub async fn escalate(
    act: &Act<'_>,
    number: TicketNumber,
    group: &str,
    justification: &str,
) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Escalate).await?;
    let group =
        act.procedure.group(group).ok_or_else(|| Refusal::UnknownGroup(group.to_owned()))?;
    if group.key == subject.ticket.group_key {
        return Err(Refusal::SameGroup(group.key.clone()).into());
    }
    pass_on(act, &subject, group, None, justification).await
}

/// Passes a ticket to a specialist by name, who alone may take it. It goes to the group that has
/// the ticket, if the specialist belongs to it, or else to the specialist's first group (U6, V3).
///
/// # Errors
/// Refuses a person who is no technician of any group, the person who has the ticket already, and
/// an empty justification.
pub async fn escalate_to_person(
    act: &Act<'_>,
    number: TicketNumber,
    to: PersonId,
    justification: &str,
) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Escalate).await?;
    let specialist =
        people::actor(act.tx, to).await?.ok_or_else(|| Error::Missing(format!("person {to}")))?;
    let had = &subject.ticket.group_key;
    let name = specialist.name.clone();
    if [subject.ticket.technician_id, subject.ticket.meant_for].contains(&Some(to)) {
        return Err(already_with(act, number, specialist).into());
    }
    let own = if specialist.is_in(had) { act.procedure.group(had) } else { None };
    let mut theirs = specialist.groups.iter();
    let group = own.or_else(|| theirs.find_map(|group| act.procedure.group(group)));
    let group = group.filter(|_| specialist.role >= Role::Technician);
    let group = group.ok_or(Refusal::UnknownSpecialist(name))?;
    pass_on(act, &subject, group, Some(to), justification).await
}

/// Passes a ticket to a group, or to one person of it, to be taken there.
async fn pass_on(
    act: &Act<'_>,
    subject: &Subject<'_>,
    group: &Group,
    person: Option<PersonId>,
    justification: &str,
) -> Result<Done> {
    let justification = justification.trim();
    if justification.is_empty() {
        return Err(Refusal::TextMissing(Verb::Escalate).into());
    }
    // Escalation on site is the same move under another status name, so the same people may make
    // it.
    let status = subject.rules.escalated_to(group);
    let status = status.ok_or(Refusal::NotInProcedure(subject.ticket.number))?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.group_key = Set(group.key.clone());
    change.level = Set(i32::from(group.level));
    change.technician_id = Set(None);
    change.meant_for = Set(person);
    change.suspension = Set(None);
    enter(&mut change, subject, status, act.now);
    let escalated = Event::Escalated {
        from: subject.ticket.group_key.clone(),
        to: group.key.clone(),
        justification: justification.to_owned(),
        level: Some(group.level),
        person,
        on_site: status == Status::EscalatedOnSite,
    };
    commit(act, &subject.ticket, change, vec![escalated]).await
}
