//! Handles days without service that are decreed after a promise was made (a strike, a power cut).
//! Promises that end later move behind those days, as for tickets registered afterwards. A broken
//! promise stays broken, and no promise becomes due earlier. Deliberately absent: wording.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Done, Subject, commit, find};
use crate::{
    domain::{
        clocks::{InForce, Pace, in_force, intervals, spent, spent_before, turns},
        event::Event,
        id::{TicketId, TicketNumber},
        procedure::Procedure,
        promise::{Measure, queue_rank, validation},
        status::Status,
        time::Timestamp,
        warning::Clock,
    },
    entity::ticket,
    service::{Act, Result, editions},
};

/// The editions of open tickets that lack a day without service of the present edition.
pub async fn editions(conn: &impl ConnectionTrait, present: &Procedure) -> Result<Vec<String>> {
    let digests = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Edition)
        .filter(ticket::Column::ClosedAt.is_null())
        .filter(ticket::Column::Edition.ne(present.digest.as_str()))
        .distinct()
        .into_tuple::<String>()
        .all(conn)
        .await?;
    let mut lacking = Vec::new();
    for digest in digests {
        if !editions::kept(conn, &digest).await?.lacks_days_of(present).is_empty() {
            lacking.push(digest);
        }
    }
    Ok(lacking)
}

/// The open tickets that run under an edition, after the last one examined.
pub async fn under(
    conn: &impl ConnectionTrait,
    edition: &str,
    after: TicketId,
    limit: u64,
) -> Result<Vec<(TicketId, TicketNumber)>> {
    Ok(ticket::Entity::find()
        .select_only()
        .columns([ticket::Column::Id, ticket::Column::Number])
        .filter(ticket::Column::ClosedAt.is_null())
        .filter(ticket::Column::Edition.eq(edition))
        .filter(ticket::Column::Id.gt(after))
        .order_by_asc(ticket::Column::Id)
        .limit(limit)
        .into_tuple::<(TicketId, TicketNumber)>()
        .all(conn)
        .await?)
}

/// Moves the promises of a ticket behind the days without service of the present edition. Returns
/// `None` when nothing moves, so that a repeated call reports nothing twice.
///
/// # Errors
/// Never refuses: only the desk calls it.
pub async fn move_promises(act: &Act<'_>, number: TicketNumber) -> Result<Option<Done>> {
    let subject = find::locked(act, number).await?;
    let ticket = &subject.ticket;
    let Some(digest) = ticket.edition.as_deref().filter(|kept| *kept != act.procedure.digest)
    else {
        return Ok(None);
    };
    let before = editions::kept(act.tx, digest).await?;
    let mut change = ticket::ActiveModel::from(ticket.clone());
    let mut moved = Vec::new();
    let close_at = postpone_closing(&subject, &mut change);
    moved.extend(close_at);
    moved.extend(postpone_own(act, &subject, &mut change).await?);
    moved.extend(postpone_resolve(act, &subject, &mut change).await?);
    let Some(last) = moved.into_iter().max() else { return Ok(None) };
    let calendar = super::calendar(&subject.rules, ticket);
    let span = calendar.local(ticket.created_at).date_naive()..=calendar.local(last).date_naive();
    let mut days = super::calendar(&before, ticket).lacks(calendar);
    days.retain(|day| span.contains(day));
    let postponed = Event::Postponed { days, close_at };
    Ok(Some(commit(act, ticket, change, vec![postponed]).await?))
}

/// The ticket as it counts for the promise in force of a clock.
async fn promised(act: &Act<'_>, subject: &Subject<'_>, clock: Clock) -> Result<ticket::Model> {
    let ticket = &subject.ticket;
    let history = find::history(act.tx, ticket.id).await?;
    let made = InForce { priority: ticket.priority, since: ticket.created_at };
    let events = history.iter().map(|entry| (entry.row.at, &entry.event));
    let InForce { priority, since } = in_force(events, clock, made, act.now);
    // As if the ticket had been registered when the promise was made.
    Ok(ticket::Model { priority, created_at: since, ..ticket.clone() })
}

async fn postpone_own(
    act: &Act<'_>,
    subject: &Subject<'_>,
    change: &mut ticket::ActiveModel,
) -> Result<Option<Timestamp>> {
    let ticket = &subject.ticket;
    if ticket.owned_at.is_some() || ticket.own_due_at < act.now {
        return Ok(None);
    }
    let made = promised(act, subject, Clock::Own).await?;
    let times = super::times(&subject.rules, &made);
    let due = super::calendar(&subject.rules, ticket).due(made.created_at, times.own);
    Ok((due > ticket.own_due_at).then(|| {
        change.own_due_at = Set(due);
        change.own_told = Set(0);
        due
    }))
}

async fn postpone_resolve(
    act: &Act<'_>,
    subject: &Subject<'_>,
    change: &mut ticket::ActiveModel,
) -> Result<Option<Timestamp>> {
    let ticket = &subject.ticket;
    let Some(before) = ticket.resolve_due_at.filter(|due| *due >= act.now) else { return Ok(None) };
    let made = promised(act, subject, Clock::Resolve).await?;
    let times = super::times(&subject.rules, &made);
    let calendar = super::calendar(&subject.rules, ticket);
    let measure = Measure::of(calendar, times.resolve);
    let history = find::history(act.tx, ticket.id).await?;
    let turns = turns(history.iter().map(|entry| (entry.row.at, &entry.event)));
    let intervals = intervals(&turns, measure, |status| subject.rules.clock_runs(status), act.now);
    let whole = calendar.due(made.created_at, times.resolve);
    let stood = intervals.iter().any(|interval| interval.pace == Pace::Stopped);
    let due = if stood {
        let promised = measure.between(made.created_at, whole);
        let used = spent(&intervals) - spent_before(&intervals, made.created_at);
        measure.after(act.now, promised - used)
    } else {
        whole
    };
    Ok((due > before).then(|| {
        change.resolve_due_at = Set(Some(due));
        change.resolve_told = Set(0);
        change.queue_rank = Set(ticket.queue_rank.map(|_| queue_rank(ticket.priority, due)));
        due
    }))
}

/// When a solved ticket closes without an answer, if that instant moves.
fn postpone_closing(subject: &Subject<'_>, change: &mut ticket::ActiveModel) -> Option<Timestamp> {
    let ticket = &subject.ticket;
    let (Some(solved), Some(before)) = (ticket.solved_at, ticket.close_at) else { return None };
    if ticket.status != Status::Solved {
        return None;
    }
    let calendar = super::calendar(&subject.rules, ticket);
    let anew = validation(calendar, &subject.times(), solved);
    if anew.close_at <= before {
        return None;
    }
    let reminded = ticket.next_due_at == Some(before);
    change.close_at = Set(Some(anew.close_at));
    change.next_due_at = Set(Some(if reminded { anew.close_at } else { anew.remind_at }));
    Some(anew.close_at)
}
