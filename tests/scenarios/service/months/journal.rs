//! The events that the test caused, recorded beside the desk, and a naive count of them. Nothing
//! here reads the database.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
};

use mesabot::{
    domain::{
        ending::Ending,
        event::Event,
        id::{PersonId, TicketId},
        person::Doer,
        report::{Backlog, Figures, Ratings, Share, Tally},
        status::Status,
        time::Timestamp,
    },
    entity::ticket,
    service::ticket::Done,
};

/// One act and its result.
struct Noted {
    at: Timestamp,
    doer: Option<(PersonId, String)>,
    events: Vec<Event>,
    before: Option<ticket::Model>,
    after: ticket::Model,
    /// Who gave the last solution before this act.
    solver: Option<(PersonId, String)>,
}

/// The number of events of each kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub received: usize,
    pub taken: usize,
    pub solved: usize,
    pub ended: usize,
    pub reopened: usize,
    pub rated: usize,
}

/// All events, in order.
pub struct Journal {
    reachable: [PersonId; 2],
    notes: Vec<Noted>,
    latest: HashMap<TicketId, ticket::Model>,
    solvers: HashMap<TicketId, (PersonId, String)>,
}

impl Journal {
    pub fn new(reachable: [PersonId; 2]) -> Self {
        let latest = HashMap::new();
        let solvers = HashMap::new();
        Self { reachable, notes: vec![], latest, solvers }
    }

    /// The number of tickets.
    pub fn tickets(&self) -> usize {
        self.latest.len()
    }

    pub fn note(&mut self, at: Timestamp, doer: &Doer, Done { ticket: after, events }: Done) {
        let doer = doer.person().map(|actor| (actor.id, actor.name.clone()));
        let solver = self.solvers.get(&after.id).cloned();
        if events.iter().any(|event| matches!(event, Event::Solved { .. })) {
            self.solvers.insert(after.id, doer.clone().expect("a person solves"));
        }
        let before = self.latest.insert(after.id, after.clone());
        self.notes.push(Noted { at, doer, events, before, after, solver });
    }

    /// The totals over all time: received, accepted or ended late without acceptance, solved,
    /// ended, reopened and rated.
    pub fn totals(&self) -> Totals {
        let is_late = |ticket: &ticket::Model| {
            ticket.closed_at.is_some_and(|closed| ticket.own_due_at < closed)
        };
        let tickets = || self.latest.values();
        let kinds = |kinds: &[&str]| {
            let events = self.notes.iter().flat_map(|noted| &noted.events);
            events.filter(|event| kinds.contains(&event.kind())).count()
        };
        Totals {
            received: self.latest.len(),
            taken: tickets().filter(|ticket| ticket.owned_at.is_some() || is_late(ticket)).count(),
            solved: kinds(&["solved", "self_helped"]),
            ended: tickets().filter(|ticket| ticket.closed_at.is_some()).count(),
            reopened: kinds(&["reopened"]),
            rated: kinds(&["rated"]),
        }
    }

    /// The figures of a month, act by act.
    pub fn count(&self, span: &Range<Timestamp>, left_out: &[Ending]) -> Figures {
        let start = self.standing(span.start);
        let end = self.standing(span.end);
        let mut figures = Figures::default();
        let mut reopened = BTreeSet::new();
        for noted in self.notes.iter().filter(|noted| span.contains(&noted.at)) {
            let then = end[&noted.after.id];
            let counts = then.ending.is_none_or(|ending| !left_out.contains(&ending));
            self.count_one(&mut figures, noted, then, counts);
            let again = noted.events.iter().any(|event| matches!(event, Event::Reopened { .. }));
            if again && counts {
                reopened.insert(noted.after.id.0);
            }
        }
        figures.reopened = reopened.len();
        let Backlog { entered, left, .. } = figures.backlog;
        figures.backlog = Backlog {
            start: start.values().filter(|ticket| waits(ticket)).count(),
            entered,
            left,
            ..backlog(&end, span.end)
        };
        figures
    }

    /// Every ticket in its state right before an instant.
    fn standing(&self, at: Timestamp) -> BTreeMap<TicketId, &ticket::Model> {
        let before = self.notes.iter().filter(|noted| noted.at < at);
        before.map(|noted| (noted.after.id, &noted.after)).collect()
    }

