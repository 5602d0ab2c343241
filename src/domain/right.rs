//! Who may see what, and in which place. Pure: one rule covers every list, card, page, file, button
//! and live edit, with the reader's present role and groups. Deliberately absent: what may be done
//! to a ticket (`super::permission`), which asks this rule first.

use super::{
    facts::{Reach, TicketFacts},
    id::PersonId,
    person::{Actor, Role},
    procedure::{Category, Group, Procedure},
    reading::Reading,
};

/// A reader under the rules of the desk.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'r> {
    /// The reading person, with the rights of this transaction.
    pub actor: &'r Actor,
    /// The present procedure.
    pub procedure: &'r Procedure,
}

/// What is to be shown.
#[derive(Debug, Clone, Copy)]
pub enum What<'w> {
    /// One ticket.
    Ticket(&'w TicketFacts),
    /// The queue of these groups.
    Queue(&'w [String]),
    /// A technician's work list.
    Work,
    /// The figures of a month.
    Figures,
}

/// Where it is to be shown.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// A private chat, which only the reader sees.
    Private,
    /// A chat with several members, with the groups linked to it; empty when no group is linked.
    Chat(&'p [String]),
}

/// Whether and where something may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In the requested place.
    Here,
    /// Only in private, to the reader.
    InPrivate,
    /// Not at all.
    Never,
}

/// Decides whether `reader` may see `what` in `place` now. Without a reader, all members of the
/// chat see it.
pub fn may_see(reader: Option<&Actor>, what: What<'_>, place: Place<'_>) -> Verdict {
    let Some(reader) = reader else {
        return match (what, place) {
            (What::Ticket(ticket), Place::Chat(groups)) if shows(groups, ticket) => Verdict::Here,
            _ => Verdict::Never,
        };
    };
    let may = match what {
        What::Ticket(ticket) => may_read(reader, ticket),
        What::Queue(_) | What::Work => reader.role >= Role::Technician,
        What::Figures => reader.role >= Role::Supervisor,
    };
    match (may, place, what) {
        (false, ..) => Verdict::Never,
        (true, Place::Private, _) => Verdict::Here,
        // Only the queue of the chat's own groups is shown to all its members.
        (true, Place::Chat(linked), What::Queue(groups))
            if !groups.is_empty() && groups.iter().all(|group| linked.contains(group)) =>
        {
            Verdict::Here
        }
        (true, Place::Chat(_), _) => Verdict::InPrivate,
    }
}

/// Whether a person may read a ticket in private.
pub fn may_read(reader: &Actor, ticket: &TicketFacts) -> bool {
    if reader.id == ticket.requester || reader.role >= Role::Supervisor {
        return true;
    }
    if reader.role < Role::Technician {
        return false;
    }
    let is =
        |person: &Option<(PersonId, String)>| person.as_ref().is_some_and(|p| p.0 == reader.id);
    if is(&ticket.technician) || is(&ticket.meant_for) || reader.is_in(&ticket.group) {
        return true;
    }
    let readers = &ticket.readers;
    let had_it = readers.registered_by == reader.id
        || readers.former_technicians.contains(&reader.id)
        || readers.former_groups.iter().any(|group| reader.is_in(group));
    match &readers.reach {
        Reach::Confidential => false,
        Reach::Group => had_it,
        Reach::Desk { vendors } => had_it || !reader.is_outside(vendors),
    }
}

/// The groups whose queue a person may see now: their own groups; for a supervisor all groups; for
/// a requester none, even when an invitation gave them groups.
pub fn queue_of(reader: Reader<'_>) -> Vec<String> {
    let Reader { actor, procedure } = reader;
    match actor.role {
        Role::Requester => Vec::new(),
        Role::Technician => actor.groups.clone(),
        Role::Supervisor | Role::Administrator => {
            procedure.groups.iter().map(|group| group.key.clone()).collect()
        }
    }
}

/// Whether a ticket may appear in a chat linked to these groups: one of them has or had it.
fn shows(groups: &[String], ticket: &TicketFacts) -> bool {
    let readers = &ticket.readers;
    let had_it = || readers.former_groups.iter().any(|group| groups.contains(group));
    groups.contains(&ticket.group) || (readers.reach != Reach::Confidential && had_it())
}

impl Actor {
    /// Whether this technician belongs to an outside provider: all their groups are vendors'.
    pub fn is_outside(&self, vendors: &[String]) -> bool {
        self.role < Role::Supervisor
            && !self.groups.is_empty()
            && self.groups.iter().all(|group| vendors.contains(group))
    }
}

impl Procedure {
    /// The keys of the vendors' groups.
    pub fn vendors(&self) -> Vec<String> {
        let vendors = self.groups.iter().filter(|group: &&Group| group.vendor);
        vendors.map(|group| group.key.clone()).collect()
    }

    /// The groups that are told of a ticket of this level whose promise stays broken: those of the
    /// next level without the vendors'.
    pub fn called_in(&self, level: i32) -> Vec<&Group> {
        self.next_level(level).into_iter().filter(|group| !group.vendor).collect()
    }

    /// The keys of the confidential categories.
    pub fn confidential(&self) -> Vec<String> {
        let all = self.categories.iter().filter(|category: &&Category| category.confidential);
        all.map(|category| category.key.clone()).collect()
    }

    /// How far a ticket of this category can be read. `registered` says whether the ticket was
    /// confidential under the edition that it was registered with; a later edition does not open
    /// such tickets.
    pub fn reach(&self, category: &str, registered: bool) -> Reach {
        let now = self.category(category).is_some_and(|category| category.confidential);
        match self.reading {
            _ if registered || now => Reach::Confidential,
            Reading::Group => Reach::Group,
            Reading::Desk => Reach::Desk { vendors: self.vendors() },
        }
    }
}
