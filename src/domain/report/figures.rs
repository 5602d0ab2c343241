//! The figures of a month: events counted in the month of their instant. A slice is a number of
//! events that agree in everything the report distinguishes. The database counts the slices, so
//! their number does not grow with the tickets.

use std::{collections::BTreeMap, str::FromStr};

use crate::domain::{ending::Ending, id::PersonId};

/// A share: `met` out of `of`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many met the condition.
    pub met: usize,
    /// How many could have met it.
    pub of: usize,
}

impl Share {
    fn join(&mut self, other: Self) {
        self.met += other.met;
        self.of += other.of;
    }

    /// In whole percent, rounded; `None` when `of` is zero. Only a complete share is 100 %, and
    /// only an empty one is 0 %.
    pub fn percent(self) -> Option<usize> {
        let rounded = (self.met * 200 + self.of).checked_div(self.of * 2)?;
        Some(match self.met {
            0 => 0,
            met if met == self.of => 100,
            _ => rounded.clamp(1, 99),
        })
    }
}

/// Ratings of 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratings {
    /// Their number.
    pub count: usize,
    /// Their sum.
    pub sum: usize,
}

impl Ratings {
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
    }

    /// Their average in tenths, rounded; `None` without ratings.
    pub fn tenths(self) -> Option<usize> {
        (self.count > 0).then(|| (self.sum * 20 + self.count) / (self.count * 2))
    }
}

/// The figures of one category or technician. A category receives tickets, a technician accepts
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Tickets received.
    pub received: usize,
    /// Tickets accepted, each acceptance counted.
    pub accepted: usize,
    /// Solutions given.
    pub solved: usize,
    /// Solutions in time, of those whose promise is known.
    pub in_time: Share,
    /// Ratings given.
    pub ratings: Ratings,
}

impl Tally {
    /// Adds a slice. Events that count for neither a category nor a technician are ignored.
    fn count(&mut self, slice: &Slice) {
        match slice.what {
            Happening::Received => self.received += slice.times,
            Happening::Accepted => self.accepted += slice.times,
            Happening::Solved => {
                self.solved += slice.times;
                self.in_time.join(slice.kept);
            }
            Happening::Rated => {
                self.ratings.join(Ratings { count: slice.times, sum: slice.stars });
            }
            _ => {}
        }
    }
}

/// The backlog: tickets that are neither solved nor ended. `entered` and `left` explain the
/// difference between both ends, including tickets that other figures leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Its size when the month began.
    pub start: usize,
    /// Tickets received and reopened.
    pub entered: usize,
    /// Tickets solved, and ended without a solution.
    pub left: usize,
    /// Its size when the month ended, or now.
    pub end: usize,
    /// At the end: tickets whose promised solution is overdue.
    pub overdue: usize,
    /// At the end: tickets that were not taken in the promised time and are not taken yet.
    pub untaken: usize,
}

/// The general figures of a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// How many events were read, whether or not they count.
    pub events: usize,
    /// All tickets that count.
    pub total: Tally,
    /// Tickets that ended after a solution or a decision.
    pub closed: usize,
    /// Tickets withdrawn by the requester.
    pub withdrawn: usize,
    /// Tickets whose requester rejected a solution.
    pub reopened: usize,
    /// Rejections of solutions.
    pub reopenings: usize,
    /// Tickets not managed, which count nowhere else.
    pub not_managed: usize,
    /// Tickets routed to another procedure, which count nowhere else (C2).
    pub routed: usize,
    /// Tickets solved with the category's own guidance; also among the solved (C5).
    pub self_help: usize,
    /// Problems found by the desk itself; also among the received (C1).
    pub proactive: usize,
    /// Tickets taken in time, of those taken for the first time and those that ended late without
    /// being taken.
    pub owned: Share,
    /// How many ended tickets had been asked for a rating.
    pub asked: usize,
    /// The backlog.
    pub backlog: Backlog,
    /// By category, in the procedure's order.
    pub categories: BTreeMap<String, Tally>,
    /// By technician, ordered by name.
    pub technicians: BTreeMap<(String, PersonId), Tally>,
}

