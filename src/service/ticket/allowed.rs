//! Whether an operation on a ticket is allowed now: the permission table, what the edition of the
//! procedure that the ticket runs under knows, and what must be settled before. Operations ask it before
//! they write, and conversations before they ask for words. Deliberately absent: what hangs on the words
//! themselves, which each operation checks.

use super::{Subject, answer, approve, child, equipment, find};
use crate::{
    domain::{
        id::TicketNumber,
        refusal::Refusal,
        status::Status,
        verb::{Verb, decide},
    },
    entity::ticket,
    service::{Act, Result},
};

/// Reads the ticket, and refuses at once what the operation would refuse after its last question. Locks the
/// ticket's row on PostgreSQL, as the operation itself does.
///
/// # Errors
/// The refusal of the operation.
pub async fn check(act: &Act<'_>, number: TicketNumber, verb: Verb) -> Result<ticket::Model> {
    let subject = find::locked(act, number).await?;
    of(act, &subject, verb).await?;
    Ok(subject.ticket)
}

/// The same for a ticket that was read. Gives the status that the ticket takes; `None` where it keeps
/// its own.
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
