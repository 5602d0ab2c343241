//! What a form can do to a ticket, and what each needs to know first. Deliberately absent: asking
//! ([`super`]) and doing ([`mod@super::carry_out`]).

use serde::{Deserialize, Serialize};

use crate::domain::{procedure::Procedure, verb::Verb};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormVerb {
    /// See the card.
    View,
    /// See its clocks explained.
    Explain,
    /// Take it.
    Accept,
    /// Give it to somebody.
    Assign,
    /// Pass it to another group.
    Escalate,
    /// Write an internal note.
    Note,
    /// Write to the other side.
    Reply,
    /// Let it wait.
    Suspend,
    /// Go on with it.
    Resume,
    /// Let it wait for an outside provider.
    PassToVendor,
    /// Give a solution.
    Solve,
    /// Give the answer of a higher level to the group that received the request.
    Answer,
    /// End it without working on it.
    NotManage,
    /// Open a related case.
    OpenChild,
    /// Note equipment that was touched.
    CheckAsset,
    /// Approve what was asked for.
    Approve,
    /// Not approve it.
    Decline,
    /// Send it to another procedure.
    Route,
    /// Record what the requester was trained in.
    Train,
    /// Say what is missing.
    Reject,
    /// Comment on the service.
    Comment,
    /// Take the request back.
    Withdraw,
    /// Be at the requester's workplace.
    Arrive,
    /// Say that nobody was there.
    Miss,
    /// Add a photo, or words, to what was said of a visit in vain.
    Evidence,
    /// Take equipment to the workshop.
    MoveToWorkshop,
    /// Take equipment to a vendor.
    MoveToVendor,
    /// Bring equipment back.
    ReturnEquipment,
    /// Say that equipment is back.
    ReceiveEquipment,
    /// Give it another priority.
    Prioritise,
    /// Give it another category.
    Categorise,
}

impl FormVerb {
    /// The verb of the permission table.
    pub fn verb(self) -> Verb {
        match self {
            Self::View | Self::Explain => Verb::View,
            Self::Accept => Verb::Accept,
            Self::Assign => Verb::Assign,
            Self::Escalate => Verb::Escalate,
            Self::Note => Verb::Note,
            Self::Reply => Verb::Reply,
            Self::Suspend => Verb::Suspend,
            Self::Resume => Verb::Resume,
            Self::PassToVendor => Verb::PassToVendor,
            Self::Solve => Verb::Solve,
            Self::Answer => Verb::Answer,
            Self::NotManage => Verb::NotManage,
            Self::OpenChild => Verb::OpenChild,
            Self::CheckAsset => Verb::CheckAsset,
            Self::Approve => Verb::Approve,
            Self::Decline => Verb::Decline,
            Self::Route => Verb::Route,
            Self::Train => Verb::Train,
            Self::Reject => Verb::Reject,
            Self::Comment => Verb::View,
            Self::Withdraw => Verb::Withdraw,
            Self::Arrive => Verb::Arrive,
            Self::Miss | Self::Evidence => Verb::Miss,
            Self::MoveToWorkshop => Verb::MoveToWorkshop,
            Self::MoveToVendor => Verb::MoveToVendor,
            Self::ReturnEquipment => Verb::ReturnEquipment,
            Self::ReceiveEquipment => Verb::ReceiveEquipment,
            Self::Prioritise => Verb::Prioritise,
            Self::Categorise => Verb::Categorise,
        }
    }

    /// The form of a verb that hangs on a ticket's card.
    pub fn from_verb(verb: Verb) -> Option<Self> {
        Some(match verb {
            Verb::View => Self::View,
            Verb::Accept => Self::Accept,
            Verb::Assign => Self::Assign,
            Verb::Escalate => Self::Escalate,
            Verb::Note => Self::Note,
            Verb::Reply => Self::Reply,
            Verb::Suspend => Self::Suspend,
            Verb::Resume => Self::Resume,
            Verb::PassToVendor => Self::PassToVendor,
            Verb::Solve => Self::Solve,
            Verb::Answer => Self::Answer,
            Verb::NotManage => Self::NotManage,
            Verb::OpenChild => Self::OpenChild,
            Verb::CheckAsset => Self::CheckAsset,
            Verb::Approve => Self::Approve,
            Verb::Decline => Self::Decline,
            Verb::Route => Self::Route,
            Verb::Train => Self::Train,
            Verb::Withdraw => Self::Withdraw,
            Verb::Arrive => Self::Arrive,
            Verb::Miss => Self::Miss,
            Verb::MoveToWorkshop => Self::MoveToWorkshop,
            Verb::MoveToVendor => Self::MoveToVendor,
            Verb::ReturnEquipment => Self::ReturnEquipment,
            Verb::ReceiveEquipment => Self::ReceiveEquipment,
            Verb::Prioritise => Self::Prioritise,
            Verb::Categorise => Self::Categorise,
            // These have a dialogue or a survey of their own.
            Verb::Visit | Verb::ChooseVisit => return None,
            Verb::Authorise | Verb::Reject | Verb::CloseOnSilence => return None,
        })
    }

    /// Whether something is chosen from a list.
    pub(super) fn asks_choice(self) -> bool {
        matches!(
            self,
            Self::Assign
                | Self::Escalate
                | Self::Suspend
                | Self::NotManage
                | Self::OpenChild
                | Self::Route
                | Self::Withdraw
                | Self::Prioritise
                | Self::Categorise
        )
    }

    /// Whether something is written.
    pub(super) fn asks_text(self) -> bool {
        matches!(
            self,
            Self::Escalate
                | Self::Note
                | Self::Reply
                | Self::PassToVendor
                | Self::Solve
                | Self::Answer
                | Self::OpenChild
                | Self::CheckAsset
                | Self::Decline
                | Self::Train
                | Self::Reject
                | Self::Comment
                | Self::Miss
                | Self::MoveToWorkshop
                | Self::MoveToVendor
        )
    }

    /// Whether it belongs to visits, which a procedure need not have.
    pub(super) fn is_of_visits(self) -> bool {
        matches!(
            self,
            Self::Arrive | Self::Miss | Self::Evidence | Self::MoveToWorkshop | Self::MoveToVendor
        )
    }

    /// Whether the procedure may have fields asked with it.
    pub(in crate::chat::dialogue) fn has_fields(self) -> bool {
        matches!(self, Self::Solve | Self::Answer | Self::Categorise)
    }

    /// Whether a photo belongs to it, which may be left out.
    pub(super) fn asks_photo(self) -> bool {
        self == Self::Evidence
    }

    /// The name by which the messages about it are found, where what it says hangs on the procedure.
    pub(super) fn key_in(self, procedure: &Procedure) -> &'static str {
        match self {
            Self::PassToVendor if procedure.vendor_procedure.is_some() => "vendor-procedure",
            other => other.key(),
        }
    }

    /// The name by which the messages about it are found.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Explain => "sla",
            Self::Evidence => "evidence",
            other => other.verb().as_str(),
        }
    }
}
