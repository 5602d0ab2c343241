//! What happened to a ticket, in the past tense: the append-only history (U13). An event holds what
//! cannot be read elsewhere; who, when and through which channel stand beside it in its row.

use serde::{Deserialize, Serialize};

use super::{
    file::Unkept,
    id::{PersonId, TicketNumber},
    time::Timestamp,
    warning::{Clock, Stage},
};

/// Something that happened to a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// The request was received and numbered.
    Opened {
        /// The group it went to.
        group: String,
        /// The ticket it follows, when an earlier one was not enough.
        follow_up_of: Option<TicketNumber>,
    },
    /// A technician took it.
    Accepted,
    /// Somebody gave it to a technician.
    Assigned {
        /// To whom.
        to: PersonId,
        /// Their name at the time.
        name: String,
    },
    /// It was passed to another group (U6).
    Escalated {
        /// The group it left.
        from: String,
        /// The group it went to.
        to: String,
        /// Why.
        justification: String,
    },
    /// The desk wrote something for itself.
    Noted {
        /// What.
        text: String,
    },
    /// The technician wrote to the requester, or the other way round.
    Replied {
        /// What.
        text: String,
    },
    /// Something that is not text came in; the desk keeps where it is.
    AttachmentReferenced {
        /// What it is, by its stable name.
        attachment: String,
        /// The platform's reference.
        reference: String,
        /// Its file name.
        name: Option<String>,
        /// What was written with it.
        caption: String,
        /// Whether it belongs to an internal note, of which the requester sees nothing.
        #[serde(default)]
        internal: bool,
    },
    /// A file that came in could not be kept.
    FileRefused {
        /// What it was called.
        name: String,
        /// Why.
        why: Unkept,
    },
    /// Work waits.
    Suspended {
        /// Why: the key of a listed reason, or somebody's own words.
        reason: String,
    },
    /// Work waits for an outside provider (U7).
    PassedToVendor {
        /// Which one, and what for.
        reason: String,
    },
    /// Work goes on.
    Resumed,
    /// A solution was given.
    Solved {
        /// The solution.
        solution: String,
        /// When silence closes it; none when it closes without a survey.
        close_at: Option<Timestamp>,
    },
    /// It ended without having been worked on (V1).
    NotManaged {
        /// Why: the key of a listed reason, or somebody's own words.
        reason: String,
    },
    /// The requester said it is solved.
    Authorised,
    /// The requester rated the service, 1 to 5.
    Rated {
        /// How many stars.
        stars: u8,
    },
    /// The requester said something about the service.
    Commented {
        /// What.
        text: String,
    },
    /// The requester said it is not solved; the same technician keeps it.
    Reopened {
        /// What is missing.
        missing: String,
    },
    /// The requester was reminded of the open question.
    Reminded,
    /// Somebody was told how a promise stands.
    Warned {
        /// Which promise.
        clock: Clock,
        /// What was told.
        stage: Stage,
    },
    /// It is over.
    Closed {
        /// How.
        ending: Ending,
    },
    /// Another ticket follows this one.
    FollowedUp {
        /// Its number.
        by: TicketNumber,
    },
    /// A notice could not be delivered.
    Unreachable {
        /// Whom it was for.
        person: PersonId,
    },
}

/// How a ticket ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Ending {
    /// The requester authorised it.
    Authorised,
    /// The validation time passed without an answer.
    Silence,
    /// Its category asks no survey (U9).
    NoSurvey,
    /// The requester took it back.
    Withdrawn,
    /// It was not managed (V1).
    NotManaged,
}

impl Ending {
    /// The stable name used in message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorised => "authorised",
            Self::Silence => "silence",
            Self::NoSurvey => "no_survey",
            Self::Withdrawn => "withdrawn",
            Self::NotManaged => "not_managed",
        }
    }
}

impl Event {
    /// The stable name of its kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Accepted => "accepted",
            Self::Assigned { .. } => "assigned",
            Self::Escalated { .. } => "escalated",
            Self::Noted { .. } => "noted",
            Self::Replied { .. } => "replied",
            Self::AttachmentReferenced { .. } => "attachment_referenced",
            Self::FileRefused { .. } => "file_refused",
            Self::Suspended { .. } => "suspended",
            Self::PassedToVendor { .. } => "passed_to_vendor",
            Self::Resumed => "resumed",
            Self::Solved { .. } => "solved",
            Self::NotManaged { .. } => "not_managed",
            Self::Authorised => "authorised",
            Self::Rated { .. } => "rated",
            Self::Commented { .. } => "commented",
            Self::Reopened { .. } => "reopened",
            Self::Reminded => "reminded",
            Self::Warned { .. } => "warned",
            Self::Closed { .. } => "closed",
            Self::FollowedUp { .. } => "followed_up",
            Self::Unreachable { .. } => "unreachable",
        }
    }
}
