//! The calendar compared with a slow oracle that looks at every minute.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Timelike};
use chrono_tz::Tz;
use mesabot::{
    config::procedure,
    domain::{
        calendar::{Calendar, Shift},
        intake::receive,
        priority::Priority,
        procedure::Procedure,
        promise::{Measure, ResolveClock},
        time::{MINUTE, Span, Timestamp},
    },
};
use proptest::prelude::*;

const ZONES: [Tz; 5] = [
    Tz::America__Bogota,
    Tz::America__New_York,
    Tz::Europe__Madrid,
    Tz::Australia__Lord_Howe,
    Tz::America__Havana, // Its clocks change at midnight.
];

/// What a calendar is made of, kept so that the oracle uses none of the calendar's code.
#[derive(Debug, Clone)]
struct Hours {
    zone: Tz,
    week: [Vec<(u16, u16)>; 7],
    holidays: BTreeSet<NaiveDate>,
}

impl Hours {
    fn calendar(&self) -> Calendar {
        let shifts =
            |day: &Vec<(u16, u16)>| day.iter().map(|&(from, to)| Shift { from, to }).collect();
        let week = self.week.each_ref().map(shifts);
        Calendar::new(self.zone, week, self.holidays.iter().copied().collect())
            .expect("its hours are in order")
    }

    fn is_open(&self, at: Timestamp) -> bool {
        let local = at.to_utc().with_timezone(&self.zone);
        let minute = (local.hour() * 60 + local.minute()) as u16;
        let day = &self.week[local.weekday().num_days_from_monday() as usize];
        !self.holidays.contains(&local.date_naive())
            && day.iter().any(|&(from, to)| from <= minute && minute < to)
    }

    fn working_between(&self, from: Timestamp, to: Timestamp) -> i64 {
        let minutes = (from.0..to.0).step_by(MINUTE as usize);
        minutes.filter(|at| self.is_open(Timestamp(*at))).count() as i64 * MINUTE
    }

    fn add_working(&self, from: Timestamp, milliseconds: i64) -> Timestamp {
        let mut at = from;
        let mut left = milliseconds;
        while left > 0 {
            left -= if self.is_open(at) { MINUTE } else { 0 };
            at = at.plus(MINUTE);
        }
        at
    }
}

/// Rules under which a group works at hours of its own beside a desk, read as an operator writes
/// them.
fn with_a_group(desk: &Hours, group: &Hours) -> Procedure {
    const DAYS: [&str; 7] =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let written = |hours: &Hours| -> String {
        let shift = |&(from, to): &(u16, u16)| format!("\"{}\"", Shift { from, to });
        let day = |(day, shifts): (&str, &Vec<(u16, u16)>)| {
            let shifts: Vec<String> = shifts.iter().map(shift).collect();
            format!("{day} = [{}]\n", shifts.join(", "))
        };
        DAYS.into_iter().zip(&hours.week).map(day).collect()
    };
    let free: String = desk
        .holidays
        .iter()
        .map(|date| {
            format!(
                "[[calendar.closing_days]]\ndate = {date}\nname = {{ es = \"{date}\", en = \"{date}\" }}\n"
            )
        })
        .collect();
    let rules = include_str!("../data/group_hours.toml")
        .replace("ZONE", desk.zone.name())
        .replace("# DESK\n", &written(desk))
        .replace("# FREE\n", &free)
        .replace("# GROUP\n", &written(group));
    procedure::read("group.toml", &rules).unwrap_or_else(|faults| panic!("{faults:?}\n{rules}"))
}

fn day() -> impl Strategy<Value = Vec<(u16, u16)>> {
    let minute = prop_oneof![0_u16..=1440, (0_u16..=24).prop_map(|hour| hour * 60)];
    let times = proptest::collection::btree_set(minute, 0..=6);
    times.prop_map(|times| {
        let times: Vec<u16> = times.into_iter().collect();
        times.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    })
}

/// A day near a special one: a change of the clocks, a leap day, or any day.
fn date() -> impl Strategy<Value = NaiveDate> {
    let known = [
        "2026-03-08",
        "2026-11-01", // New York, Havana
        "2026-03-29",
        "2026-10-25", // Madrid
        "2026-04-05",
        "2026-10-04", // Lord Howe, by half an hour
        "2028-02-29",
        "2026-12-31",
    ];
    let known =
        proptest::sample::select(known.to_vec()).prop_map(|date| date.parse().expect("a date"));
    let any = (0_u64..5_000).prop_map(|days| {
        NaiveDate::from_ymd_opt(2020, 1, 1).expect("a date") + chrono::Days::new(days)
    });
    prop_oneof![3 => known, 1 => any]
}

fn minute_near(date: NaiveDate, minutes: i64) -> Timestamp {
    let midnight: Timestamp = date.and_hms_opt(0, 0, 0).expect("midnight").and_utc().into();
    midnight.plus(minutes * MINUTE)
}

