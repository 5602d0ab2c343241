//! Suspends and resumes tickets. The resolution clock is stopped while a ticket waits (U5, U7).

use sea_orm::ActiveValue::Set;

use super::{Done, Subject, append, commit, enter, prepare};
use crate::{
    domain::{
        event::Event, id::TicketNumber, refusal::Refusal, status::Status, time::Timestamp,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Suspends a ticket, with a reason that the requester reads: the key of a listed reason, or free
/// text.
///
/// # Errors
/// Refuses an empty reason.
pub async fn suspend(act: &Act<'_>, number: TicketNumber, reason: &str) -> Result<Done> {
    wait(act, number, Verb::Suspend, reason).await
}

/// Asks the requester for missing information and suspends the ticket, with the listed reason that
/// the requester's answer ends (V4).
///
/// # Errors
/// Refuses an empty question, and a person who may not suspend the ticket.
pub async fn ask(
    act: &Act<'_>,
    number: TicketNumber,
    reason: &str,
    question: &str,
) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Suspend).await?;
    let text = question.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::TextMissing(Verb::Suspend).into());
    }
    let asked = Event::Replied { text };
    append(act, &subject.ticket, &asked).await?;
    let mut done = suspend(act, number, reason).await?;
    done.events.insert(0, asked);
    Ok(done)
}

/// The requester has answered: a ticket that waited for the answer resumes by itself (V4). Returns
/// the resumed ticket; `None` when it waits for something else, or when another person wrote.
pub(super) async fn answered(act: &Act<'_>, subject: &Subject<'_>) -> Result<Option<Done>> {
    let ticket = &subject.ticket;
    let asked = |reason: &String| subject.rules.answer_resumes(reason);
    let by_requester = act.doer.person().is_some_and(|actor| actor.id == ticket.requester_id);
    let waits = ticket.status == Status::Suspended && ticket.suspension.as_ref().is_some_and(asked);
    if !by_requester || !waits {
        return Ok(None);
    }
    let mut change = ticket::ActiveModel::from(ticket.clone());
    change.suspension = Set(None);
    let mut events = vec![Event::Resumed];
    let has_it = ticket.technician_id.is_some();
    let usual = Status::InProgress;
    let status = if has_it { usual } else { untaken(subject, usual) };
    events.extend(go_on(&mut change, subject, status, act.now));
    Ok(Some(commit(act, ticket, change, events).await?))
}

/// Lets a ticket wait for an outside provider, with the reason that the requester reads (U7, V8).
///
/// # Errors
/// Refuses an empty reason, and a procedure that knows no vendor.
pub async fn pass_to_vendor(act: &Act<'_>, number: TicketNumber, reason: &str) -> Result<Done> {
    wait(act, number, Verb::PassToVendor, reason).await
}

async fn wait(act: &Act<'_>, number: TicketNumber, verb: Verb, reason: &str) -> Result<Done> {
    let (subject, status) = prepare(act, number, verb).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::TextMissing(verb).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.suspension = Set(Some(reason.to_owned()));
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    let mut events = Vec::new();
    // A person who asks the requester has taken the ticket, so that the answer finds a technician.
    if let (None, Some(actor)) = (subject.ticket.technician_id, act.doer.person())
        && verb == Verb::Suspend
        && subject.rules.answer_resumes(reason)
    {
        super::give_to(&mut change, &subject.ticket, actor.id, act.now);
        events.push(Event::Accepted);
    }
    let reason = reason.to_owned();
    events.push(match verb {
        Verb::PassToVendor => Event::PassedToVendor { reason },
        _ => Event::Suspended { reason },
    });
    commit(act, &subject.ticket, change, events).await
}

/// Resumes a ticket. A ticket without a technician goes to the actor.
///
/// # Errors
/// Refuses a ticket that does not wait.
pub async fn resume(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Resume).await?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.suspension = Set(None);
    let mut events = vec![Event::Resumed];
    if let Some(status) = status {
        debug_assert_eq!(
            status,
            Status::InProgress,
            "a resumed ticket with a technician is in progress"
        );
        if let (None, Some(actor)) = (subject.ticket.technician_id, act.doer.person()) {
            // A ticket without a technician goes to the person who resumes it.
            super::give_to(&mut change, &subject.ticket, actor.id, act.now);
            events.push(Event::Accepted);
        }
        let has_it = subject.ticket.technician_id.is_some() || act.doer.person().is_some();
        let status = if has_it { status } else { untaken(&subject, status) };
        events.extend(go_on(&mut change, &subject, status, act.now));
    }
    commit(act, &subject.ticket, change, events).await
}

/// Resumes work: with the vendor where the vendor's own staff had the ticket. Returns the event for
/// that case.
fn go_on(
    change: &mut ticket::ActiveModel,
    subject: &Subject<'_>,
    status: Status,
    now: Timestamp,
) -> Option<Event> {
    let taken = subject.rules.taken_in(&subject.ticket.group_key);
    let status = if status == Status::InProgress { taken } else { status };
    enter(change, subject, status, now);
    (status == Status::WithVendor).then_some(Event::TakenByVendor)
}

/// The status of a resumed ticket without a technician: it waits to be taken, where the edition has
/// such a status.
fn untaken(subject: &Subject<'_>, usual: Status) -> Status {
    let group = subject.rules.group(&subject.ticket.group_key);
    group.and_then(|group| subject.rules.escalated_to(group)).unwrap_or(usual)
}
