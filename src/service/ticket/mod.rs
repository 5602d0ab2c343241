//! Ticket operations, one file a kind of move. Each decides by the pure table in
//! [`crate::domain::verb`], writes one guarded update, and appends the events it caused.

use std::borrow::Cow;

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, TryIntoModel,
};

use super::{Act, Doing, Error, Result, editions, to_json};
use crate::{
    domain::{
        calendar::Calendar,
        event::Event,
        id::{PersonId, TicketNumber},
        procedure::{Procedure, Times},
        promise::{Measure, ResolveClock, queue_rank},
        refusal::Refusal,
        status::Status,
        time::Timestamp,
        verb::{TicketFacts, Verb, decide},
    },
    entity::{ticket, ticket_event},
};

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

/// What an operation did: the ticket as it stands now and what happened to it.
#[derive(Debug, Clone)]
pub struct Done {
    /// The ticket afterwards.
    pub ticket: ticket::Model,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A ticket read for a change, with what the rules need to know of it and the rules it runs under.
pub(crate) struct Subject<'p> {
    pub ticket: ticket::Model,
    pub facts: TicketFacts,
    pub rules: Cow<'p, Procedure>,
}

impl Subject<'_> {
    /// What the ticket was promised.
    pub fn times(&self) -> Times {
        times(&self.rules, &self.ticket)
    }
}

/// What a ticket was promised under its rules. Passing it to another level changes no promise, so
/// the level that counts is the one that received it.
pub fn times(rules: &Procedure, ticket: &ticket::Model) -> Times {
    let level = ticket.promise_level.unwrap_or(ticket.level);
    // A level is written from a procedure's, which is a small number.
    rules.times_for(ticket.priority, u8::try_from(level).unwrap_or_default())
}

/// The hours in which a ticket's clocks count: those of the group that received it. Tickets from
/// before groups had hours of their own count in the desk's.
pub fn calendar<'r>(rules: &'r Procedure, ticket: &ticket::Model) -> &'r Calendar {
    rules.calendar_of(ticket.promise_group.as_deref())
}

/// The hours in which a ticket's requester can be visited: those of the group that has it now.
pub fn visiting_hours<'r>(rules: &'r Procedure, ticket: &ticket::Model) -> &'r Calendar {
    rules.calendar_of(Some(&ticket.group_key))
}

/// Reads the ticket that somebody wants to do `verb` to and asks the table. Gives the ticket and
/// the status it takes, when it takes another.
///
/// On PostgreSQL the row is locked, so that of two acts the second sees what the first did; on
/// SQLite there is one writer at a time anyway.
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
    let status = decide(&act.doer, verb, &subject.facts)?;
    if !subject.rules.knows(verb, status) {
        return Err(Refusal::NotInProcedure(number).into());
    }
    Ok((subject, status))
}

/// Writes a change guarded by the version that was read, and the events it caused. Whatever
/// changed, the next warning follows, which is none while no clock runs, and a visit follows its
/// ticket.
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
        // The row is locked since it was read, so this is a fault of ours, not a race.
        return Err(Error::Unreadable(format!("ticket {} changed under its lock", before.id)));
    }
    let ticket = change.try_into_model()?;
    readers::remember(act, before, &ticket).await?;
    events.extend(visit::follow(act, before, &ticket).await?);
    for event in &events {
        append(act, &ticket, event).await?;
    }
    Ok(Done { ticket, events })
}

/// Appends to the history of a ticket, which is given as it stands after the event.
pub(crate) async fn append(act: &Act<'_>, ticket: &ticket::Model, event: &Event) -> Result<()> {
    record(act, ticket, event).await.map(drop)
}

/// The same; gives the row of the history.
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

/// Moves a ticket to `status` and lets its clocks and its place in the queue follow.
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
        // A waiting ticket keeps the place it had.
        (_, None) => ticket.queue_rank,
    };
    change.queue_rank = Set(rank);
}

/// The resolution clock as stored.
pub fn resolve_clock(ticket: &ticket::Model) -> ResolveClock {
    match (ticket.resolve_due_at, ticket.resolve_left) {
        (Some(due), _) => ResolveClock::Running { due },
        (None, left) => ResolveClock::Paused { left: left.unwrap_or(0) },
    }
}

/// Gives the ticket to a technician; the first who takes it ends the TTO.
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