prop_compose! {
    fn case()(
        zone in proptest::sample::select(ZONES.to_vec()),
        mut week in proptest::array::uniform7(day()),
        date in date(),
        free in proptest::collection::vec(0_u64..10, 0..3),
        start in -3 * 1440_i64..2 * 1440,
        length in 0_i64..6 * 1440,
    ) -> (Hours, Timestamp, Timestamp) {
        // A week without hours is no calendar, and the oracle would never end.
        if week.iter().all(Vec::is_empty) {
            week[0] = vec![(480, 1020)];
        }
        let holidays = free.into_iter().map(|days| date - chrono::Days::new(days)).collect();
        let from = minute_near(date, start);
        (Hours { zone, week, holidays }, from, from.plus(length * MINUTE))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn working_time_equals_the_count_of_open_minutes((hours, from, to) in case()) {
        let calendar = hours.calendar();
        let worked = hours.working_between(from, to);
        prop_assert_eq!(calendar.working_between(from, to), worked);
        prop_assert_eq!(calendar.add_working(from, worked), hours.add_working(from, worked));
        prop_assert_eq!(calendar.is_open(from), hours.is_open(from));
    }

    #[test]
    fn a_groups_clocks_use_its_own_hours_and_the_desks_holidays(
        (desk, from, to) in case(),
        mut week in proptest::array::uniform7(day()),
        spent in 0_i64..3_000,
    ) {
        if week.iter().all(Vec::is_empty) {
            week[1] = vec![(600, 840)];
        }
        let group = Hours { week, ..desk.clone() };
        let procedure = with_a_group(&desk, &group);
        let calendar = procedure.calendar_of(Some("grupo"));
        let worked = group.working_between(from, to);
        prop_assert_eq!(calendar.working_between(from, to), worked);
        prop_assert_eq!(calendar.add_working(from, worked), group.add_working(from, worked));
        prop_assert_eq!(procedure.calendar_of(Some("mesa")), procedure.desk_calendar());
        prop_assert_eq!(procedure.desk_calendar().is_open(from), desk.is_open(from));
        // The ticket's times are promised in the receiving group's hours, and a pause changes none
        // of them.
        let received = procedure.group("grupo").unwrap();
        let reception = receive(&procedure, received, Priority::Low, from);
        let Span::Working(promised) = reception.times.resolve else { unreachable!("it is 4h") };
        let due = group.add_working(from, promised);
        prop_assert_eq!(reception.promise.resolve_due, due);
        let measure = Measure::of(reception.calendar, reception.times.resolve);
        let paused = from.plus(spent * MINUTE);
        let clock = ResolveClock::Running { due }.pause(measure, paused);
        let left = promised - group.working_between(from, paused).min(promised);
        let late = group.working_between(due, paused);
        // A breach out of hours is still a breach.
        let late = if due < paused { late.max(1) } else { late };
        prop_assert_eq!(clock, ResolveClock::Paused { left: left - late });
        if left > 0 {
            let resumed = paused.plus(1440 * MINUTE);
            let due = group.add_working(resumed, left);
            prop_assert_eq!(clock.run(measure, resumed), ResolveClock::Running { due });
        }
    }

    #[test]
    fn adding_working_time_is_the_inverse_of_measuring((hours, from, to) in case(), odd in 0_i64..MINUTE) {
        let calendar = hours.calendar();
        let from = from.plus(odd / 2);
        let to = to.plus(odd);
        let worked = calendar.working_between(from, to);
        let reached = calendar.add_working(from, worked);
        prop_assert!(reached <= to.max(from));
        prop_assert_eq!(calendar.working_between(from, reached), worked);
    }

    #[test]
    fn subtracting_working_time_is_the_inverse_of_adding((hours, from, to) in case(), odd in 0_i64..MINUTE) {
        let calendar = hours.calendar();
        let from = from.plus(odd / 2);
        let to = to.plus(odd);
        let worked = calendar.working_between(from, to);
        let since = calendar.subtract_working(to, worked);
        prop_assert!(since >= from.min(to) && since <= to);
        prop_assert_eq!(calendar.working_between(since, to), worked);
        let pieces = calendar.working_stretches(from, to);
        prop_assert_eq!(pieces.map(|(open, close)| close.since(open)).sum::<i64>(), worked);
    }

    #[test]
    fn more_work_never_ends_earlier((hours, from, to) in case(), work in 0_i64..3_000, more in 0_i64..600) {
        let calendar = hours.calendar();
        let more = (work + more) * MINUTE;
        let work = work * MINUTE;
        prop_assert!(calendar.add_working(from, work) <= calendar.add_working(from, more));
        prop_assert!(calendar.add_working(from, work) <= calendar.add_working(to, work));
    }

    #[test]
    fn business_days_end_in_working_hours_on_the_right_day((hours, from, _) in case(), days in 1_u32..6) {
        let calendar = hours.calendar();
        let opening = calendar.add_business_days(from, 0);
        let due = calendar.add_business_days(from, days);
        prop_assert!(opening >= from && hours.is_open(opening));
        prop_assert!(due > opening);
        let between = calendar.local(opening).date_naive().iter_days().skip(1)
            .take_while(|date| *date <= calendar.local(due.plus(-1)).date_naive())
            .filter(|date| {
                let day = &hours.week[date.weekday().num_days_from_monday() as usize];
                !day.is_empty() && !hours.holidays.contains(date)
            })
            .count();
        // An instant exactly at midnight may belong to the day that begins then.
        prop_assert!(between == days as usize || between + 1 == days as usize);
    }
}
