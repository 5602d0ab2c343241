//! Business time by hand, case by case. A minute-by-minute oracle is in
//! `tests/scenarios/calendar.rs`.

use super::*;

fn office(zone: Tz, hours: &[&str], holidays: &[&str]) -> Calendar {
    let day: Vec<Shift> = hours.iter().map(|text| text.parse().unwrap()).collect();
    let week = std::array::from_fn(|i| if i < 5 { day.clone() } else { Vec::new() });
    let holidays = holidays.iter().map(|date| date.parse().unwrap()).collect::<Holidays>();
    Calendar::new(zone, week, holidays).unwrap()
}

fn bogota() -> Calendar {
    office(Tz::America__Bogota, &["08:00-12:00", "13:00-17:00"], &["2026-12-25"])
}

fn at(calendar: &Calendar, local: &str) -> Timestamp {
    let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").unwrap();
    let instant = calendar.time_zone().from_local_datetime(&local).earliest().unwrap();
    instant.with_timezone(&Utc).into()
}

#[track_caller]
fn due(calendar: &Calendar, from: &str, span: &str) -> String {
    let due = calendar.due(at(calendar, from), span.parse().unwrap());
    calendar.local(due).format("%Y-%m-%d %H:%M %Z").to_string()
}

#[test]
fn working_time_skips_lunch_nights_weekends_and_holidays() {
    let calendar = bogota();
    assert_eq!(due(&calendar, "2026-12-21 09:00", "30m"), "2026-12-21 09:30 -05");
    assert_eq!(due(&calendar, "2026-12-21 11:45", "30m"), "2026-12-21 13:15 -05");
    assert_eq!(due(&calendar, "2026-12-18 16:45", "30m"), "2026-12-21 08:15 -05");
    assert_eq!(due(&calendar, "2026-12-24 16:45", "30m"), "2026-12-28 08:15 -05");
    assert_eq!(due(&calendar, "2026-12-19 10:00", "30m"), "2026-12-21 08:30 -05");
    assert_eq!(due(&calendar, "2026-12-19 10:00", "2d"), "2026-12-21 10:00 -05");
}

#[test]
fn a_span_that_ends_at_closing_time_ends_then() {
    let calendar = bogota();
    assert_eq!(due(&calendar, "2026-12-18 16:30", "30m"), "2026-12-18 17:00 -05");
    assert_eq!(due(&calendar, "2026-12-18 08:00", "4h"), "2026-12-18 12:00 -05");
    assert_eq!(due(&calendar, "2026-12-18 20:00", "0m"), "2026-12-18 20:00 -05");
}

#[test]
fn business_days_keep_the_time_of_day() {
    let calendar = bogota();
    assert_eq!(due(&calendar, "2026-12-18 16:45", "1bd"), "2026-12-21 16:45 -05");
    assert_eq!(due(&calendar, "2026-12-24 10:00", "1bd"), "2026-12-28 10:00 -05");
    assert_eq!(due(&calendar, "2026-12-19 23:00", "1bd"), "2026-12-22 08:00 -05");
    assert_eq!(due(&calendar, "2026-12-19 23:00", "0bd"), "2026-12-21 08:00 -05");
    assert_eq!(due(&calendar, "2028-02-28 09:00", "1bd"), "2028-02-29 09:00 -05");
}

#[test]
fn business_days_stay_within_the_hours_of_the_day_they_reach() {
    let mut week: [Vec<Shift>; 7] = Default::default();
    week[0] = vec!["07:00-20:00".parse().unwrap()];
    week[1] = vec!["09:00-12:00".parse().unwrap(), "14:00-16:00".parse().unwrap()];
    let calendar = Calendar::new(Tz::America__Bogota, week, Holidays::default()).unwrap();
    assert_eq!(due(&calendar, "2026-12-21 07:30", "1bd"), "2026-12-22 09:00 -05");
    assert_eq!(due(&calendar, "2026-12-21 12:00", "1bd"), "2026-12-22 12:00 -05");
    assert_eq!(due(&calendar, "2026-12-21 13:00", "1bd"), "2026-12-22 14:00 -05");
    assert_eq!(due(&calendar, "2026-12-21 19:00", "1bd"), "2026-12-22 16:00 -05");
}

