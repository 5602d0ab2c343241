//! Who may do what to a ticket, and the status that follows: the permission table and the moves.
//! Pure. The same table decides about pressed buttons, typed commands, and which buttons a card
//! shows. Deliberately absent: storing the change (`service::ticket`).

use serde::{Deserialize, Serialize};

use super::{
    id::{PersonId, TicketNumber},
    person::{Actor, Doer, Role},
    refusal::Refusal,
    right::{self, Readers},
    status::Status,
};

/// An operation on a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Read it.
    View,
    /// Take it.
    Accept,
    /// Assign it to a technician of its group.
    Assign,
    /// Pass it to another group.
    Escalate,
    /// Write an internal note.
    Note,
    /// Write a public reply.
    Reply,
    /// Suspend it, with a reason.
    Suspend,
    /// Resume it.
    Resume,
    /// Let it wait for an outside provider.
    PassToVendor,
    /// Give a solution.
    Solve,
    /// Give the answer of a higher level to the group that received the request (U7).
    Answer,
    /// End it without work on it.
    NotManage,
    /// Open a related case for another group.
    OpenChild,
    /// Record equipment.
    CheckAsset,
    /// Approve the request.
    Approve,
    /// Reject the request.
    Decline,
    /// End it because it belongs to another procedure (C2).
    Route,
    /// Record what its requester was trained in (C7).
    Train,
    /// Authorise the solution.
    Authorise,
    /// Reject the solution.
    Reject,
    /// Withdraw the request.
    Withdraw,
    /// End it because the validation time passed.
    CloseOnSilence,
    /// Plan a visit to the requester's workplace (N5).
    Visit,
    /// Record the arrival at the requester's workplace.
    Arrive,
    /// Record a visit in vain (N5).
    Miss,
    /// Choose or accept the time of a visit.
    ChooseVisit,
    /// Take equipment to the desk's workshop (N6).
    MoveToWorkshop,
    /// Take equipment to an outside provider (N6).
    MoveToVendor,
    /// Return equipment (N6).
    ReturnEquipment,
    /// Confirm that equipment is back.
    ReceiveEquipment,
    /// Change its priority (N3).
    Prioritise,
    /// Change its category (N3).
    Categorise,
    /// Follow its changes of status, or stop following.
    Follow,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 33] = [
        Self::View,
        Self::Accept,
        Self::Assign,
        Self::Escalate,
        Self::Note,
        Self::Reply,
        Self::Suspend,
        Self::Resume,
        Self::PassToVendor,
        Self::Solve,
        Self::Answer,
        Self::NotManage,
        Self::OpenChild,
        Self::CheckAsset,
        Self::Approve,
        Self::Decline,
        Self::Route,
        Self::Train,
        Self::Authorise,
        Self::Reject,
        Self::Withdraw,
        Self::CloseOnSilence,
        Self::Visit,
        Self::Arrive,
        Self::Miss,
        Self::ChooseVisit,
        Self::MoveToWorkshop,
        Self::MoveToVendor,
        Self::ReturnEquipment,
        Self::ReceiveEquipment,
        Self::Prioritise,
        Self::Categorise,
        Self::Follow,
    ];

    /// The stable name used in message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Accept => "accept",
            Self::Assign => "assign",
            Self::Escalate => "escalate",
            Self::Note => "note",
            Self::Reply => "reply",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::PassToVendor => "vendor",
            Self::Solve => "solve",
            Self::Answer => "answer",
            Self::NotManage => "notmanaged",
            Self::OpenChild => "child",
            Self::CheckAsset => "asset",
            Self::Approve => "approve",
            Self::Decline => "decline",
            Self::Route => "route",
            Self::Train => "training",
            Self::Authorise => "authorise",
            Self::Reject => "reject",
            Self::Withdraw => "withdraw",
            Self::CloseOnSilence => "close_on_silence",
            Self::Visit => "visit",
            Self::Arrive => "arrive",
            Self::Miss => "miss",
            Self::ChooseVisit => "choose_visit",
            Self::MoveToWorkshop => "workshop",
            Self::MoveToVendor => "to_vendor",
            Self::ReturnEquipment => "return",
            Self::ReceiveEquipment => "receive",
            Self::Prioritise => "priority",
            Self::Categorise => "category",
            Self::Follow => "follow",
        }
    }

    /// The optional status that this verb leads to. A procedure that does not use the status has no
    /// such step.
    pub fn leads_to(self) -> Option<Status> {
        match self {
            Self::Escalate | Self::Suspend | Self::PassToVendor | Self::NotManage => {
                self.target(Status::InProgress)
            }
            _ => None,
        }
    }

    /// The status that this verb asks for; `None` when it keeps the status.
    fn target(self, now: Status) -> Option<Status> {
        match self {
            // The person who has the ticket afterwards determines the status after an answer.
            Self::View
            | Self::Answer
            | Self::Note
            | Self::Reply
            | Self::OpenChild
            | Self::CheckAsset
            | Self::Train => None,
            // A decision on a new ticket ends it at once; otherwise the work that began is over
            // first.
            Self::Approve | Self::Decline if now == Status::New => Some(Status::Closed),
            Self::Approve | Self::Decline => Some(Status::Solved),
            // The procedure defines the statuses of visits and equipment: see `super::visit`.
            Self::Visit
            | Self::Arrive
            | Self::Miss
            | Self::ChooseVisit
            | Self::MoveToWorkshop
            | Self::MoveToVendor
            | Self::ReturnEquipment
            | Self::ReceiveEquipment
            | Self::Prioritise
            | Self::Categorise
            | Self::Follow => None,
            // A waiting ticket keeps waiting for its reason, with the technician who takes it.
            Self::Accept | Self::Assign
                if matches!(now, Status::Suspended | Status::WithVendor) =>
            {
                None
            }
            Self::Assign if matches!(now, Status::InProgress | Status::Reopened) => None,
            Self::Accept | Self::Assign | Self::Resume => Some(Status::InProgress),
            Self::Escalate => Some(Status::Escalated),
            Self::Suspend => Some(Status::Suspended),
            Self::PassToVendor => Some(Status::WithVendor),
            Self::Solve => Some(Status::Solved),
            // Where a procedure does not use this status, routed tickets are closed.
            Self::NotManage | Self::Route => Some(Status::NotManaged),
            Self::Reject => Some(Status::Reopened),
            Self::Authorise | Self::Withdraw | Self::CloseOnSilence => Some(Status::Closed),
        }
    }

    /// Whether it needs visits, which a procedure may not have (N5).
    pub fn is_of_visits(self) -> bool {
        matches!(
            self,
            Self::Visit
                | Self::ChooseVisit
                | Self::Arrive
                | Self::Miss
                | Self::MoveToWorkshop
                | Self::MoveToVendor
        )
    }

    /// Whether it decides about a request for approval.
    fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Decline)
    }

    /// Whether it is for tickets that are worked on, not for those that wait for approval.
    fn is_for_work(self) -> bool {
        matches!(
            self,
            Self::Accept
                | Self::Assign
                | Self::Escalate
                | Self::PassToVendor
                | Self::Solve
                | Self::Answer
                | Self::OpenChild
                | Self::CheckAsset
        )
    }

    /// The statuses in which this verb makes sense, in addition to the transition table.
    fn fits(self, status: Status) -> bool {
        use Status::*;
        match self {
            Self::View => true,
            Self::Accept => {
                matches!(status, New | Escalated | EscalatedOnSite | Suspended | WithVendor)
            }
            Self::Resume => matches!(status, Suspended | WithVendor),
            Self::Suspend => status != Suspended,
            Self::PassToVendor => !matches!(status, Suspended | WithVendor),
            Self::Withdraw => status == New,
            Self::Authorise | Self::Reject | Self::CloseOnSilence => status == Solved,
            Self::Note | Self::Reply | Self::CheckAsset | Self::ReceiveEquipment | Self::Follow => {
                !status.is_final()
            }
            Self::Assign
            | Self::Answer
            | Self::OpenChild
            | Self::Approve
            | Self::Decline
            | Self::Visit
            | Self::Arrive
            | Self::Miss
            | Self::ChooseVisit
            | Self::MoveToWorkshop
            | Self::MoveToVendor
            | Self::ReturnEquipment
            | Self::Prioritise
            | Self::Categorise => !status.is_final() && status != Solved,
            Self::Train => matches!(status, InProgress | Reopened | Solved),
            Self::Escalate | Self::Solve | Self::NotManage | Self::Route => true,
        }
    }
}

/// The facts about a ticket that the rules need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// Its number.
    pub number: TicketNumber,
    /// Its status.
    pub status: Status,
    /// The requester.
    pub requester: PersonId,
    /// The key of the group that has it.
    pub group: String,
    /// The technician who has it, with the name.
    pub technician: Option<(PersonId, String)>,
    /// The specialist that it was passed to by name, who has to take it.
    pub meant_for: Option<(PersonId, String)>,
    /// Whether it waits for an approval.
    pub approval: bool,
    /// The parent ticket, when it is a related case (V6, V8).
    pub related_to: Option<TicketNumber>,
    /// Whether work waits for a stated reason. Tickets that a vendor's own staff took do not wait.
    pub waits: bool,
    /// The key of the group of a lower level that informs the requester of the present group's
    /// answer.
    pub answers_to: Option<String>,
    /// The people and groups that may read it besides its requester and those who have it.
    pub readers: Readers,
}

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
