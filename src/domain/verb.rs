//! The operations on a ticket, and the statuses that each starts from and leads to. Deliberately
//! absent: who may do them (`super::permission`).

use serde::{Deserialize, Serialize};

use super::status::Status;

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
    pub(super) fn target(self, now: Status) -> Option<Status> {
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
    pub(super) fn decides(self) -> bool {
        matches!(self, Self::Approve | Self::Decline)
    }

    /// Whether it is for tickets that are worked on, not for those that wait for approval.
    pub(super) fn is_for_work(self) -> bool {
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
    pub(super) fn fits(self, status: Status) -> bool {
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
