//! Who may do what to a ticket, and the status that follows: the permission table and the moves.
//! Pure. The same table decides about pressed buttons, typed commands, and which buttons a card
//! shows. Deliberately absent: storing the change (`service::ticket`).

use super::{
    facts::TicketFacts,
    person::{Actor, Doer, Role},
    refusal::Refusal,
    right,
    status::Status,
    verb::Verb,
};

/// Decides whether `doer` may do `verb` to the ticket now, and which status follows: `None` when
/// the ticket keeps its own.
///
/// # Errors
/// The [`Refusal`] to tell the person.
pub fn decide(doer: &Doer, verb: Verb, ticket: &TicketFacts) -> Result<Option<Status>, Refusal> {
    match doer {
        // The desk itself resumes a ticket that waited for a related case (V8).
        Doer::Desk if matches!(verb, Verb::CloseOnSilence | Verb::Resume) => {}
        Doer::Desk => return Err(Refusal::NotYourRole(verb)),
        Doer::Person(actor) => may(actor, verb, ticket)?,
    }
    let not_now = Refusal::NotNow { number: ticket.number, verb, status: ticket.status };
    // A ticket that a vendor's own staff work on does not wait, so it can be suspended.
    let waits_already = match verb {
        Verb::Resume => !ticket.waits,
        Verb::Suspend => ticket.waits,
        _ => false,
    };
    if !verb.fits(ticket.status) || waits_already || (verb.decides() && !ticket.approval) {
        return Err(not_now);
    }
    if ticket.approval && verb.is_for_work() {
        return Err(Refusal::AsksApproval(ticket.number));
    }
    match verb.target(ticket.status) {
        None => Ok(None),
        Some(target) if ticket.status.may_become().contains(&target) => Ok(Some(target)),
        Some(_) => Err(not_now),
    }
}

/// The permission table: who may do what, regardless of status and text.
fn may(actor: &Actor, verb: Verb, ticket: &TicketFacts) -> Result<(), Refusal> {
    let number = ticket.number;
    let is_requester = actor.id == ticket.requester;
    // A person who may not read a ticket may do nothing to it, and learns nothing about it.
    if !right::may_read(actor, ticket) {
        return Err(Refusal::UnknownTicket(number));
    }
    match verb {
        Verb::View => Ok(()),
        Verb::Authorise | Verb::Reject if is_requester => Ok(()),
        Verb::Authorise | Verb::Reject => Err(Refusal::NotYourRequest(number)),
        Verb::ChooseVisit | Verb::ReceiveEquipment if is_requester => Ok(()),
        Verb::ChooseVisit | Verb::ReceiveEquipment => Err(Refusal::NotYourRequest(number)),
        Verb::Withdraw if !is_requester => Err(Refusal::NotYourRequest(number)),
        Verb::Withdraw if ticket.status != Status::New && !ticket.status.is_final() => {
            let technician = ticket.technician.as_ref().map(|(_, name)| name.clone());
            Err(Refusal::TooLateToWithdraw { number, technician: technician.unwrap_or_default() })
        }
        Verb::Withdraw => match ticket.related_to {
            Some(parent) if !ticket.status.is_final() => {
                Err(Refusal::RelatedCase { number, parent })
            }
            _ => Ok(()),
        },
        Verb::Reply if is_requester => Ok(()),
        Verb::CloseOnSilence => Err(Refusal::NotYourRole(verb)),
        _ if actor.role < Role::Technician => Err(Refusal::NotYourRole(verb)),
        Verb::Note | Verb::Follow => Ok(()),
        Verb::Accept => may_accept(actor, ticket),
        // The person who registered a case may assign it to the specialist who did the work
        // (activity E), while it has no technician.
        Verb::Assign if registered(actor, ticket) && ticket.technician.is_none() => Ok(()),
        Verb::Assign => is_awaited(actor, ticket).and(is_of_group(actor, ticket)),
        // The desk opens related cases for the specialist whose case it registered or had
        // (activities D and F).
        Verb::OpenChild if registered(actor, ticket) || had_it(actor, ticket) => Ok(()),
        Verb::Prioritise | Verb::Categorise => is_of_group(actor, ticket),
        // Separation of duties: the requester and the registrar do not decide.
        Verb::Approve | Verb::Decline
            if is_requester || actor.id == ticket.readers.registered_by =>
        {
            Err(Refusal::OwnRequest(number))
        }
        Verb::Approve | Verb::Decline => is_of_group(actor, ticket),
        Verb::Solve => may_work(actor, ticket).and(informs(actor, ticket)),
        Verb::Answer if ticket.answers_to.is_none() => {
            Err(Refusal::NotNow { number, verb, status: ticket.status })
        }
        Verb::Answer
        | Verb::Reply
        | Verb::Escalate
        | Verb::Suspend
        | Verb::Resume
        | Verb::PassToVendor
        | Verb::OpenChild
        | Verb::CheckAsset
        | Verb::NotManage
        | Verb::Route
        | Verb::Train
        | Verb::Visit
        | Verb::Arrive
        | Verb::Miss
        | Verb::MoveToWorkshop
        | Verb::MoveToVendor
        | Verb::ReturnEquipment => may_work(actor, ticket),
    }
}