#[test]
fn a_clock_set_forward_shortens_the_working_day() {
    let mut week: [Vec<Shift>; 7] = Default::default();
    week[5] = vec!["00:00-24:00".parse().unwrap()];
    week[6] = vec!["00:00-24:00".parse().unwrap()];
    let calendar = Calendar::new(Tz::America__New_York, week, Holidays::default()).unwrap();
    // 2026-03-08, 02:00 EST becomes 03:00 EDT.
    assert_eq!(due(&calendar, "2026-03-08 01:30", "1h"), "2026-03-08 03:30 EDT");
    assert_eq!(due(&calendar, "2026-03-07 02:30", "1bd"), "2026-03-08 03:00 EDT");
    let from = at(&calendar, "2026-03-08 00:00");
    let to = at(&calendar, "2026-03-09 00:00");
    assert_eq!(calendar.working_between(from, to), 23 * HOUR);
}

#[test]
fn a_clock_set_back_counts_the_repeated_hour_twice() {
    let mut week: [Vec<Shift>; 7] = Default::default();
    week[5] = vec!["01:30-04:00".parse().unwrap()];
    week[6] = vec!["01:30-04:00".parse().unwrap()];
    let calendar = Calendar::new(Tz::Europe__Madrid, week, Holidays::default()).unwrap();
    // 2026-10-25, 03:00 CEST becomes 02:00 CET.
    assert_eq!(due(&calendar, "2026-10-25 01:30", "1h"), "2026-10-25 02:30 CEST");
    assert_eq!(due(&calendar, "2026-10-25 01:30", "2h"), "2026-10-25 02:30 CET");
    assert_eq!(due(&calendar, "2026-10-24 02:30", "1bd"), "2026-10-25 02:30 CET");
    let from = at(&calendar, "2026-10-25 00:00");
    let to = at(&calendar, "2026-10-26 00:00");
    assert_eq!(calendar.working_between(from, to), 3 * HOUR + 30 * MINUTE);
}

#[test]
fn a_calendar_of_holidays_only_is_due_at_the_horizon() {
    let mut week: [Vec<Shift>; 7] = Default::default();
    week[3] = vec!["08:00-17:00".parse().unwrap()];
    let start: NaiveDate = "2026-01-01".parse().unwrap();
    let holidays: Holidays = start.iter_days().take(5_000).collect();
    let calendar = Calendar::new(Tz::America__Bogota, week, holidays).unwrap();
    let from = at(&calendar, "2026-01-01 09:00");
    assert_eq!(calendar.add_working(from, 1), horizon(from));
    assert_eq!(calendar.add_business_days(from, 1), horizon(from));
    assert_eq!(calendar.working_between(from, horizon(from)), 0);
}

#[test]
fn extreme_instants_are_clamped() {
    let calendar = bogota();
    for from in [i64::MIN, -FARTHEST, 0, FARTHEST, i64::MAX].map(Timestamp) {
        assert!(calendar.add_working(from, i64::MAX) >= from.plus(-FARTHEST));
        assert!(calendar.add_business_days(from, u32::MAX) >= from.plus(-FARTHEST));
        let _ = (calendar.is_open(from), calendar.working_between(from, Timestamp(i64::MAX)));
    }
}

#[test]
fn invalid_hours_are_refused() {
    for wrong in ["", "8:00-17:00", "08:00", "25:00-26:00", "08:60-09:00", "08:00-24:01"] {
        assert!(wrong.parse::<Shift>().is_err(), "{wrong}");
    }
    let refused = |hours: &[&str]| {
        let mut week: [Vec<Shift>; 7] = Default::default();
        week[2] = hours.iter().map(|text| text.parse().unwrap()).collect();
        Calendar::new(Tz::UTC, week, Holidays::default()).unwrap_err().to_string()
    };
    assert_eq!(refused(&[]), "no day of the week has working hours");
    assert_eq!(refused(&["17:00-08:00"]), "17:00-08:00 does not end after it begins");
    assert_eq!(
        refused(&["08:00-12:00", "11:00-17:00"]),
        "11:00-17:00 begins before the hours ahead of it have ended"
    );
}
