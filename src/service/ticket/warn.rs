//! Warnings about promises: before one breaks, when it is broken, and when it stays broken. The
//! ticket counts the stages in the transaction that sends them, so each stage is sent once, however
//! many sweepers run. Deliberately absent: the receivers of a warning, and wording.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Done, commit, find, readers};
use crate::{
    domain::{
        calendar::Calendar,
        event::Event,
        id::TicketNumber,
        intake::Reception,
        procedure::Procedure,
        status::Status,
        time::Timestamp,
        warning::{Clock, Running},
    },
    entity::ticket,
    service::{Act, Result},
};

/// Tickets with a due warning and their groups; the longest due first.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(String, TicketNumber)>> {
    Ok(ticket::Entity::find()
        .select_only()
        .column(ticket::Column::GroupKey)
        .column(ticket::Column::Number)
        .filter(ticket::Column::WarnAt.lte(now))
        .order_by_asc(ticket::Column::WarnAt)
        .order_by_asc(ticket::Column::Id)
        .limit(limit)
        .into_tuple::<(String, TicketNumber)>()
        .all(conn)
        .await?)
}

/// The next instant after `after`, and not after `until`, at which a warning is due.
pub(super) async fn next(
    conn: &impl ConnectionTrait,
    after: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>> {
    find::earliest::<ticket::Entity>(conn, ticket::Column::WarnAt, after, until).await
}

/// Records the warnings of a ticket that are due now: none when another sweeper sent them, or when
/// the ticket's clocks are stopped.
///
/// # Errors
/// Never refuses: only the desk calls it.
pub async fn pass_time(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let subject = find::locked(act, number).await?;
    let ticket = &subject.ticket;
    let mut change = ticket::ActiveModel::from(ticket.clone());
    let mut events = Vec::new();
    if let Some(warnings) = &subject.rules.warnings {
        for running in running(&subject.rules, ticket) {
            let calendar = super::calendar(&subject.rules, ticket);
            let (stages, told) = warnings.reached(calendar, &running, act.now);
            let clock = running.clock;
            events.extend(stages.into_iter().map(|stage| Event::Warned { clock, stage }));
            let told = Set(i32::try_from(told).unwrap_or(i32::MAX));
            match clock {
                Clock::Own => change.own_told = told,
                Clock::Resolve => change.resolve_told = told,
            }
        }
    }
    let done = commit(act, ticket, change, events).await?;
    readers::call_in(act, ticket, &done.events).await?;
    Ok(done)
}

/// When the first warning is due for a ticket with this promise, made now.
pub(super) fn first(
    rules: &Procedure,
    reception: &Reception<'_>,
    now: Timestamp,
) -> Option<Timestamp> {
    let Reception { calendar, times, promise } = reception;
    let clock = |clock, promised, due| Running { clock, promised, since: now, due, told: 0 };
    let both = [
        clock(Clock::Own, times.own, promise.own_due),
        clock(Clock::Resolve, times.resolve, promise.resolve_due),
    ];
    earliest(rules, calendar, &both)
}

/// When the next warning is due for a ticket in its present state.
pub(super) fn next_of(rules: &Procedure, ticket: &ticket::Model) -> Option<Timestamp> {
    earliest(rules, super::calendar(rules, ticket), &running(rules, ticket))
}

fn earliest(rules: &Procedure, calendar: &Calendar, running: &[Running]) -> Option<Timestamp> {
    let warnings = rules.warnings.as_ref()?;
    running.iter().filter_map(|running| warnings.next(calendar, running)).min()
}

/// The promises of a ticket whose clocks run. The TTO runs until a technician takes the ticket,
/// even while it is on hold, when the TTR is stopped.
fn running(rules: &Procedure, ticket: &ticket::Model) -> Vec<Running> {
    if ticket.status == Status::Solved || ticket.status.is_final() {
        return Vec::new();
    }
    let times = super::times(rules, ticket);
    let clock = |clock, promised, (due, told)| Running {
        clock,
        promised,
        since: ticket.created_at,
        due,
        told: usize::try_from(told).unwrap_or_default(),
    };
    let own = (ticket.own_due_at, ticket.own_told);
    let own = ticket.owned_at.is_none().then(|| clock(Clock::Own, times.own, own));
    let runs = rules.clock_runs(ticket.status);
    let resolve = ticket.resolve_due_at.filter(|_| runs).map(|due| (due, ticket.resolve_told));
    let resolve = resolve.map(|resolve| clock(Clock::Resolve, times.resolve, resolve));
    own.into_iter().chain(resolve).collect()
}
