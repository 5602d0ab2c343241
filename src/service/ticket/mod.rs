//! Operations on tickets, one file per kind of operation. Each asks the pure table in
//! [`crate::domain::permission`], writes one guarded update, and appends the events that it caused.

use std::borrow::Cow;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TryIntoModel,
};

use super::{Act, Doing, Error, Result, editions, to_json};
use crate::{
    domain::{
        calendar::Calendar,
        ending::Ending,
        event::Event,
        facts::TicketFacts,
        id::{PersonId, TicketNumber},
        procedure::Procedure,
        promise::{Measure, ResolveClock, queue_rank},
        status::Status,
        time::Timestamp,
        times::Times,
        verb::Verb,
    },
    entity::{ticket, ticket_event},
};

pub mod allowed;
pub mod answer;
pub mod answers;
pub mod approve;
pub mod asset;
pub mod attachment;
pub mod categorise;
pub mod child;
pub mod close;
pub mod equipment;
pub mod evidence;
pub mod find;
pub mod follow;
pub mod follow_up;
pub mod hand_over;
pub mod not_manage;
pub mod open;
pub mod postpone;
pub mod readers;
pub mod release;
pub mod route;
pub mod self_help;
pub mod solve;
pub mod suggested;
pub mod survey;
pub mod suspend;
pub mod train;
pub mod triage;
pub mod visit;
pub mod warn;

/// The result of an operation.
#[derive(Debug, Clone)]
pub struct Done {
    /// The ticket after the operation.
    pub ticket: ticket::Model,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A ticket locked for a change, with the facts that the rules need and the edition it runs under.
pub(crate) struct Subject<'p> {
    pub ticket: ticket::Model,
    pub facts: TicketFacts,
    pub rules: Cow<'p, Procedure>,
}

impl Subject<'_> {
    /// The times that the ticket was promised.
    pub fn times(&self) -> Times {
        times(&self.rules, &self.ticket)
    }
}

/// The times that a ticket was promised under its edition. Passing the ticket to another level
/// changes no promise, so the level that received it counts.
pub fn times(rules: &Procedure, ticket: &ticket::Model) -> Times {
    let level = ticket.promise_level.unwrap_or(ticket.level);
    // The level was written from a procedure's `u8`, so the conversion never fails.
    rules.times_for(ticket.priority, u8::try_from(level).unwrap_or_default())
}

/// The working hours in which a ticket's clocks run: those of the group that received it. Tickets
/// without a recorded group count in the desk's hours.
pub fn calendar<'r>(rules: &'r Procedure, ticket: &ticket::Model) -> &'r Calendar {
    rules.calendar_of(ticket.promise_group.as_deref())
}

/// The hours in which the requester can be visited: those of the group that has the ticket now.
pub fn visiting_hours<'r>(rules: &'r Procedure, ticket: &ticket::Model) -> &'r Calendar {
    rules.calendar_of(Some(&ticket.group_key))
}

/// Reads the ticket for `verb` and refuses what is not allowed ([`allowed`]). Returns the ticket,
/// and its new status when the verb changes it.
///
/// On PostgreSQL the row is locked, so that the second of two concurrent acts sees what the first
/// did. On SQLite there is only one writer.
pub(crate) fn prepare<'d, 'a: 'd>(
    act: &'d Act<'a>,
    number: TicketNumber,
    verb: Verb,
) -> Doing<'d, (Subject<'a>, Option<Status>)> {
    Box::pin(read_and_decide(act, number, verb))
}

async fn read_and_decide<'a>(
    act: &Act<'a>,
    number: TicketNumber,
    verb: Verb,
) -> Result<(Subject<'a>, Option<Status>)> {
    let subject = find::locked(act, number).await?;
    let status = Box::pin(allowed::of(act, &subject, verb)).await?;
    Ok((subject, status))
}

/// Writes a change, guarded by the version that was read, and its events. Every change also
/// recomputes the next warning, which is `None` while no clock runs, and updates the ticket's
/// planned visit.
pub(crate) fn commit<'d>(
    act: &'d Act<'_>,
    before: &'d ticket::Model,
    change: ticket::ActiveModel,
    events: Vec<Event>,
) -> Doing<'d, Done> {
    Box::pin(write(act, before, change, events))
}

