//! Ends a ticket without work on it: required information is missing, or the request is not for
//! this desk (V1, C3).

use sea_orm::ActiveValue::Set;

use super::{Done, commit, enter, prepare};
use crate::{
    domain::{
        ending::Ending, event::Event, id::TicketNumber, refusal::Refusal, status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Ends a ticket with a reason that the requester reads: the key of a listed reason, or free text.
///
/// # Errors
/// Refuses an empty reason, and a procedure without this ending.
pub async fn not_manage(act: &Act<'_>, number: TicketNumber, reason: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::NotManage).await?;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::TextMissing(Verb::NotManage).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.suspension = Set(None);
    enter(&mut change, &subject, Status::NotManaged, act.now);
    super::end(&mut change, Ending::NotManaged, act.now);
    let not_managed = Event::NotManaged { reason: reason.to_owned() };
    commit(act, &subject.ticket, change, vec![not_managed]).await
}