/// Only the group that received the request, or a supervisor, tells the requester the solution.
fn informs(actor: &Actor, ticket: &TicketFacts) -> Result<(), Refusal> {
    match &ticket.answers_to {
        Some(group) if actor.role < Role::Supervisor && !actor.is_in(group) => {
            Err(Refusal::AnswerGoesBack { number: ticket.number, group: group.clone() })
        }
        _ => Ok(()),
    }
}

fn may_accept(actor: &Actor, ticket: &TicketFacts) -> Result<(), Refusal> {
    match &ticket.technician {
        Some((id, _)) if *id == actor.id && !ticket.status.is_final() => {
            Err(Refusal::AlreadyYours(ticket.number))
        }
        Some((_, name)) if !ticket.status.is_final() => {
            Err(Refusal::AlreadyTaken { number: ticket.number, technician: name.clone() })
        }
        // Only the person that it was passed to by name, or a supervisor, may take it (V3).
        _ if ticket.meant_for.is_some() => is_awaited(actor, ticket),
        _ if actor.is_in(&ticket.group) => Ok(()),
        _ => Err(Refusal::NotYourGroup(ticket.group.clone())),
    }
}

/// A ticket that was passed to a person by name waits for that person; a supervisor may step in.
fn is_awaited(actor: &Actor, ticket: &TicketFacts) -> Result<(), Refusal> {
    match &ticket.meant_for {
        Some((id, name)) if *id != actor.id && actor.role < Role::Supervisor => {
            Err(Refusal::MeantFor { number: ticket.number, technician: name.clone() })
        }
        _ => Ok(()),
    }
}

/// Whether a technician registered the ticket for another person.
fn registered(actor: &Actor, ticket: &TicketFacts) -> bool {
    actor.id == ticket.readers.registered_by && actor.id != ticket.requester
}

/// Whether a technician, or one of their groups, had the ticket before.
fn had_it(actor: &Actor, ticket: &TicketFacts) -> bool {
    let readers = &ticket.readers;
    readers.former_technicians.contains(&actor.id)
        || readers.former_groups.iter().any(|group| actor.is_in(group))
}

fn is_of_group(actor: &Actor, ticket: &TicketFacts) -> Result<(), Refusal> {
    if actor.role >= Role::Supervisor || actor.is_in(&ticket.group) {
        Ok(())
    } else {
        Err(Refusal::NotYourGroup(ticket.group.clone()))
    }
}

/// The technician who has the ticket may work on it; its group may while it has no technician;
/// supervisors always may.
fn may_work(actor: &Actor, ticket: &TicketFacts) -> Result<(), Refusal> {
    if actor.role >= Role::Supervisor {
        return Ok(());
    }
    match &ticket.technician {
        Some((id, _)) if *id == actor.id => Ok(()),
        Some((_, name)) => {
            Err(Refusal::NotYourTicket { number: ticket.number, technician: name.clone() })
        }
        None => is_awaited(actor, ticket).and(is_of_group(actor, ticket)),
    }
}