async fn write(
    act: &Act<'_>,
    before: &ticket::Model,
    mut change: ticket::ActiveModel,
    mut events: Vec<Event>,
) -> Result<Done> {
    change.version = Set(before.version + 1);
    let rules = editions::of(act.tx, act.procedure, before).await?;
    change.warn_at = Set(warn::next_of(&rules, &change.clone().try_into_model()?));
    let updated = ticket::Entity::update_many()
        .set(change.clone())
        .filter(ticket::Column::Id.eq(before.id))
        .filter(ticket::Column::Version.eq(before.version))
        .exec(act.tx)
        .await?;
    if updated.rows_affected != 1 {
        // The row is locked since it was read, so this is a bug and not a race.
        return Err(Error::ChangedUnderLock(before.id));
    }
    let ticket = change.try_into_model()?;
    readers::remember(act, before, &ticket).await?;
    events.extend(visit::follow(act, before, &ticket).await?);
    for event in &events {
        append(act, &ticket, event).await?;
    }
    Ok(Done { ticket, events })
}

/// Appends an event to the history of a ticket; `ticket` is its state after the event.
pub(crate) async fn append(act: &Act<'_>, ticket: &ticket::Model, event: &Event) -> Result<()> {
    record(act, ticket, event).await.map(drop)
}

/// Like [`append`]; returns the history row.
pub(crate) async fn record(
    act: &Act<'_>,
    ticket: &ticket::Model,
    event: &Event,
) -> Result<ticket_event::Model> {
    let row = ticket_event::ActiveModel {
        ticket_id: Set(ticket.id),
        at: Set(act.now),
        actor_id: Set(act.doer.person().map(|actor| actor.id)),
        channel: Set(act.channel),
        kind: Set(event.kind().to_owned()),
        detail: Set(to_json(event)),
        actor_name: Set(act.doer.person().map(|actor| actor.name.clone())),
        own_due_at: Set(Some(ticket.own_due_at)),
        resolve_due_at: Set(ticket.resolve_due_at),
        resolve_left: Set(ticket.resolve_left),
        ..Default::default()
    };
    Ok(row.insert(act.tx).await?)
}

/// Sets the status of a ticket and updates its clocks and its place in the queue.
pub(crate) fn enter(
    change: &mut ticket::ActiveModel,
    subject: &Subject<'_>,
    status: Status,
    now: Timestamp,
) {
    let ticket = &subject.ticket;
    let measure = Measure::of(calendar(&subject.rules, ticket), subject.times().resolve);
    change.status = Set(status);
    let clock = if subject.rules.clock_runs(status) {
        resolve_clock(ticket).run(measure, now)
    } else {
        resolve_clock(ticket).pause(measure, now)
    };
    let (due, left) = match clock {
        ResolveClock::Running { due } => (Some(due), None),
        ResolveClock::Paused { left } => (None, Some(left)),
    };
    change.resolve_due_at = Set(due);
    change.resolve_left = Set(left);
    let rank = match (status, due) {
        (Status::Solved | Status::Closed | Status::NotManaged, _) => None,
        (_, Some(due)) => Some(queue_rank(ticket.priority, due)),
        // A waiting ticket keeps its place.
        (_, None) => ticket.queue_rank,
    };
    change.queue_rank = Set(rank);
}

/// Marks a ticket as over.
pub(crate) fn end(change: &mut ticket::ActiveModel, ending: Ending, now: Timestamp) {
    change.status = Set(match ending {
        Ending::NotManaged => Status::NotManaged,
        _ => Status::Closed,
    });
    change.ending = Set(Some(ending));
    change.closed_at = Set(Some(now));
    change.queue_rank = Set(None);
    change.next_due_at = Set(None);
    change.close_at = Set(None);
}

/// The resolution clock as stored.
pub fn resolve_clock(ticket: &ticket::Model) -> ResolveClock {
    match (ticket.resolve_due_at, ticket.resolve_left) {
        (Some(due), _) => ResolveClock::Running { due },
        (None, left) => ResolveClock::Paused { left: left.unwrap_or(0) },
    }
}

/// Gives the ticket to a technician. The first technician who takes it ends the TTO.
pub(crate) fn give_to(
    change: &mut ticket::ActiveModel,
    ticket: &ticket::Model,
    technician: PersonId,
    now: Timestamp,
) {
    change.technician_id = Set(Some(technician));
    change.meant_for = Set(None);
    if ticket.owned_at.is_none() {
        change.owned_at = Set(Some(now));
    }
}
