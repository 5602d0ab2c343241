//! Who may do what to a ticket, and what becomes of it: the permission table and the moves. Pure;
//! the same table answers a pressed button, a typed command and which buttons a card shows.
//! Deliberately absent: how the change is stored (`service::ticket`).

use serde::{Deserialize, Serialize};

use super::{
    id::{PersonId, TicketNumber},
    person::{Actor, Doer, Role},
    refusal::Refusal,
    right::{self, Readers},
    status::Status,
};

/// Something that can be done to a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// Look at it.
    View,
    /// Take it.
    Accept,
    /// Give it to a technician of its group.
    Assign,
    /// Pass it to another group.
    Escalate,
    /// Write what only the desk reads.
    Note,
    /// Write to the other side.
    Reply,
    /// Let it wait, with a reason.
    Suspend,
    /// Go on with it.
    Resume,
    /// Let it wait for an outside provider.
    PassToVendor,
    /// Give a solution.
    Solve,
    /// Give the answer of a higher level to the group that received the request (U7).
    Answer,
    /// End it without having worked on it.
    NotManage,
    /// Open a related case for another group.
    OpenChild,
    /// Note equipment that was touched.
    CheckAsset,
    /// Approve what was asked for.
    Approve,
    /// Not approve what was asked for.
    Decline,
    /// End it because it belongs to another procedure (C2).
    Route,
    /// Record what its requester was trained in (C7).
    Train,
    /// Say that it is solved.
    Authorise,
    /// Say that it is not solved.
    Reject,
    /// Take the request back.
    Withdraw,
    /// End it because the validation time passed.
    CloseOnSilence,
    /// Plan a visit to the requester's workplace (N5).
    Visit,
    /// Be at the requester's workplace.
    Arrive,
    /// Say that nobody was there (N5).
    Miss,
    /// Answer for the time of a visit.
    ChooseVisit,
    /// Take equipment to the desk's workshop (N6).
    MoveToWorkshop,
    /// Take equipment to an outside provider (N6).
    MoveToVendor,
    /// Bring equipment back (N6).
    ReturnEquipment,
    /// Say that equipment is back.
    ReceiveEquipment,
    /// Give it another priority (N3).
    Prioritise,
    /// Give it another category (N3).
    Categorise,
}

impl Verb {
    /// Every verb.
    pub const ALL: [Self; 32] = [
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
        }
    }

    /// The optional status that this verb is there for. Where a procedure does without the status,
    /// there is no such step.
    pub fn leads_to(self) -> Option<Status> {
        match self {
            Self::Escalate | Self::Suspend | Self::PassToVendor | Self::NotManage => {
                self.target(Status::InProgress)
            }
            _ => None,
        }
    }

    /// The status this verb asks for; none when it leaves the status alone.
    fn target(self, now: Status) -> Option<Status> {
        match self {
            // Who has the ticket afterwards decides which status an answer gives.
            Self::View
            | Self::Answer
            | Self::Note
            | Self::Reply
            | Self::OpenChild
            | Self::CheckAsset
            | Self::Train => None,
            // A decision ends it at once; work that began on it is over first.
            Self::Approve | Self::Decline if now == Status::New => Some(Status::Closed),
            Self::Approve | Self::Decline => Some(Status::Solved),
            // What visits and equipment give is the procedure's to say: see `super::visit`.
            Self::Visit
            | Self::Arrive
            | Self::Miss
            | Self::ChooseVisit
            | Self::MoveToWorkshop
            | Self::MoveToVendor
            | Self::ReturnEquipment
            | Self::ReceiveEquipment
            | Self::Prioritise
            | Self::Categorise => None,
            // A ticket that waits goes on waiting for its reason, with the technician who takes it.
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
            // Where a procedure does not use this status, what is routed is closed.
            Self::NotManage | Self::Route => Some(Status::NotManaged),
            Self::Reject => Some(Status::Reopened),
            Self::Authorise | Self::Withdraw | Self::CloseOnSilence => Some(Status::Closed),
        }
    }

    /// Whether it decides on what was asked for.
    fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Decline)
    }

    /// Whether it is for what is worked on, not for what is decided on.
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

    /// The statuses in which this verb makes sense, beyond what the transition table says.
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
            Self::Note | Self::Reply | Self::CheckAsset | Self::ReceiveEquipment => {
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

/// What the rules need to know of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TicketFacts {
    /// Its number.
    pub number: TicketNumber,
    /// Where it stands.
    pub status: Status,
    /// Who asked.
    pub requester: PersonId,
    /// The group that has it.
    pub group: String,
    /// The technician who has it, with their name.
    pub technician: Option<(PersonId, String)>,
    /// The specialist who is to take it, with their name, when it was passed to one.
    pub meant_for: Option<(PersonId, String)>,
    /// Whether it is to be approved or not, rather than worked on.
    pub approval: bool,
    /// The ticket that the desk opened this one for, as a related case (V6, V8).
    pub related_to: Option<TicketNumber>,
    /// Whether work waits for a stated reason; a vendor's own people work on what they took.
    pub waits: bool,
    /// The group of a lower level that informs the requester of what the present group answers.
    pub answers_to: Option<String>,
    /// Who may read it besides its requester and those who have it.
    pub readers: Readers,
}

