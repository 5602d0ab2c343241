//! What a month's report counts (N9, V12). Pure: from what is known of each ticket to the figures.
//! Deliberately absent: how the tickets are found, and the words of the report.

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
    fn count(&mut self, met: bool) {
        self.of += 1;
        self.met += usize::from(met);
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
    fn add(&mut self, stars: u8) {
        self.count += 1;
        self.sum += usize::from(stars);
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

/// Counts what happened to these tickets in a span. Of those that ended in a way that is left out,
/// only how many were not managed or withdrawn is told, apart.
pub fn count(cases: &[Case], span: &Range<Timestamp>, left_out: &[Ending]) -> Figures {
    let within = |at: Option<Timestamp>| at.is_some_and(|at| span.contains(&at));
    let mut figures = Figures::default();
    for case in cases {
        if !case.counts(left_out) {
            if within(case.closed) || span.contains(&case.received) {
                figures.end(case.ending);
            }
            continue;
        }
        figures.proactive +=
            usize::from(case.source.is_proactive() && span.contains(&case.received));
        let tally = of(case, &within);
        figures.total.join(&tally);
        figures.categories.entry(case.category.clone()).or_default().join(&tally);
        if let Some((id, name)) = &case.technician {
            figures.technicians.entry((name.clone(), *id)).or_default().join(&tally);
        }
        if let Some(met) = case.owned_in_time().filter(|_| within(case.owned)) {
            figures.owned.count(met);
        }
        figures.reopened += case.reopened.iter().filter(|at| span.contains(at)).count();
        if within(case.closed) && !figures.end(case.ending) {
            figures.closed += 1;
            figures.self_help += usize::from(case.ending == Some(Ending::SelfHelp));
            let unasked = |ending: Ending| {
                matches!(ending, Ending::NoSurvey | Ending::SelfHelp) || ending.is_decision()
            };
            figures.asked += usize::from(!case.ending.is_some_and(unasked));
        }
    }
    figures
}

impl Figures {
    /// Counts an end without a solution; false of any other.
    fn end(&mut self, ending: Option<Ending>) -> bool {
        match ending {
            Some(Ending::NotManaged) => self.not_managed += 1,
            Some(Ending::Withdrawn) => self.withdrawn += 1,
            Some(Ending::Routed) => self.routed += 1,
            _ => return false,
        }
        true
    }
}

fn of(case: &Case, within: &impl Fn(Option<Timestamp>) -> bool) -> Tally {
    let mut tally = Tally::default();
    tally.received += usize::from(within(Some(case.received)));
    if within(case.solved) {
        tally.solved += 1;
        if let Some(in_time) = case.in_time {
            tally.in_time.count(in_time);
        }
    }
    if let Some(stars) = case.stars.filter(|_| within(case.closed)) {
        tally.ratings.add(stars);
    }
    tally
}

impl Tally {
    fn join(&mut self, other: &Self) {
        self.received += other.received;
        self.solved += other.solved;
        self.in_time.met += other.in_time.met;
        self.in_time.of += other.in_time.of;
        self.ratings.count += other.ratings.count;
        self.ratings.sum += other.ratings.sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp(hour * 3_600_000)
    }

    fn case(number: i64) -> Case {
        Case {
            number: TicketNumber(number),
            kind: TicketKind::Incident,
            category: "plataforma".into(),
            priority: Priority::Low,
            status: Status::New,
            origin: ChannelKind::Telegram,
            source: Source::Chat,
            parent: None,
            assets: vec![],
            title: String::new(),
            description: String::new(),
            requester: "Marta".into(),
            place: String::new(),
            group: "soporte".into(),
            technician: None,
            received: at(10),
            own_due: at(11),
            owned: None,
            solved: None,
            in_time: None,
            solution: None,
            closed: None,
            ending: None,
            reopened: vec![],
            stars: None,
            comment: None,
            form: vec![],
            solution_form: vec![],
            training: vec![],
        }
    }

    fn closed(number: i64, stars: Option<u8>) -> Case {
        Case {
            status: Status::Closed,
            technician: Some((PersonId(7), "Ana".into())),
            owned: Some(at(12)),
            solved: Some(at(13)),
            in_time: Some(true),
            closed: Some(at(14)),
            ending: Some(Ending::Authorised),
            stars,
            ..case(number)
        }
    }

    #[test]
    fn a_month_counts_what_happened_in_it() {
        let early = Case { received: at(0), owned: Some(at(1)), ..closed(3, None) };
        let no_survey = Case { ending: Some(Ending::NoSurvey), ..closed(4, None) };
        let withdrawn = Case {
            status: Status::Closed,
            closed: Some(at(20)),
            ending: Some(Ending::Withdrawn),
            ..case(5)
        };
        let declined =
            Case { ending: Some(Ending::Rejected), owned: None, solved: None, ..closed(8, None) };
        let reopened = Case { reopened: vec![at(1), at(11), at(12)], ..case(6) };
        let late = Case { in_time: Some(false), stars: Some(2), ..closed(7, None) };
        let cases =
            [case(1), closed(2, Some(5)), early, no_survey, withdrawn, reopened, late, declined];
        let figures = count(&cases, &(at(5)..at(30)), &[Ending::NotManaged]);
        assert_eq!((figures.total.received, figures.total.solved), (7, 4));
        assert_eq!((figures.closed, figures.withdrawn, figures.reopened), (5, 1, 2));
        assert_eq!(figures.total.in_time, Share { met: 3, of: 4 });
        assert_eq!(figures.total.in_time.percent(), Some(75));
        assert_eq!(figures.owned, Share { met: 0, of: 3 }, "one was taken before the month");
        assert_eq!((figures.asked, figures.total.ratings.tenths()), (3, Some(35)));
        assert_eq!(figures.technicians.len(), 1);
        assert_eq!(figures.categories["plataforma"], figures.total);
    }

    #[test]
    fn what_was_not_managed_counts_apart_v12() {
        let ending = Some(Ending::NotManaged);
        let apart = Case { status: Status::NotManaged, ending, ..closed(1, Some(1)) };
        let figures = count(&[apart, closed(2, Some(4))], &(at(5)..at(30)), &[Ending::NotManaged]);
        assert_eq!((figures.not_managed, figures.closed, figures.total.received), (1, 1, 1));
        assert_eq!(figures.total.ratings, Ratings { count: 1, sum: 4 });
    }

    #[test]
    fn a_procedure_says_which_endings_are_left_out() {
        let ended = |ending| Case { ending: Some(ending), ..closed(1, None) };
        let cases = [ended(Ending::NotManaged), ended(Ending::Withdrawn), ended(Ending::Silence)];
        let counted = |left_out: &[Ending]| {
            let figures = count(&cases, &(at(5)..at(30)), left_out);
            assert_eq!((figures.not_managed, figures.withdrawn), (1, 1), "told whatever counts");
            (figures.total.received, figures.closed)
        };
        assert_eq!(counted(&[]), (3, 1));
        assert_eq!(counted(&[Ending::Withdrawn]), (2, 1));
        assert_eq!(counted(&[Ending::NotManaged, Ending::Withdrawn, Ending::Silence]), (0, 0));
    }
    #[test]
    fn what_another_procedure_has_counts_apart_and_guidance_counts_as_solved_c2_c5() {
        for status in [Status::NotManaged, Status::Closed] {
            let routed = Case { status, ending: Some(Ending::Routed), ..closed(1, None) };
            let figures = count(&[routed], &(at(5)..at(30)), &[Ending::Routed]);
            assert_eq!((figures.routed, figures.not_managed, figures.closed), (1, 0, 0));
            assert_eq!(figures.total, Tally::default());
        }
        let helped = Case {
            technician: None,
            owned: None,
            ending: Some(Ending::SelfHelp),
            ..closed(2, None)
        };
        let found = Case { source: Source::Proactive, ..case(3) };
        let figures = count(&[helped, found], &(at(5)..at(30)), &[Ending::Routed]);
        assert_eq!((figures.self_help, figures.total.solved, figures.asked), (1, 1, 0));
        assert_eq!((figures.proactive, figures.total.received), (1, 2));
        assert_eq!(figures.owned, Share::default(), "nobody had to take it");
    }

    #[test]
    fn nothing_has_neither_share_nor_average() {
        let figures = count(&[], &(at(5)..at(30)), &[Ending::NotManaged]);
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
