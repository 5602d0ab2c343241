//! Ends of tickets without a survey answer: withdrawn by the requester, or closed after one
//! reminder when the validation time passes in silence (U3).

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::{Done, commit, find, prepare, survey};
use crate::{
    domain::{
        ending::Ending, event::Event, id::TicketNumber, status::Status, time::Timestamp, verb::Verb,
    },
    entity::ticket,
    service::{Act, Error, Result, people},
};

/// The requester withdraws the request before a technician takes it.
///
/// # Errors
/// Refuses once a technician has taken it.
pub async fn withdraw(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Withdraw).await?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    super::enter(&mut change, &subject, Status::Closed, act.now);
    super::end(&mut change, Ending::Withdrawn, act.now);
    let closed = Event::Closed { ending: Ending::Withdrawn };
    commit(act, &subject.ticket, change, vec![closed]).await
}

/// Tickets with a due instant that has passed, the longest due first.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<TicketNumber>> {
    Ok(ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Number)
        .filter(ticket::Column::NextDueAt.lte(now))
        .order_by_asc(ticket::Column::NextDueAt)
        .order_by_asc(ticket::Column::Id)
        .limit(limit)
        .into_tuple::<TicketNumber>()
        .all(conn)
        .await?)
}

/// The next instant after `after`, and not after `until`, at which the desk has to act on a ticket.
pub async fn next_due(
    conn: &impl ConnectionTrait,
    after: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>> {
    let column = ticket::Column::NextDueAt;
    let due = find::earliest::<ticket::Entity>(conn, column, after, until).await?;
    let warned = super::warn::next(conn, after, until).await?;
    let visited = super::visit::next(conn, after, until).await?;
    Ok(due.into_iter().chain(warned).chain(visited).min())
}

/// Handles a solved ticket whose reminder or closing is due: reminds once, then closes. Returns
/// `None` when nothing is due, so that a repeated run does nothing twice (G11).
///
/// # Errors
/// Never refuses: only the desk calls it.
pub async fn pass_time(act: &Act<'_>, number: TicketNumber) -> Result<Option<Done>> {
    let (subject, status) = match prepare(act, number, Verb::CloseOnSilence).await {
        Ok(prepared) => prepared,
        // A ticket that does not wait for its requester's answer has nothing due.
        Err(Error::Refused(_)) => return forget_due(act, number).await,
        Err(error) => return Err(error),
    };
    let ticket = &subject.ticket;
    let (Some(due), Some(close_at)) = (ticket.next_due_at, ticket.close_at) else {
        return Ok(None);
    };
    if due > act.now {
        return Ok(None);
    }
    let mut change = ticket::ActiveModel::from(ticket.clone());
    let progress = survey::progress(act.tx, ticket).await?;
    if close_at > act.now {
        change.next_due_at = Set(Some(close_at));
        // A requester who confirmed the solution is not reminded of the rating, which is voluntary.
        let asked = progress == survey::Progress::Asked;
        let events = asked.then_some(Event::Reminded).into_iter().collect();
        return Ok(Some(commit(act, ticket, change, events).await?));
    }
    if let Some(status) = status {
        super::enter(&mut change, &subject, status, act.now);
    }
    // A requester who confirmed without rating has authorised the closing.
    let ending = match progress {
        survey::Progress::Asked => Ending::Silence,
        survey::Progress::Authorised | survey::Progress::Rated(_) => Ending::Authorised,
    };
    super::end(&mut change, ending, act.now);
    // When no chat reached the requester, the question was never asked.
    let reached = !people::addresses(act.tx, ticket.requester_id).await?.is_empty();
    let answered = progress != survey::Progress::Asked;
    let own = survey::is_own(act.tx, ticket).await?;
    change.survey_asked = Set(Some(!own && (answered || reached)));
    Ok(Some(commit(act, ticket, change, vec![Event::Closed { ending }]).await?))
}

async fn forget_due(act: &Act<'_>, number: TicketNumber) -> Result<Option<Done>> {
    ticket::Entity::update_many()
        .set(ticket::ActiveModel { next_due_at: Set(None), ..Default::default() })
        .filter(ticket::Column::Number.eq(number))
        .exec(act.tx)
        .await?;
    Ok(None)
}
