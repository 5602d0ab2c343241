//! Ends a ticket because it belongs to another procedure, to which the requester is referred (C2):
//! at once, by its category, or when a technician finds out later.

use sea_orm::ActiveValue::Set;

use super::{
    Done, Subject, commit, enter, find,
    open::{self, NewTicket},
    prepare,
};
use crate::{
    domain::{ending::Ending, event::Event, id::TicketNumber, refusal::Refusal, verb::Verb},
    entity::ticket,
    service::{Act, Result},
};

/// Refers a ticket to the procedure with this key. The ticket ends as "not managed", or as closed
/// where its edition has no such status.
///
/// # Errors
/// Refuses a person who does not work on the ticket, a ticket that is solved or over, an unknown
/// route, and equipment that is away.
/// route, and equipment that is not back.
pub async fn route(act: &Act<'_>, number: TicketNumber, route: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Route).await?;
    end(act, subject, route).await
}

/// Registers a request that belongs to another procedure, and ends it at once.
///
/// # Errors
/// Refuses what [`open::open`] refuses.
pub async fn open_routed(act: &Act<'_>, new: NewTicket, route: &str) -> Result<Done> {
    let opened = open::open(act, new).await?;
    let subject = find::locked(act, opened.ticket.number).await?;
    let routed = end(act, subject, route).await?;
    Ok(Done { ticket: routed.ticket, events: [opened.events, routed.events].concat() })
}

async fn end(act: &Act<'_>, subject: Subject<'_>, route: &str) -> Result<Done> {
    let number = subject.ticket.number;
    // The present procedure's address is used, because the one in an old edition may no longer
    // exist.
    let known = act.procedure.route(route).or_else(|| subject.rules.route(route));
    let route = known.ok_or(Refusal::NotInProcedure(number))?.key.clone();
    let status = subject.rules.routed_status();
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.suspension = Set(None);
    enter(&mut change, &subject, status, act.now);
    super::end(&mut change, Ending::Routed, act.now);
    change.status = Set(status);
    commit(act, &subject.ticket, change, vec![Event::Routed { route, status }]).await
}
