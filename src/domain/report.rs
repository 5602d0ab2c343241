//! What a month's report counts (N9, V12). Pure: from slices of tickets, which the database counts, to
//! the figures. Deliberately absent: how the tickets are found, and the words of the report.

use std::{collections::BTreeMap, fmt, ops::Range, str::FromStr};

use chrono::{Datelike, NaiveDate};

use super::{
    calendar::Calendar,
    channel::ChannelKind,
    event::Ending,
    field::{Field, Value},
    id::{PersonId, TicketNumber},
    priority::Priority,
    procedure::TicketKind,
    source::Source,
    status::Status,
    time::Timestamp,
};

/// A month of the calendar on the wall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month in which an instant lies.
    pub fn of(calendar: &Calendar, at: Timestamp) -> Self {
        let local = calendar.local(at);
        Self { year: local.year(), month: local.month() }
    }

    /// Its year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// Which month of the year, from 1.
    pub fn month(self) -> u32 {
        self.month
    }

    /// The month before.
    pub fn previous(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { month: month - 1, ..self },
        }
    }

    /// The month after.
    pub fn next(self) -> Self {
        match self.month {
            12 => Self { year: self.year + 1, month: 1 },
            month => Self { month: month + 1, ..self },
        }
    }

    /// From its first midnight to the first of the next month, in the calendar's time zone.
    pub fn span(self, calendar: &Calendar) -> Range<Timestamp> {
        calendar.midnight(self.first_day())..calendar.midnight(self.next().first_day())
    }

    fn first_day(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1)
            .expect("a month is read within the years that chrono knows")
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = || {
            let (year, month) = text.split_once('-')?;
            let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
            if year.len() != 4 || !digits(year) || month.len() > 2 || !digits(month) {
                return None;
            }
            let (year, month) = (year.parse().ok()?, month.parse().ok()?);
            ((1..=12).contains(&month) && year > 0).then_some(Self { year, month })
        };
        read().ok_or_else(|| format!("`{text}` is not a month: write 2026-02"))
    }
}

/// What a report knows of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// Its number.
    pub number: TicketNumber,
    /// Incident or request (V13).
    pub kind: TicketKind,
    /// The category's key.
    pub category: String,
    /// How pressing it was.
    pub priority: Priority,
    /// Where it stands.
    pub status: Status,
    /// The network it came through.
    pub origin: ChannelKind,
    /// How it came to the desk.
    pub source: Source,
    /// The ticket it is a related case of.
    pub parent: Option<TicketNumber>,
    /// The equipment that was touched, by tag or serial number (V11).
    pub assets: Vec<String>,
    /// One line.
    pub title: String,
    /// In the requester's words.
    pub description: String,
    /// Who asked.
    pub requester: String,
    /// Where help was needed.
    pub place: String,
    /// The group's key.
    pub group: String,
    /// Who has it, or had it at the end.
    pub technician: Option<(PersonId, String)>,
    /// When it was received.
    pub received: Timestamp,
    /// Until when somebody was promised to take it.
    pub own_due: Timestamp,
    /// When somebody took it.
    pub owned: Option<Timestamp>,
    /// When the last solution was given.
    pub solved: Option<Timestamp>,
    /// Whether that was in time; known once it is solved.
    pub in_time: Option<bool>,
    /// The last solution.
    pub solution: Option<String>,
    /// When it ended.
    pub closed: Option<Timestamp>,
    /// How it ended.
    pub ending: Option<Ending>,
    /// When the requester said that it was not solved, each time.
    pub reopened: Vec<Timestamp>,
    /// The requester's rating, 1 to 5.
    pub stars: Option<u8>,
    /// What the requester said about the service.
    pub comment: Option<String>,
    /// What was asked for with the request, with what was answered.
    pub form: Vec<(Field, Value)>,
    /// What was recorded with the last solution.
    pub solution_form: Vec<(Field, Value)>,
    /// What the requester was trained in, in order (C7).
    pub training: Vec<String>,
}

impl Case {
    /// Whether it counts in a report that leaves out what ended in these ways (V12).
    pub fn counts(&self, left_out: &[Ending]) -> bool {
        self.ending.is_none_or(|ending| !left_out.contains(&ending))
    }