/// A kind of event that a month counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Happening {
    /// A ticket was received.
    Received,
    /// A ticket was taken for the first time; `kept` says whether in time.
    Taken,
    /// A ticket ended late without ever being taken.
    NeverTaken,
    /// A technician accepted a ticket.
    Accepted,
    /// A solution was given; `kept` says whether in time.
    Solved,
    /// A requester rejected a solution.
    Reopened,
    /// A requester rated the service.
    Rated,
    /// A ticket ended; `kept` says whether its requester was asked for a rating.
    Ended,
    /// A ticket ended without a solution and left the backlog.
    Dropped,
}

impl Happening {
    const ALL: [(Self, &'static str); 9] = [
        (Self::Received, "received"),
        (Self::Taken, "taken"),
        (Self::NeverTaken, "never_taken"),
        (Self::Accepted, "accepted"),
        (Self::Solved, "solved"),
        (Self::Reopened, "reopened"),
        (Self::Rated, "rated"),
        (Self::Ended, "ended"),
        (Self::Dropped, "dropped"),
    ];
}

impl FromStr for Happening {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|(_, known)| *known == name);
        known.map(|(what, _)| what).ok_or_else(|| format!("`{name}` is counted nowhere"))
    }
}

/// A number of events of one kind, on tickets of one category and ending, by one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slice {
    /// The kind of event.
    pub what: Happening,
    /// The key of the category.
    pub category: String,
    /// How the tickets ended, if they did by the end of the month.
    pub ending: Option<Ending>,
    /// The person that the events are attributed to.
    pub person: Option<(PersonId, String)>,
    /// The number of events.
    pub times: usize,
    /// The number of distinct tickets.
    pub tickets: usize,
    /// How often the condition of the kind was met, of how often it is known.
    pub kept: Share,
    /// The sum of the stars, for ratings.
    pub stars: usize,
}

/// Adds slices up to figures; the sizes of the backlog are added separately. Tickets whose ending
/// is left out count only as not managed, withdrawn or routed.
pub fn figures(slices: impl IntoIterator<Item = Slice>, left_out: &[Ending]) -> Figures {
    let mut figures = Figures::default();
    for slice in slices {
        figures.events += slice.times;
        match slice.what {
            Happening::Received | Happening::Reopened => figures.backlog.entered += slice.times,
            Happening::Solved | Happening::Dropped => figures.backlog.left += slice.times,
            _ => {}
        }
        if slice.ending.is_some_and(|ending| left_out.contains(&ending)) {
            if slice.what == Happening::Ended {
                figures.end(slice.ending, slice.times);
            }
            continue;
        }
        figures.count(slice);
    }
    figures
}

impl Figures {
    /// Whether the month has nothing to report.
    pub fn is_empty(&self) -> bool {
        self.events == 0 && self.backlog == Backlog::default()
    }

    fn count(&mut self, slice: Slice) {
        self.total.count(&slice);
        match slice.what {
            Happening::Received => self.proactive += slice.kept.met,
            Happening::Taken | Happening::NeverTaken => self.owned.join(slice.kept),
            Happening::Reopened => {
                self.reopened += slice.tickets;
                self.reopenings += slice.times;
            }
            Happening::Ended => {
                if !self.end(slice.ending, slice.times) {
                    self.closed += slice.times;
                    self.asked += slice.kept.met;
                }
                if slice.ending == Some(Ending::SelfHelp) {
                    self.self_help += slice.times;
                }
            }
            _ => {}
        }
        self.categories.entry(slice.category.clone()).or_default().count(&slice);
        if let Some((id, name)) = slice.person.clone() {
            self.technicians.entry((name, id)).or_default().count(&slice);
        }
    }