/// Decides whether `doer` may do `verb` to the ticket now, and what status it takes: `None` when it
/// keeps its own.
///
/// # Errors
/// The [`Refusal`] to tell the person.
pub fn decide(doer: &Doer, verb: Verb, ticket: &TicketFacts) -> Result<Option<Status>, Refusal> {
    match doer {
        // The desk goes on by itself with what waited for a related case (V8).
        Doer::Desk if matches!(verb, Verb::CloseOnSilence | Verb::Resume) => {}
        Doer::Desk => return Err(Refusal::NotYourRole(verb)),
        Doer::Person(actor) => may(actor, verb, ticket)?,
    }
    let not_now = Refusal::NotNow { number: ticket.number, verb, status: ticket.status };
    // What a vendor's own people work on does not wait, so it can be suspended.
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

/// The permission table: who may do what, whatever the time and the text.
fn may(actor: &Actor, verb: Verb, ticket: &TicketFacts) -> Result<(), Refusal> {
    let number = ticket.number;
    let is_requester = actor.id == ticket.requester;
    // Who may not read it may do nothing to it, and learns nothing of it.
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
        Verb::Note => Ok(()),
        Verb::Accept => may_accept(actor, ticket),
        // Who registered a case gives it to the specialist who did the work (activity E), while no
        // technician has it.
        Verb::Assign if registered(actor, ticket) && ticket.technician.is_none() => Ok(()),
        Verb::Assign => is_awaited(actor, ticket).and(is_of_group(actor, ticket)),
        // The desk opens related cases for the specialist who has one that it registered or had
        // (activities D and F).
        Verb::OpenChild if registered(actor, ticket) || had_it(actor, ticket) => Ok(()),
        Verb::Prioritise | Verb::Categorise => is_of_group(actor, ticket),
        // Separation of duties: who asked, or registered it for the requester, does not decide.
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

/// The requester is told the solution by the group that received the request, or by a supervisor.
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
        // What was passed to somebody by name is theirs, or a supervisor's, to take (V3).
        _ if ticket.meant_for.is_some() => is_awaited(actor, ticket),
        _ if actor.is_in(&ticket.group) => Ok(()),
        _ => Err(Refusal::NotYourGroup(ticket.group.clone())),
    }
}

/// What was passed to somebody by name waits for that person alone; a supervisor may step in.
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

/// Whether a technician, or a group of the technician's, had the ticket before.
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

/// Working on a ticket is for the technician who has it, for the group while nobody has it, and for
/// supervisors always.
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