    fn count_one(&self, figures: &mut Figures, noted: &Noted, then: &ticket::Model, counts: bool) {
        let before = noted.before.as_ref();
        let after = &noted.after;
        let mut nothing = Figures::default();
        // An outcome that is left out counts only by its ending and in the backlog.
        let all = &mut *figures;
        let sums = &mut nothing;
        let category = then.category.clone();
        let took =
            before.is_none_or(|before| before.owned_at.is_none()) && after.owned_at.is_some();
        let ended =
            before.is_none_or(|before| before.closed_at.is_none()) && after.closed_at.is_some();
        let waited = before.is_some_and(waits)
            || (before.is_none() && after.ending != Some(Ending::SelfHelp));
        if took {
            sums.owned.of += 1;
            sums.owned.met += usize::from(noted.at <= after.own_due_at);
            all.events += 1;
        }
        for event in &noted.events {
            let mut tally = Tally::default();
            let mut who = noted.doer.clone();
            match event {
                Event::Opened { .. } => {
                    all.backlog.entered += 1;
                    tally.received = 1;
                    who = None;
                }
                Event::Accepted => tally.accepted = 1,
                Event::Solved { .. } | Event::SelfHelped { .. } => {
                    all.backlog.left += 1;
                    tally.solved = 1;
                    let met = after.resolve_left.expect("its clock is stopped") >= 0;
                    tally.in_time = Share { met: usize::from(met), of: 1 };
                    if matches!(event, Event::SelfHelped { .. }) {
                        who = None;
                    }
                }
                Event::Reopened { .. } => {
                    all.backlog.entered += 1;
                    sums.reopenings += 1;
                    who = None;
                }
                Event::Rated { stars } => {
                    tally.ratings = Ratings { count: 1, sum: usize::from(*stars) };
                    who.clone_from(&noted.solver);
                }
                _ => continue,
            }
            all.events += 1;
            add(&mut sums.total, tally);
            add(sums.categories.entry(category.clone()).or_default(), tally);
            if let Some((id, name)) = who {
                add(sums.technicians.entry((name, id)).or_default(), tally);
            }
        }
        if took || ended {
            sums.categories.entry(category).or_default();
        }
        if ended {
            all.events += 1;
            let solved = noted.events.iter().any(|event| matches!(event, Event::Solved { .. }));
            if waited && !solved {
                all.backlog.left += 1;
                all.events += 1;
            }
            if after.owned_at.is_none() && after.own_due_at < noted.at {
                sums.owned.of += 1;
                all.events += 1;
            }
            match after.ending.expect("the ticket ended") {
                Ending::NotManaged => all.not_managed += 1,
                Ending::Withdrawn => all.withdrawn += 1,
                Ending::Routed => all.routed += 1,
                ending => {
                    sums.closed += 1;
                    sums.self_help += usize::from(ending == Ending::SelfHelp);
                    let reached = self.reachable.contains(&after.requester_id);
                    sums.asked += usize::from(
                        ending == Ending::Authorised || (ending == Ending::Silence && reached),
                    );
                }
            }
        }
        if counts {
            merge(figures, nothing);
        }
    }
}

/// Adds the figures that count.
fn merge(figures: &mut Figures, sums: Figures) {
    figures.owned.of += sums.owned.of;
    figures.owned.met += sums.owned.met;
    figures.closed += sums.closed;
    figures.self_help += sums.self_help;
    figures.asked += sums.asked;
    figures.reopenings += sums.reopenings;
    add(&mut figures.total, sums.total);
    for (category, tally) in sums.categories {
        add(figures.categories.entry(category).or_default(), tally);
    }
    for (technician, tally) in sums.technicians {
        add(figures.technicians.entry(technician).or_default(), tally);
    }
}

fn add(sum: &mut Tally, tally: Tally) {
    sum.received += tally.received;
    sum.accepted += tally.accepted;
    sum.solved += tally.solved;
    sum.in_time.met += tally.in_time.met;
    sum.in_time.of += tally.in_time.of;
    sum.ratings.count += tally.ratings.count;
    sum.ratings.sum += tally.ratings.sum;
}

/// Whether the ticket waits for the desk.
fn waits(ticket: &ticket::Model) -> bool {
    ticket.closed_at.is_none() && ticket.status != Status::Solved
}

fn backlog(tickets: &BTreeMap<TicketId, &ticket::Model>, end: Timestamp) -> Backlog {
    let waiting = || tickets.values().filter(|ticket| waits(ticket));
    let last = end.plus(-1);
    let overdue = waiting().filter(|ticket| match (ticket.resolve_due_at, ticket.resolve_left) {
        (Some(due), _) => due < last,
        (None, left) => left.is_some_and(|left| left < 0),
    });
    let untaken = waiting().filter(|ticket| ticket.owned_at.is_none() && ticket.own_due_at < last);
    Backlog {
        end: waiting().count(),
        overdue: overdue.count(),
        untaken: untaken.count(),
        ..Backlog::default()
    }
}
