//! What happened to a ticket, in the past tense: the append-only history (U13). An event holds what
//! cannot be read elsewhere; who, when and through which channel stand beside it in its row.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    field::Answer,
    file::Unkept,
    id::{PersonId, TicketNumber},
    priority::Priority,
    status::Status,
    time::Timestamp,
    visit::Whereabouts,
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
        /// The ticket it belongs to, when it is a related case of another (V6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<TicketNumber>,
    },
    /// A technician took it.
    Accepted,
    /// Whoever took it is of an outside provider's, so it is with the vendor (V1).
    TakenByVendor,
    /// Its technician lost the right to hold it, so it went back to its group.
    Released {
        /// Who had it.
        from: PersonId,
        /// Their name at the time.
        name: String,
        /// The status that it took; none when it kept its own.
        status: Option<Status>,
    },
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
        /// The level of the group it went to; none in the oldest histories.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<u8>,
        /// The specialist it went to, when one was named (V3).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// Whether support goes to where help is needed (V3).
        #[serde(default)]
        on_site: bool,
    },
    /// A related case was opened for another group (V6).
    ChildOpened {
        /// Its number.
        child: TicketNumber,
        /// The group it went to.
        group: String,
        /// Whether this ticket waits for it, because it went to the vendor (V8).
        #[serde(default)]
        vendor: bool,
    },
    /// Equipment that was touched was noted (V11).
    AssetChecked {
        /// Its tag or serial number.
        tag: String,
        /// Whether it was held against the inventory.
        verified: bool,
    },
    /// What was asked for was approved (V10).
    Approved,
    /// What was asked for was not approved (V10).
    Declined {
        /// Why.
        reason: String,
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
        /// What was recorded with it (N7, U12).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
    },
    /// A higher level gave its answer to the group that received the request (U7).
    Answered {
        /// The answer.
        text: String,
        /// The group that it came from.
        from: String,
        /// The group that informs the requester.
        to: String,
        /// The technician of that group who has the ticket again; none when the group has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        technician: Option<PersonId>,
        /// What was recorded with it (U12).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
        /// The status that this gave.
        status: Status,
    },
    /// It ended without having been worked on (V1).
    NotManaged {
        /// Why: the key of a listed reason, or somebody's own words.
        reason: String,
    },
    /// The category's own guidance was tried before the ticket, and did not help (C5).
    SelfHelpTried {
        /// How many of its steps were tried.
        steps: u8,
    },
    /// The category's own guidance helped (C5).
    SelfHelped {
        /// Which of its steps, from 1.
        step: u8,
        /// What the requester read.
        text: String,
    },
    /// It belongs to another procedure, where the requester was sent (C2).
    Routed {
        /// The key of the route.
        route: String,
        /// The status that ended it.
        status: Status,
    },
    /// The requester was trained (C7).
    TrainingRecorded {
        /// In what.
        text: String,
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
    /// Somebody is to go to the requester's workplace (N5).
    VisitScheduled {
        /// When.
        at: Timestamp,
        /// Who goes, by name at the time.
        name: String,
        /// The status that waiting for it gave, when it gave another.
        status: Option<Status>,
    },
    /// The time of a visit suits the requester.
    VisitAgreed {
        /// When it is to be.
        at: Timestamp,
    },
    /// Nobody goes after all.
    VisitCancelled {
        /// When it was to be.
        at: Timestamp,
    },
    /// Somebody is at the requester's workplace.
    VisitArrived {
        /// The status that this gave, when it gave another.
        status: Option<Status>,
    },
    /// Somebody was there and met nobody (N5).
    VisitMissed {
        /// What they found.
        note: String,
        /// The status that this gave, when it gave another.
        status: Option<Status>,
    },
    /// Equipment was taken along (N6).
    EquipmentMoved {
        /// What.
        what: String,
        /// Where.
        to: Whereabouts,
        /// The status that this gave, when it gave another.
        status: Option<Status>,
    },
    /// Equipment is back with the requester (N6).
    EquipmentReturned {
        /// What.
        what: String,
        /// The status that this gave, when it gave another.
        status: Option<Status>,
    },
    /// The requester says that it is back.
    EquipmentReceived,
    /// Another priority, and with it another promise (N3).
    Reprioritised {
        /// The former one.
        from: Priority,
        /// The new one.
        to: Priority,
        /// The promises that were broken by then: they stay so, and stay as they were.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<Clock>,
        /// The promises that count from then, because counted from the request they were over.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        restarted: Vec<Clock>,
    },
    /// Days without service were decreed after something was promised, which moved what was promised.
    Postponed {
        /// The days.
        days: Vec<NaiveDate>,
        /// When the ticket closes without an answer, where that moved.
        close_at: Option<Timestamp>,
    },
    /// Another category (N3).
    Recategorised {
        /// The key of the former one.
        from: String,
        /// The key of the new one.
        to: String,
        /// The group that it went to with it: to be approved there (V10), or out of an approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// The status that this gave, when it gave another.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
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
    /// It was approved, and another case goes on from there (V10).
    Approved,
    /// It was not approved (V10).
    Rejected,
    /// The category's own guidance solved it (C5).
    SelfHelp,
    /// It belongs to another procedure (C2).
    Routed,
}

impl Ending {
    /// Every way in which a ticket can end.
    pub fn all() -> impl Iterator<Item = Self> {
        <Self as sea_orm::Iterable>::iter()
    }

    /// The stable name used in message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorised => "authorised",
            Self::Silence => "silence",
            Self::NoSurvey => "no_survey",
            Self::Withdrawn => "withdrawn",
            Self::NotManaged => "not_managed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::SelfHelp => "self_help",
            Self::Routed => "routed",
        }
    }

    /// Whether somebody decided on it, so that there was nothing to solve (V10).
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}