    /// Whether somebody took it in time; none before anybody did.
    pub fn owned_in_time(&self) -> Option<bool> {
        self.owned.map(|owned| owned <= self.own_due)
    }
}

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many did.
    pub met: usize,
    /// How many could have.
    pub of: usize,
}

impl Share {
    fn join(&mut self, other: Self) {
        self.met += other.met;
        self.of += other.of;
    }

    /// In whole percent, rounded down, so that 100 % means all; none of none.
    pub fn percent(self) -> Option<usize> {
        (self.of > 0).then(|| self.met * 100 / self.of)
    }
}

/// Ratings of 1 to 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratings {
    /// How many there were.
    pub count: usize,
    /// Their sum.
    pub sum: usize,
}

impl Ratings {
    fn join(&mut self, other: Self) {
        self.count += other.count;
        self.sum += other.sum;
    }

    /// Their average in tenths, rounded; none without ratings.
    pub fn tenths(self) -> Option<usize> {
        (self.count > 0).then(|| (self.sum * 20 + self.count) / (self.count * 2))
    }
}

/// The figures of one category or technician.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Received in the month.
    pub received: usize,
    /// Solved in the month.
    pub solved: usize,
    /// Solved in time, of those.
    pub in_time: Share,
    /// Of what ended in the month.
    pub ratings: Ratings,
}

/// The general figures of a month.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// How many tickets they were counted from, whether or not those count.
    pub tickets: usize,
    /// Everything that counts.
    pub total: Tally,
    /// Ended in the month after a solution or a decision.
    pub closed: usize,
    /// Taken back by the requester.
    pub withdrawn: usize,
    /// How often a requester said that it was not solved.
    pub reopened: usize,
    /// Not managed, which counts nowhere else.
    pub not_managed: usize,
    /// Sent to another procedure, which counts nowhere else (C2).
    pub routed: usize,
    /// Solved with the category's own guidance; among the solved, too (C5).
    pub self_help: usize,
    /// Found by the desk itself; among the received, too (C1).
    pub proactive: usize,
    /// Taken in time, of what was taken in the month.
    pub owned: Share,
    /// How many of what ended in the month had been asked for a rating.
    pub asked: usize,
    /// By category, as the procedure lists them.
    pub categories: BTreeMap<String, Tally>,
    /// By technician, by name.
    pub technicians: BTreeMap<(String, PersonId), Tally>,
}

/// Tickets that share category, technician and ending, with how often each thing happened to them in a
/// span. The database counts these, so their number does not grow with the tickets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// The category's key.
    pub category: String,
    /// Who has them, or had them at the end.
    pub technician: Option<(PersonId, String)>,
    /// How they ended.
    pub ending: Option<Ending>,
    /// How many there are.
    pub tickets: usize,
    /// Received, solved and rated in the span.
    pub tally: Tally,
    /// Found by the desk itself and received in the span.
    pub proactive: usize,
    /// Taken in the span, and how many of those in time.
    pub owned: Share,
    /// How often a requester said in the span that one was not solved.
    pub reopened: usize,
    /// Ended in the span.
    pub closed: usize,
    /// Received or ended in the span.
    pub touched: usize,
}

/// Adds slices up to the figures. Of those that ended in a way that is left out, the figures tell only
/// how many were not managed, withdrawn or sent elsewhere, apart.
pub fn figures(slices: impl IntoIterator<Item = Slice>, left_out: &[Ending]) -> Figures {
    let mut figures = Figures::default();
    for slice in slices {
        figures.tickets += slice.tickets;
        if slice.ending.is_some_and(|ending| left_out.contains(&ending)) {
            figures.end(slice.ending, slice.touched);
            continue;
        }
        figures.proactive += slice.proactive;
        figures.total.join(&slice.tally);
        figures.categories.entry(slice.category).or_default().join(&slice.tally);
        if let Some((id, name)) = slice.technician {
            figures.technicians.entry((name, id)).or_default().join(&slice.tally);
        }
        figures.owned.join(slice.owned);
        figures.reopened += slice.reopened;
        if !figures.end(slice.ending, slice.closed) {
            figures.closed += slice.closed;
            match slice.ending {
                Some(Ending::SelfHelp) => figures.self_help += slice.closed,
                Some(Ending::NoSurvey) => {}
                Some(ending) if ending.is_decision() => {}
                _ => figures.asked += slice.closed,
            }
        }
    }
    figures
}

