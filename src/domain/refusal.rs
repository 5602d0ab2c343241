//! Why the desk says no, with what the person needs to find the way out. Each variant has one
//! message in the catalogues. Deliberately absent: our own faults, which are errors.

use super::{
    id::TicketNumber,
    locale::Localized,
    priority::Priority,
    status::Status,
    time::Timestamp,
    verb::Verb,
    visit::{Unfit, Whereabouts},
};

/// A "no" that the person is told, with the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such ticket, or it is not theirs to see: the answer is the same.
    UnknownTicket(TicketNumber),
    /// Their role does not include this.
    NotYourRole(Verb),
    /// The ticket belongs to a group they are not in; the group's key.
    NotYourGroup(String),
    /// Only the technician who has it may do this; that technician's name.
    NotYourTicket {
        /// Which ticket.
        number: TicketNumber,
        /// Who has it.
        technician: String,
    },
    /// Somebody took it before; the winner's name.
    AlreadyTaken {
        /// Which ticket.
        number: TicketNumber,
        /// Who won.
        technician: String,
    },
    /// They have it already.
    AlreadyYours(TicketNumber),
    /// Only the requester answers for the requester.
    NotYourRequest(TicketNumber),
    /// The ticket's status does not allow it.
    NotNow {
        /// Which ticket.
        number: TicketNumber,
        /// What was asked.
        verb: Verb,
        /// Where it stands.
        status: Status,
    },
    /// The procedure that the ticket runs under knows no such step.
    NotInProcedure(TicketNumber),
    /// Withdrawing came too late: somebody works on it.
    TooLateToWithdraw {
        /// Which ticket.
        number: TicketNumber,
        /// Who works on it; empty when nobody is named.
        technician: String,
    },
    /// The survey of this round is over or was answered.
    SurveyOver {
        /// Which ticket.
        number: TicketNumber,
        /// Where it stands.
        status: Status,
    },
    /// No group has this name.
    UnknownGroup(String),
    /// The ticket is with that group already; the group's key.
    SameGroup(String),
    /// The person is not a technician of the ticket's group; their name.
    CannotTakeIt(String),
    /// It was passed to somebody by name, who has to take it.
    MeantFor {
        /// Which ticket.
        number: TicketNumber,
        /// Who is to take it.
        technician: String,
    },
    /// No other group, and nothing that another group attends to, has this name.
    UnknownDestination(String),
    /// No group and no technician has this name.
    UnknownSpecialist(String),
    /// It is decided on, by approving it or not; that is all there is to do.
    AsksApproval(TicketNumber),
    /// The person asked for it or registered it, so another person decides on it.
    OwnRequest(TicketNumber),
    /// The desk opened it for another ticket, so its requester cannot take it back.
    RelatedCase {
        /// Which ticket.
        number: TicketNumber,
        /// The ticket that it was opened for.
        parent: TicketNumber,
    },
    /// The group that received the request informs its requester; the group's key.
    AnswerGoesBack {
        /// Which ticket.
        number: TicketNumber,
        /// That group.
        group: String,
    },
    /// A part of the solution's form is another group's to fill.
    PartMissing {
        /// Which ticket.
        number: TicketNumber,
        /// The name of the field.
        field: Localized,
        /// The key of that group.
        group: String,
    },
    /// Related cases are open, and the procedure lets it be solved after them.
    ChildrenOpen {
        /// Which ticket.
        number: TicketNumber,
        /// The related cases that are not over.
        children: Vec<TicketNumber>,
    },
    /// A tag is shorter or longer than tags are.
    NoAsset {
        /// The fewest letters of one.
        shortest: u8,
        /// The most letters of one.
        longest: u8,
    },
    /// Registering a ticket for somebody else is the staff's.
    StaffRegisters,
    /// The procedure has no such category.
    UnknownCategory(String),
    /// A form lacks an answer that it needs, or has one that it does not take.
    FormIncomplete,
    /// The present procedure knows no such step, whatever the ticket.
    NoSuchStep,
    /// A text was needed and none was given.
    TextMissing(Verb),
    /// A message is longer than the desk keeps.
    TextTooLong {
        /// The most characters of one.
        longest: usize,
    },
    /// What was written piece by piece would grow longer than the desk keeps.
    TextFull {
        /// The most characters of it.
        longest: usize,
    },
    /// There would be more files on a ticket than the desk keeps.
    TooManyFiles {
        /// The most of them.
        most: usize,
    },
    /// The requester has as many tickets open as one may.
    TooManyOpen {
        /// The most of them.
        most: usize,
        /// Whether another person asks for the requester.
        for_another: bool,
    },
    /// The invitation is unknown, used up or expired.
    InvitationInvalid,
    /// A technician's invitation was used in a group, or a group's in private.
    InvitationMisplaced,
    /// The desk knows no such person, or the person has no access.
    UnknownPerson,
    /// The desk would be left without an administrator.
    LastAdministrator,
    /// The linking code is unknown, used, expired, or this very person's.
    LinkInvalid,
    /// Too many linking codes were wrong; when the next one may be tried.
    LinkTooManyTries {
        /// From this instant on.
        until: Timestamp,
    },
    /// The desk is low on disk and takes no new tickets for a while.
    DiskFull,
    /// Nobody can come then (N5).
    NoVisitThen {
        /// Which ticket.
        number: TicketNumber,
        /// When.
        at: Timestamp,
        /// Why not.
        why: Unfit,
    },
    /// Whoever is to have a ticket has another visit while its own is planned (N5).
    HasVisitThen {
        /// Which ticket.
        number: TicketNumber,
        /// When its visit is planned.
        at: Timestamp,
        /// Who cannot come then.
        technician: String,
    },
    /// What was typed names no date and time.
    TimeNotUnderstood(TicketNumber),
    /// The visit that is answered for is no longer planned.
    VisitOver(TicketNumber),
    /// Equipment has not come back, so the ticket cannot end (N6).
    EquipmentAway {
        /// Which ticket.
        number: TicketNumber,
        /// What.
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