impl Event {
    /// The stable name of its kind, as stored.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "opened",
            Self::Accepted => "accepted",
            Self::TakenByVendor => "taken_by_vendor",
            Self::Released { .. } => "released",
            Self::Assigned { .. } => "assigned",
            Self::Escalated { .. } => "escalated",
            Self::ChildOpened { .. } => "child_opened",
            Self::AssetChecked { .. } => "asset_checked",
            Self::Approved => "approved",
            Self::Declined { .. } => "declined",
            Self::Noted { .. } => "noted",
            Self::Replied { .. } => "replied",
            Self::AttachmentReferenced { .. } => "attachment_referenced",
            Self::FileRefused { .. } => "file_refused",
            Self::Suspended { .. } => "suspended",
            Self::PassedToVendor { .. } => "passed_to_vendor",
            Self::Resumed => "resumed",
            Self::Solved { .. } => "solved",
            Self::Answered { .. } => "answered",
            Self::NotManaged { .. } => "not_managed",
            Self::SelfHelpTried { .. } => "self_help_tried",
            Self::SelfHelped { .. } => "self_helped",
            Self::Routed { .. } => "routed",
            Self::TrainingRecorded { .. } => "training_recorded",
            Self::Authorised => "authorised",
            Self::Rated { .. } => "rated",
            Self::Commented { .. } => "commented",
            Self::Reopened { .. } => "reopened",
            Self::Reminded => "reminded",
            Self::Warned { .. } => "warned",
            Self::Closed { .. } => "closed",
            Self::FollowedUp { .. } => "followed_up",
            Self::Unreachable { .. } => "unreachable",
            Self::VisitScheduled { .. } => "visit_scheduled",
            Self::VisitAgreed { .. } => "visit_agreed",
            Self::VisitCancelled { .. } => "visit_cancelled",
            Self::VisitArrived { .. } => "visit_arrived",
            Self::VisitMissed { .. } => "visit_missed",
            Self::EquipmentMoved { .. } => "equipment_moved",
            Self::EquipmentReturned { .. } => "equipment_returned",
            Self::EquipmentReceived => "equipment_received",
            Self::Reprioritised { .. } => "reprioritised",
            Self::Postponed { .. } => "postponed",
            Self::Recategorised { .. } => "recategorised",
        }
    }
}
