//! Changes the priority of a ticket (N3). Its promises follow the priority: they are computed anew
//! from the instant of registration, and the time that the clock has run counts. A promise that was
//! broken before the change stays broken. Deliberately absent: the category (`super::categorise`).

use sea_orm::ActiveValue::Set;

use super::{Done, Subject, commit, find, prepare};
use crate::{
    domain::{
        clocks::{Pace, intervals, spent, turns},
        event::Event,
        id::TicketNumber,
        priority::Priority,
        promise::{Measure, ResolveClock, queue_rank},
        refusal::Refusal,
        time::Timestamp,
        verb::Verb,
        warning::Clock,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Changes the priority of a ticket, and with it the promised times.
///
/// # Errors
/// Refuses the priority that the ticket has.
pub async fn prioritise(act: &Act<'_>, number: TicketNumber, to: Priority) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Prioritise).await?;
    let from = subject.ticket.priority;
    if from == to {
        return Err(Refusal::SamePriority(number, to).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.priority = Set(to);
    let (kept, restarted) = promise_anew(act, &subject, &mut change, to).await?;
    let event = Event::Reprioritised { from, to, kept, restarted };
    commit(act, &subject.ticket, change, vec![event]).await
}

/// Computes both promises as if the ticket had always had the new priority. A promise that was kept
/// or broken stays as it was; one that would be broken already counts from now. Returns the clocks
/// whose promise stayed because it was broken, and those that count from now.
async fn promise_anew(
    act: &Act<'_>,
    subject: &Subject<'_>,
    change: &mut ticket::ActiveModel,
    priority: Priority,
) -> Result<(Vec<Clock>, Vec<Clock>)> {
    let ticket = &subject.ticket;
    let rules = &subject.rules;
    let history = find::history(act.tx, ticket.id).await?;
    let anew = ticket::Model { priority, ..ticket.clone() };
    let times = super::times(rules, &anew);
    let calendar = super::calendar(rules, ticket);
    let mut kept = Vec::new();
    let mut restarted = Vec::new();
    if ticket.owned_at.is_none() {
        let due = calendar.due(ticket.created_at, times.own);
        if ticket.own_due_at < act.now {
            kept.push(Clock::Own);
        } else if due > act.now {
            change.own_due_at = Set(due);
            change.own_told = Set(0);
        } else {
            change.own_due_at = Set(calendar.due(act.now, times.own));
            change.own_told = Set(0);
            restarted.push(Clock::Own);
        }
    }
    let events: Vec<(Timestamp, &Event)> =
        history.iter().map(|entry| (entry.row.at, &entry.event)).collect();
    let measure = Measure::of(calendar, times.resolve);
    let turns = turns(events.iter().copied());
    let intervals = intervals(&turns, measure, |status| rules.clock_runs(status), act.now);
    let promised = calendar.due(ticket.created_at, times.resolve);
    let left = measure.between(ticket.created_at, promised) - spent(&intervals);
    let runs = rules.clock_runs(ticket.status);
    let broken = match super::resolve_clock(ticket) {
        ResolveClock::Running { due } => due < act.now,
        ResolveClock::Paused { left } => left < 0,
    };
    if broken {
        kept.push(Clock::Resolve);
        let since = ticket.resolve_due_at.unwrap_or(promised);
        change.queue_rank = Set(ticket.queue_rank.map(|_| queue_rank(priority, since)));
        return Ok((kept, restarted));
    }
    let over = left <= 0;
    if over {
        restarted.push(Clock::Resolve);
    }
    change.resolve_told = Set(0);
    if runs {
        // A clock that never stopped is due as if counted from the beginning.
        let stood = intervals.iter().any(|interval| interval.pace == Pace::Stopped);
        let due = match (over, stood) {
            (true, _) => calendar.due(act.now, times.resolve),
            (false, true) => measure.after(act.now, left),
            (false, false) => promised,
        };
        change.resolve_due_at = Set(Some(due));
        change.resolve_left = Set(None);
        change.queue_rank = Set(Some(queue_rank(priority, due)));
    } else {
        let whole = measure.between(act.now, calendar.due(act.now, times.resolve));
        change.resolve_due_at = Set(None);
        change.resolve_left = Set(Some(if over { whole } else { left }));
        // A waiting ticket keeps its instant, ranked by its new priority.
        change.queue_rank = Set(ticket.queue_rank.map(|_| queue_rank(priority, promised)));
    }
    Ok((kept, restarted))
}
