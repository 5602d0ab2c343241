//! What a form can do to a ticket, and what each needs to know first. Deliberately absent: asking
//! ([`super`]) and doing (`carry_out.rs`).

use serde::{Deserialize, Serialize};

use crate::domain::verb::Verb;

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
    /// End it without working on it.
    NotManage,
    /// Say what is missing.
    Reject,
    /// Comment on the service.
    Comment,
    /// Take the request back.
    Withdraw,
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
            Self::NotManage => Verb::NotManage,
            Self::Reject => Verb::Reject,
            Self::Comment => Verb::View,
            Self::Withdraw => Verb::Withdraw,
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
            Verb::NotManage => Self::NotManage,
            Verb::Withdraw => Self::Withdraw,
            Verb::Authorise | Verb::Reject | Verb::CloseOnSilence => return None,
        })
    }

    /// Whether something is chosen from a list.
    pub(super) fn asks_choice(self) -> bool {
        matches!(
            self,
            Self::Assign | Self::Escalate | Self::Suspend | Self::NotManage | Self::Withdraw
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
                | Self::Reject
                | Self::Comment
        )
    }

    /// The name by which the messages about it are found.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Explain => "sla",
            other => other.verb().as_str(),
        }
    }
}
