//! Events of a ticket, in the past tense: the append-only history (U13). An event holds what no
//! other column tells; its row also holds the actor, the instant and the network.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    ending::Ending,
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
    /// The request was registered and got its number.
    Opened {
        /// The key of the group that received it.
        group: String,
        /// The ended ticket that it follows up, if any.
        follow_up_of: Option<TicketNumber>,
        /// The parent ticket, when it is a related case (V6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        parent: Option<TicketNumber>,
    },
    /// A technician took it.
    Accepted,
    /// A technician of an outside provider took it, so it is with the vendor (V1).
    TakenByVendor,
    /// Its technician lost the right to hold it, so it went back to its group.
    Released {
        /// The technician who had it.
        from: PersonId,
        /// The technician's name at that time.
        name: String,
        /// Its new status; `None` when the status did not change.
        status: Option<Status>,
    },
    /// It was assigned to a technician.
    Assigned {
        /// The technician.
        to: PersonId,
        /// The technician's name at that time.
        name: String,
    },
    /// It was passed to another group (U6).
    Escalated {
        /// The group it left.
        from: String,
        /// The group it went to.
        to: String,
        /// The justification.
        justification: String,
        /// The level of the group it went to; `None` in the oldest histories.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<u8>,
        /// The specialist it went to, when one was named (V3).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        person: Option<PersonId>,
        /// Whether support goes to the requester's workplace (V3).
        #[serde(default)]
        on_site: bool,
    },
    /// A related case was opened for another group (V6).
    ChildOpened {
        /// The number of the case.
        child: TicketNumber,
        /// The group that received the case.
        group: String,
        /// Whether this ticket waits for the case, because it went to the vendor (V8).
        #[serde(default)]
        vendor: bool,
    },
    /// Equipment was recorded (V11).
    AssetChecked {
        /// Its tag or serial number.
        tag: String,
        /// Whether it was checked against the inventory.
        verified: bool,
    },
    /// The request was approved (V10).
    Approved,
    /// The request was rejected (V10).
    Declined {
        /// The reason.
        reason: String,
    },
    /// The staff wrote an internal note.
    Noted {
        /// The note.
        text: String,
    },
    /// The technician wrote to the requester, or the requester to the technician.
    Replied {
        /// The text.
        text: String,
    },
    /// An attachment came in; the event keeps the platform's reference.
    AttachmentReferenced {
        /// Its kind, by the stable name.
        attachment: String,
        /// The platform's reference.
        reference: String,
        /// Its file name.
        name: Option<String>,
        /// The text that was sent with it.
        caption: String,
        /// Whether it belongs to an internal note, which the requester does not see.
        #[serde(default)]
        internal: bool,
    },
    /// A file could not be stored.
    FileRefused {
        /// Its name.
        name: String,
        /// The reason.
        why: Unkept,
    },
    /// Work was suspended.
    Suspended {
        /// The reason: the key of a listed one, or free text.
        reason: String,
    },
    /// Work waits for an outside provider (U7).
    PassedToVendor {
        /// The provider and the reason.
        reason: String,
    },
    /// Work was resumed.
    Resumed,
    /// A solution was given.
    Solved {
        /// The solution.
        solution: String,
        /// When silence closes the ticket; `None` when it closes without a survey.
        close_at: Option<Timestamp>,
        /// The answers recorded with it (N7, U12).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
    },
    /// A higher level gave its answer to the group that received the request (U7).
    Answered {
        /// The answer.
        text: String,
        /// The group that answered.
        from: String,
        /// The group that informs the requester.
        to: String,
        /// The technician of that group who has the ticket again; `None` when the group has it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        technician: Option<PersonId>,
        /// The answers recorded with it (U12).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        answers: Vec<Answer>,
        /// Its new status.
        status: Status,
    },
    /// It ended without work on it (V1).
    NotManaged {
        /// The reason: the key of a listed one, or free text.
        reason: String,
    },
    /// The category's guidance was tried before the ticket was opened, and did not help (C5).
    SelfHelpTried {
        /// How many of its steps were tried.
        steps: u8,
    },
    /// The category's guidance helped (C5).
    SelfHelped {
        /// The step that helped, from 1.
        step: u8,
        /// The text of that step.
        text: String,
    },
    /// It belongs to another procedure, to which the requester was referred (C2).
    Routed {
        /// The key of the route.
        route: String,
        /// Its final status.
        status: Status,
    },
    /// The requester was trained (C7).
    TrainingRecorded {
        /// The subject of the training.
        text: String,
    },
    /// The requester authorised the solution.
    Authorised,
    /// The requester rated the service, 1 to 5.
    Rated {
        /// The number of stars.
        stars: u8,
    },
    /// The requester commented on the service.
    Commented {
        /// The comment.
        text: String,
    },
    /// The requester rejected the solution; the same technician keeps the ticket.
    Reopened {
        /// What is missing.
        missing: String,
    },
    /// The requester was reminded of the open survey.
    Reminded,
    /// A warning about a promise was sent.
    Warned {
        /// The promise.
        clock: Clock,
        /// The stage of the warning.
        stage: Stage,
    },
    /// It ended.
    Closed {
        /// How it ended.
        ending: Ending,
    },
    /// Another ticket follows this one up.
    FollowedUp {
        /// The number of that ticket.
        by: TicketNumber,
    },
    /// A notice could not be delivered.
    Unreachable {
        /// The person it was addressed to.
        person: PersonId,
    },
    /// A visit to the requester's workplace was planned (N5).
    VisitScheduled {
        /// When (UTC).
        at: Timestamp,
        /// The technician's name at that time.
        name: String,
        /// Its new status, if waiting for the visit changed it.
        status: Option<Status>,
    },
    /// The requester agreed to the time of a visit.
    VisitAgreed {
        /// The time (UTC).
        at: Timestamp,
    },
    /// A visit was cancelled.
    VisitCancelled {
        /// When it was to be (UTC).
        at: Timestamp,
    },
    /// A technician arrived at the requester's workplace.
    VisitArrived {
        /// Its new status, if that changed.
        status: Option<Status>,
    },
    /// The technician was there and met no one (N5).
    VisitMissed {
        /// The technician's note, which is the evidence.
        note: String,
        /// Its new status, if that changed.
        status: Option<Status>,
    },
    /// Equipment was taken along (N6).
    EquipmentMoved {
        /// The equipment.
        what: String,
        /// Where it was taken.
        to: Whereabouts,
        /// Its new status, if that changed.
        status: Option<Status>,
    },
    /// Equipment is back with the requester (N6).
    EquipmentReturned {
        /// The equipment.
        what: String,
        /// Its new status, if that changed.
        status: Option<Status>,
    },
    /// The requester confirmed that the equipment is back.
    EquipmentReceived,
    /// Its priority changed, and with it its promises (N3).
    Reprioritised {
        /// The former priority.
        from: Priority,
        /// The new priority.
        to: Priority,
        /// The promises that were broken by then: they keep their instants and stay broken.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        kept: Vec<Clock>,
        /// The promises that count from then on, because counted from the registration they would
        /// be broken already.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        restarted: Vec<Clock>,
    },
    /// Days without service were decreed after a promise was made, and moved the promise.
    Postponed {
        /// The days.
        days: Vec<NaiveDate>,
        /// When the ticket now closes without an answer, if that moved.
        close_at: Option<Timestamp>,
    },
    /// Its category changed (N3).
    Recategorised {
        /// The key of the former category.
        from: String,
        /// The key of the new category.
        to: String,
        /// The group that it went to by the change: to be approved there (V10), or out of an
        /// approval.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        group: Option<String>,
        /// Its new status, if that changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<Status>,
    },
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
