//! Another priority for a ticket (N3). What a ticket was promised follows its priority: it is promised
//! anew from the instant it was received, and what its clock has run counts. Deliberately absent:
//! another category (`super::categorise`).

use sea_orm::ActiveValue::Set;

use super::{Done, Subject, commit, find, prepare};
use crate::{
    domain::{
        event::Event,
        id::TicketNumber,
        priority::Priority,
        promise::{Measure, queue_rank},
        reckoning::{Pace, intervals, spent, turns},
        refusal::Refusal,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Gives a ticket another priority, and the times that its rules promise to it.
///
/// # Errors
/// Refuses the priority it has.
pub async fn prioritise(act: &Act<'_>, number: TicketNumber, to: Priority) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Prioritise).await?;
    let from = subject.ticket.priority;
    if from == to {
        return Err(Refusal::SamePriority(number, to).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.priority = Set(to);
    promise_anew(act, &subject, &mut change, to).await?;
    commit(act, &subject.ticket, change, vec![Event::Reprioritised { from, to }]).await
}

/// Works out both promises as if the ticket had had its priority from the beginning. One that was
/// kept or broken by taking the ticket stays as it was.
async fn promise_anew(
    act: &Act<'_>,
    subject: &Subject<'_>,
    change: &mut ticket::ActiveModel,
    priority: Priority,
) -> Result<()> {
    let (ticket, rules) = (&subject.ticket, &subject.rules);
    let anew = ticket::Model { priority, ..ticket.clone() };
    let times = super::times(rules, &anew);
    let received = ticket.created_at;
    if ticket.owned_at.is_none() {
        let due = rules.calendar.due(received, times.own);
        change.own_due_at = Set(due);
        if due > act.now {
            change.own_told = Set(0);
        }
    }
    let history = find::history(act.tx, ticket.id).await?;
    let turns = turns(history.iter().map(|entry| (entry.row.at, &entry.event)));
    let measure = Measure::of(&rules.calendar, times.resolve);
    let clock = (measure, |status| rules.clock_runs(status));
    let intervals = intervals(&turns, clock, act.now);
    let promised = rules.calendar.due(received, times.resolve);
    let left = measure.between(received, promised) - spent(&intervals);
    if rules.clock_runs(ticket.status) {
        // A clock that never stood is due when it would have been from the beginning.
        let stood = intervals.iter().any(|interval| interval.pace == Pace::Stopped);
        let due = if stood { measure.after(act.now, left) } else { promised };
        change.resolve_due_at = Set(Some(due));
        change.resolve_left = Set(None);
        change.queue_rank = Set(Some(queue_rank(priority, due)));
        if due > act.now {
            change.resolve_told = Set(0);
        }
    } else {
        change.resolve_due_at = Set(None);
        change.resolve_left = Set(Some(left));
        // A waiting ticket keeps its instant, among those of its new priority.
        change.queue_rank = Set(ticket.queue_rank.map(|_| queue_rank(priority, promised)));
        change.resolve_told = Set(0);
    }
    Ok(())
}
