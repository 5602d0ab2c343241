//! Decides about requests that need approval before work starts (V10). An approval opens the next
//! case in the same transaction; after a rejection the requester reads the reason.

use sea_orm::ActiveValue::Set;

use super::{
    Done, Subject,
    child::{self, Relation},
    commit, enter, give_to,
    open::{self, NewTicket},
    prepare,
};
use crate::{
    domain::{
        ending::Ending, event::Event, id::TicketNumber, refusal::Refusal, status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result, people::history},
};

/// Separation of duties: the decision is not open to the requester, the registrar, or a person who
/// was ever joined with either, even when the join was undone.
///
/// # Errors
/// Refuses those people.
pub(super) async fn check_disinterested(act: &Act<'_>, subject: &Subject<'_>) -> Result<()> {
    let Some(actor) = act.doer.person() else { return Ok(()) };
    for party in [subject.ticket.requester_id, subject.ticket.registered_by] {
        if actor.id == party || history::were_one(act.tx, actor.id, party).await? {
            return Err(Refusal::OwnRequest(subject.ticket.number).into());
        }
    }
    Ok(())
}

/// Approves a request and opens the next case, for the same requester with the same text. Returns
/// both.
///
/// # Errors
/// Refuses a person outside the approving group, the requester, the registrar, people who were ever
/// joined with either, and a ticket that needs no approval.
pub async fn approve(act: &Act<'_>, number: TicketNumber) -> Result<(Done, Done)> {
    let (subject, status) = prepare(act, number, Verb::Approve).await?;
    let approval = subject.rules.approval(&subject.ticket.category);
    let then = &approval.ok_or(Refusal::NotInProcedure(number))?.then;
    // A refusal does not roll back, so all checks come before the first write.
    open::find_category(act, then)?;
    let next = NewTicket {
        category: then.clone(),
        details: subject.ticket.details.clone(),
        ..child::related_request(&subject.ticket)
    };
    let mut approved = end(act, &subject, status, Event::Approved, Ending::Approved).await?;
    let next = open::open(act, next).await?;
    approved.events.push(child::note(act, &subject.ticket, &next, Relation::Case).await?);
    Ok((approved, next))
}

/// Rejects a request, with the reason that the requester reads.
///
/// # Errors
/// Refuses what [`approve`] refuses, and an empty reason.
pub async fn decline(act: &Act<'_>, number: TicketNumber, reason: &str) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Decline).await?;
    let reason = reason.trim().to_owned();
    if reason.is_empty() {
        return Err(Refusal::TextMissing(Verb::Decline).into());
    }
    end(act, &subject, status, Event::Declined { reason }, Ending::Rejected).await
}

/// Ends a ticket by a decision. A ticket without a technician goes to the person who decides.
async fn end(
    act: &Act<'_>,
    subject: &Subject<'_>,
    status: Option<Status>,
    decided: Event,
    ending: Ending,
) -> Result<Done> {
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.suspension = Set(None);
    if let (None, Some(actor)) = (subject.ticket.technician_id, act.doer.person()) {
        give_to(&mut change, &subject.ticket, actor.id, act.now);
    }
    if let Some(status) = status {
        enter(&mut change, subject, status, act.now);
    }
    super::end(&mut change, ending, act.now);
    commit(act, &subject.ticket, change, vec![decided, Event::Closed { ending }]).await
}