impl Figures {
    /// Counts tickets that ended without a solution; false of any other ending.
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

impl Tally {
    fn join(&mut self, other: &Self) {
        self.received += other.received;
        self.solved += other.solved;
        self.in_time.join(other.in_time);
        self.ratings.join(other.ratings);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn closed(ending: Ending) -> Slice {
        Slice {
            category: "plataforma".into(),
            technician: Some((PersonId(7), "Ana".into())),
            ending: Some(ending),
            tickets: 1,
            tally: Tally {
                received: 1,
                solved: 1,
                in_time: Share { met: 1, of: 1 },
                ratings: Ratings { count: 1, sum: 4 },
            },
            closed: 1,
            touched: 1,
            ..Slice::default()
        }
    }

    #[test]
    fn slices_add_up_in_total_by_category_and_by_technician() {
        let open = Slice {
            category: "plataforma".into(),
            tickets: 2,
            tally: Tally { received: 2, ..Tally::default() },
            owned: Share { met: 1, of: 2 },
            reopened: 3,
            proactive: 1,
            touched: 2,
            ..Slice::default()
        };
        let figures = figures([open, closed(Ending::Authorised)], &[Ending::NotManaged]);
        assert_eq!((figures.tickets, figures.total.received, figures.total.solved), (3, 3, 1));
        assert_eq!((figures.closed, figures.asked, figures.reopened), (1, 1, 3));
        assert_eq!((figures.owned, figures.proactive), (Share { met: 1, of: 2 }, 1));
        assert_eq!(figures.categories["plataforma"], figures.total);
        assert_eq!(figures.technicians[&("Ana".to_owned(), PersonId(7))].received, 1);
    }

    #[test]
    fn what_was_not_managed_counts_apart_v12() {
        let slices = [closed(Ending::NotManaged), closed(Ending::Authorised)];
        let figures = figures(slices, &[Ending::NotManaged]);
        assert_eq!((figures.not_managed, figures.closed, figures.total.received), (1, 1, 1));
        assert_eq!(figures.total.ratings, Ratings { count: 1, sum: 4 });
    }

    #[test]
    fn a_procedure_says_which_endings_are_left_out() {
        let slices = [Ending::NotManaged, Ending::Withdrawn, Ending::Silence].map(closed);
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
    fn what_another_procedure_has_counts_apart_and_guidance_counts_as_solved_c2_c5() {
        let routed = figures([closed(Ending::Routed)], &[Ending::Routed]);
        assert_eq!((routed.routed, routed.not_managed, routed.closed), (1, 0, 0));
        assert_eq!(routed.total, Tally::default());
        let helped = figures([closed(Ending::SelfHelp)], &[Ending::Routed]);
        assert_eq!((helped.self_help, helped.closed, helped.asked), (1, 1, 0));
        for unasked in [Ending::NoSurvey, Ending::Rejected] {
            let figures = figures([closed(unasked)], &[]);
            assert_eq!((figures.closed, figures.asked, figures.self_help), (1, 0, 0));
        }
    }

    #[test]
    fn nothing_has_neither_share_nor_average() {
        let figures = figures([], &[Ending::NotManaged]);
        assert_eq!((figures.owned.percent(), figures.total.ratings.tenths()), (None, None));
        let ratings = Ratings { count: 3, sum: 14 };
        assert_eq!(ratings.tenths(), Some(47), "4.666… rounds up");
    }

    #[test]
    fn months_are_read_and_follow_each_other() {
        let month: Month = "2026-01".parse().unwrap();
        assert_eq!(
            (month.previous().to_string(), month.next().to_string()),
            ("2025-12".into(), "2026-02".into())
        );
        assert_eq!("2026-3".parse::<Month>().unwrap().to_string(), "2026-03");
        for wrong in ["", "2026", "2026-13", "2026-00", "26-01", "enero", "2026-01-02"] {
            assert!(wrong.parse::<Month>().is_err(), "{wrong}");
        }
    }
}
