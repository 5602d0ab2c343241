//! Refusals: why the desk does not do what a person asked, with the facts that show the way out.
//! Each variant has one message in the catalogues. Deliberately absent: faults of the program,
//! which are errors.

use super::{
    id::TicketNumber,
    locale::Localized,
    priority::Priority,
    status::Status,
    time::Timestamp,
    verb::Verb,
    visit::{Unfit, Whereabouts},
};

/// A refusal that the person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The ticket does not exist, or this person may not see it; both get the same answer.
    UnknownTicket(TicketNumber),
    /// The person's role does not include this verb.
    NotYourRole(Verb),
    /// The ticket belongs to a group that the person is not in; the group's key.
    NotYourGroup(String),
    /// Only the technician who has the ticket may do this.
    NotYourTicket {
        /// The ticket.
        number: TicketNumber,
        /// The name of its technician.
        technician: String,
    },
    /// Another technician took the ticket first.
    AlreadyTaken {
        /// The ticket.
        number: TicketNumber,
        /// The name of that technician.
        technician: String,
    },
    /// The person has the ticket already.
    AlreadyYours(TicketNumber),
    /// Only the ticket's requester may do this.
    NotYourRequest(TicketNumber),
    /// The ticket's status does not allow this verb.
    NotNow {
        /// The ticket.
        number: TicketNumber,
        /// The verb.
        verb: Verb,
        /// The ticket's status.
        status: Status,
    },
    /// The procedure of the ticket has no such step.
    NotInProcedure(TicketNumber),
    /// Withdrawal is too late: a technician works on the ticket.
    TooLateToWithdraw {
        /// The ticket.
        number: TicketNumber,
        /// The name of that technician; empty when none is named.
        technician: String,
    },
    /// The survey of this round is over or was answered.
    SurveyOver {
        /// The ticket.
        number: TicketNumber,
        /// The ticket's status.
        status: Status,
    },
    /// No group has this name.
    UnknownGroup(String),
    /// The ticket is with that group already; the group's key.
    SameGroup(String),
    /// This person is no technician of the ticket's group; the person's name.
    CannotTakeIt(String),
    /// The ticket was passed to another person by name, who has to take it.
    MeantFor {
        /// The ticket.
        number: TicketNumber,
        /// The name of that person.
        technician: String,
    },
    /// No other group, and no category of another group, has this name.
    UnknownDestination(String),
    /// No group and no technician has this name.
    UnknownSpecialist(String),
    /// The ticket waits for an approval, so it can only be approved or rejected.
    AsksApproval(TicketNumber),
    /// The person requested or registered the ticket, so another person has to decide.
    OwnRequest(TicketNumber),
    /// The desk opened the ticket for another one, so its requester cannot withdraw it.
    RelatedCase {
        /// The ticket.
        number: TicketNumber,
        /// Its parent.
        parent: TicketNumber,
    },
    /// The group that received the request informs the requester.
    AnswerGoesBack {
        /// The ticket.
        number: TicketNumber,
        /// The key of that group.
        group: String,
    },
    /// A part of the solution form belongs to another group.
    PartMissing {
        /// The ticket.
        number: TicketNumber,
        /// The name of the field.
        field: Localized,
        /// The key of that group.
        group: String,
    },
    /// Related cases are open, and the procedure requires them to be over first.
    ChildrenOpen {
        /// The ticket.
        number: TicketNumber,
        /// The open related cases.
        children: Vec<TicketNumber>,
    },
    /// A tag is too short or too long.
    NoAsset {
        /// The minimum length, in characters.
        shortest: u8,
        /// The maximum length, in characters.
        longest: u8,
    },
    /// Only staff may register a ticket for another person.
    StaffRegisters,
    /// The procedure has no such category.
    UnknownCategory(String),
    /// A form lacks a required answer, or has an unacceptable one.
    FormIncomplete,
    /// The present procedure has no such step for any ticket.
    NoSuchStep,
    /// The verb needs a text, and none was given.
    TextMissing(Verb),
    /// A message is too long.
    TextTooLong {
        /// The maximum length, in characters.
        longest: usize,
    },
    /// A text that is written in parts would become too long.
    TextFull {
        /// The maximum length, in characters.
        longest: usize,
    },
    /// The ticket would have too many files.
    TooManyFiles {
        /// The maximum number.
        most: usize,
    },
    /// The requester has too many open tickets.
    TooManyOpen {
        /// The maximum number.
        most: usize,
        /// Whether another person asks for the requester.
        for_another: bool,
    },
    /// The invitation is unknown, used up or expired.
    InvitationInvalid,
    /// A technician's invitation was used in a group, or a group's in private.
    InvitationMisplaced,
    /// The person is unknown, or has no access.
    UnknownPerson,
    /// The desk would have no administrator left.
    LastAdministrator,
    /// The linking code is unknown, used, expired, or the person's own.
    LinkInvalid,
    /// The account has presented too many wrong linking codes.
    LinkTooManyTries {
        /// When the next code may be presented.
        until: Timestamp,
    },
    /// The desk has little disk space left and takes no new tickets for now.
    DiskFull,
    /// A visit cannot be planned for this time (N5).
    NoVisitThen {
        /// The ticket.
        number: TicketNumber,
        /// The time (UTC).
        at: Timestamp,
        /// The reason.
        why: Unfit,
    },
    /// The next technician of a ticket has another visit at the time of its planned visit (N5).
    HasVisitThen {
        /// The ticket.
        number: TicketNumber,
        /// The time of its planned visit.
        at: Timestamp,
        /// The name of that technician.
        technician: String,
    },
    /// The typed text names no date and time.
    TimeNotUnderstood(TicketNumber),
    /// The visit is no longer planned.
    VisitOver(TicketNumber),
    /// Equipment is away, so the ticket cannot end (N6).
    EquipmentAway {
        /// The ticket.
        number: TicketNumber,
        /// The equipment.
        what: String,
        /// Where it is.
        at: Whereabouts,
    },
    /// No equipment is away.
    NoEquipmentAway(TicketNumber),
    /// The ticket has that priority already.
    SamePriority(TicketNumber, Priority),
    /// The ticket has that category already; its key.
    SameCategory(TicketNumber, String),
    /// No priority has this name.
    UnknownPriority(String),
}