    /// Counts tickets that ended without a solution; returns false for any other ending.
    fn end(&mut self, ending: Option<Ending>, tickets: usize) -> bool {
        match ending {
            Some(Ending::NotManaged) => self.not_managed += tickets,
            Some(Ending::Withdrawn) => self.withdrawn += tickets,
            Some(Ending::Routed) => self.routed += tickets,
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slice(what: Happening, times: usize) -> Slice {
        Slice {
            what,
            category: "plataforma".into(),
            ending: None,
            person: None,
            times,
            tickets: times,
            kept: Share::default(),
            stars: 0,
        }
    }

    fn closed(ending: Ending) -> [Slice; 4] {
        let person = Some((PersonId(7), "Ana".to_owned()));
        let kept = Share { met: 1, of: 1 };
        let of = |what| Slice { ending: Some(ending), ..slice(what, 1) };
        [
            of(Happening::Received),
            Slice { person: person.clone(), kept, ..of(Happening::Solved) },
            Slice { person, stars: 4, ..of(Happening::Rated) },
            Slice { kept, ..of(Happening::Ended) },
        ]
    }

    #[test]
    fn slices_add_up_in_total_by_category_and_by_technician() {
        let open = [
            slice(Happening::Received, 2),
            Slice { kept: Share { met: 1, of: 2 }, ..slice(Happening::Taken, 2) },
            Slice { kept: Share { met: 0, of: 1 }, ..slice(Happening::NeverTaken, 1) },
            Slice { tickets: 2, ..slice(Happening::Reopened, 3) },
        ];
        let all = open.into_iter().chain(closed(Ending::Authorised));
        let figures = figures(all, &[Ending::NotManaged]);
        assert_eq!((figures.total.received, figures.total.solved, figures.closed), (3, 1, 1));
        assert_eq!((figures.reopened, figures.reopenings), (2, 3), "tickets, and how often");
        assert_eq!((figures.owned, figures.asked), (Share { met: 1, of: 3 }, 1));
        assert_eq!(figures.categories["plataforma"], figures.total);
        let ana = figures.technicians[&("Ana".to_owned(), PersonId(7))];
        assert_eq!((ana.received, ana.solved, ana.ratings), (0, 1, Ratings { count: 1, sum: 4 }));
        assert_eq!((figures.backlog.entered, figures.backlog.left), (6, 1));
    }

    #[test]
    fn v12_tickets_not_managed_count_separately() {
        let slices = [closed(Ending::NotManaged), closed(Ending::Authorised)].concat();
        let figures = figures(slices, &[Ending::NotManaged]);
        assert_eq!((figures.not_managed, figures.closed, figures.total.received), (1, 1, 1));
        assert_eq!(figures.total.ratings, Ratings { count: 1, sum: 4 });
        assert_eq!(figures.backlog.entered, 2, "the backlog holds all that comes and goes");
    }

    #[test]
    fn endings_that_the_procedure_leaves_out_count_nowhere_else() {
        let slices = [Ending::NotManaged, Ending::Withdrawn, Ending::Silence].map(closed).concat();
        let counted = |left_out: &[Ending]| {
            let figures = figures(slices.clone(), left_out);
            assert_eq!((figures.not_managed, figures.withdrawn), (1, 1), "told whatever counts");
            (figures.total.received, figures.closed)
        };
        assert_eq!(counted(&[]), (3, 1));
        assert_eq!(counted(&[Ending::Withdrawn]), (2, 1));
        assert_eq!(counted(&[Ending::NotManaged, Ending::Withdrawn, Ending::Silence]), (0, 0));
    }

    #[test]
    fn c2_routed_counts_separately_and_c5_self_help_counts_as_solved() {
        let routed = figures(closed(Ending::Routed), &[Ending::Routed]);
        assert_eq!((routed.routed, routed.not_managed, routed.closed), (1, 0, 0));
        assert_eq!(routed.total, Tally::default());
        let helped = figures(closed(Ending::SelfHelp), &[Ending::Routed]);
        assert_eq!((helped.self_help, helped.closed), (1, 1));
    }

    #[test]
    fn without_events_there_is_no_share_and_no_average() {
        let figures = figures([], &[Ending::NotManaged]);
        assert_eq!((figures.owned.percent(), figures.total.ratings.tenths()), (None, None));
        let ratings = Ratings { count: 3, sum: 14 };
        assert_eq!(ratings.tenths(), Some(47), "4.666… rounds up");
    }

    #[test]
    fn percentages_round_but_only_a_complete_share_is_100() {
        let percent = |met, of| Share { met, of }.percent();
        assert_eq!((percent(2, 3), percent(1, 3), percent(1, 8)), (Some(67), Some(33), Some(13)));
        assert_eq!((percent(999, 1_000), percent(1, 1_000)), (Some(99), Some(1)));
        assert_eq!((percent(7, 7), percent(0, 7)), (Some(100), Some(0)));
    }
}
