//! Who may see what, and in which place. Pure: one rule answers for every list, card, page, file,
//! button and live edit, with the reader's present role and groups. Deliberately absent: what may be
//! done to a ticket (`super::verb`), which asks this rule first.

use serde::{Deserialize, Serialize};

use super::{
    id::PersonId,
    person::{Actor, Role},
    procedure::{Category, Group, Procedure},
    verb::TicketFacts,
};

/// How wide a procedure opens the tickets of one group to technicians of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// A technician reads the tickets that their groups have or had.
    #[default]
    Group,
    /// A technician reads the tickets of the whole desk, unless all their groups are vendors'.
    Desk,
}

impl Reading {
    /// Whether this is what holds where a procedure says nothing.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// How far a ticket can be read beyond its requester, its present group and the supervisors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// No further.
    Confidential,
    /// To those who had it before.
    Group,
    /// To every technician of the desk, except those whose groups are all among these.
    Desk {
        /// The keys of the vendors' groups.
        vendors: Vec<String>,
    },
}

/// Who has a claim to read a ticket besides its requester and those who have it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readers {
    /// Who registered it.
    pub registered_by: PersonId,
    /// The groups that had it, or that were called in, before.
    pub former_groups: Vec<String>,
    /// The technicians who had it before.
    pub former_technicians: Vec<PersonId>,
    /// How far it can be read.
    pub reach: Reach,
}

/// A reader under the rules of the desk.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'r> {
    /// Who reads, with the rights of this transaction.
    pub actor: &'r Actor,
    /// The present rules.
    pub procedure: &'r Procedure,
}

/// What is to be shown.
#[derive(Debug, Clone, Copy)]
pub enum What<'w> {
    /// One ticket.
    Ticket(&'w TicketFacts),
    /// What waits for these groups.
    Queue(&'w [String]),
    /// What a technician works on.
    Work,
    /// The month's figures.
    Figures,
}

/// Where it is to be shown.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// Where the reader alone reads it.
    Private,
    /// A chat where others read along, with the groups whose tickets appear in it. A chat that no
    /// group is linked to has none.
    Chat(&'p [String]),
}

/// Whether, and where, something is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// In that place.
    Here,
    /// To the reader alone.
    InPrivate,
    /// Not at all.
    Never,
}

/// Decides whether `reader` may see `what` in `place` now. Without a reader, all who read the chat
/// see it.
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
        // Only a queue that is the chat's own is shown to all who read there.
        (true, Place::Chat(linked), What::Queue(groups))
            if !groups.is_empty() && groups.iter().all(|group| linked.contains(group)) =>
        {
            Verdict::Here
        }
        (true, Place::Chat(_), _) => Verdict::InPrivate,
    }
}

/// Whether a person may read a ticket, wherever they alone read it.
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

/// The groups whose queue a person sees now: their own; a supervisor's are all; a requester has none,
/// whatever groups an invitation gave them.
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

/// Whether a ticket appears in a chat that these groups are linked to: theirs, or theirs before.
fn shows(groups: &[String], ticket: &TicketFacts) -> bool {
    let readers = &ticket.readers;
    let had_it = || readers.former_groups.iter().any(|group| groups.contains(group));
    groups.contains(&ticket.group) || (readers.reach != Reach::Confidential && had_it())
}

impl Actor {
    /// Whether this technician is an outside provider's: in groups of vendors and in no other.
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

    /// The groups that hear of a ticket of this level whose promise stays broken: those of the next
    /// level that are no vendor's.
    pub fn called_in(&self, level: i32) -> Vec<&Group> {
        self.next_level(level).into_iter().filter(|group| !group.vendor).collect()
    }

    /// The keys of the categories that are confidential.
    pub fn confidential(&self) -> Vec<String> {
        let all = self.categories.iter().filter(|category: &&Category| category.confidential);
        all.map(|category| category.key.clone()).collect()
    }

    /// How far a ticket of this category can be read. `registered` says whether it was confidential
    /// under the rules that it was registered with; a later edition opens none of those.
    pub fn reach(&self, category: &str, registered: bool) -> Reach {
        let now = self.category(category).is_some_and(|category| category.confidential);
        match self.reading {
            _ if registered || now => Reach::Confidential,
            Reading::Group => Reach::Group,
            Reading::Desk => Reach::Desk { vendors: self.vendors() },
        }
    }
}
