//! Decides whether an operation on a ticket is allowed now: by the permission table, by the edition
//! of the procedure that the ticket runs under, and by what must be settled first. Operations ask
//! before they write; dialogues ask before their first question. Deliberately absent: checks of the
//! texts themselves, which each operation makes.

use super::{Subject, answer, approve, child, equipment, find};
use crate::{
    domain::{id::TicketNumber, permission::decide, refusal::Refusal, status::Status, verb::Verb},
    entity::ticket,
    service::{Act, Result},
};

/// Reads the ticket, and makes the refusals that the operation would make after its last question.
/// Locks the ticket's row on PostgreSQL, as the operation itself does.
///
/// # Errors
/// The refusal of the operation.
pub async fn check(act: &Act<'_>, number: TicketNumber, verb: Verb) -> Result<ticket::Model> {
    let subject = find::locked(act, number).await?;
    of(act, &subject, verb).await?;
    Ok(subject.ticket)
}

/// The same check for a locked ticket. Returns the status that follows; `None` when the ticket
/// keeps its own.
pub(super) async fn of(act: &Act<'_>, subject: &Subject<'_>, verb: Verb) -> Result<Option<Status>> {
    let status = decide(&act.doer, verb, &subject.facts)?;
    let without_visits = verb.is_of_visits() && subject.rules.visits.is_none();
    if without_visits || !subject.rules.knows(verb, status) {
        return Err(Refusal::NotInProcedure(subject.ticket.number).into());
    }
    match verb {
        Verb::Solve => {
            equipment::must_be_back(act.tx, &subject.ticket).await?;
            answer::check_parts(act, &subject.ticket, &subject.rules)?;
            child::check_done(act.tx, subject).await?;
        }
        Verb::NotManage | Verb::Route => {
            equipment::must_be_back(act.tx, &subject.ticket).await?;
        }
        Verb::Categorise if subject.ticket.approval => {
            approve::check_disinterested(act, subject).await?;
        }
        Verb::Approve | Verb::Decline => approve::check_disinterested(act, subject).await?,
        _ => {}
    }
    Ok(status)
}
