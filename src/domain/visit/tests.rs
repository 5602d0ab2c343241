//! Offered and typed times, checked against slow and independent definitions.

use chrono::{Datelike, NaiveDate, Weekday};
use proptest::prelude::*;

use super::*;
use crate::domain::{
    calendar::Shift,
    holidays::Holidays,
    time::{HOUR, MINUTE, Timestamp},
};

/// Monday to Friday, 8:00 to 12:00 and 14:00 to 18:00, in Bogotá.
fn calendar() -> Calendar {
    let shift = |text: &str| text.parse::<Shift>().unwrap();
    let day = || vec![shift("08:00-12:00"), shift("14:00-18:00")];
    let week = [day(), day(), day(), day(), day(), vec![], vec![]];
    Calendar::new(chrono_tz::America::Bogota, week, Holidays::default()).unwrap()
}

fn visits(slot: i64, days: u8) -> Visits {
    let remind = Some(Span::Working(30 * MINUTE));
    Visits { slot, days, remind, status: Some(Status::Suspended), workshop: None }
}

/// A wall clock time in March 2026, whose second day is a Monday.
fn march(day: u32, hour: i64, minute: i64) -> Timestamp {
    let date = NaiveDate::from_ymd_opt(2026, 3, day).unwrap();
    calendar().midnight(date).plus(hour * HOUR + minute * MINUTE)
}

#[test]
fn slots_lie_within_working_hours_and_are_spread_over_each_day() {
    let offered = slots(&calendar(), &visits(HOUR, 2), &[], march(2, 9, 5));
    let expected = [
        march(2, 10, 0),
        march(2, 14, 0),
        march(2, 16, 0),
        march(3, 8, 0),
        march(3, 10, 0),
        march(3, 14, 0),
        march(3, 16, 0),
    ];
    assert_eq!(offered, expected);
    let friday = slots(&calendar(), &visits(2 * HOUR, 2), &[], march(6, 16, 30));
    assert_eq!(friday, [march(9, 8, 0), march(9, 10, 0), march(9, 14, 0), march(9, 16, 0)]);
}

#[test]
fn a_taken_slot_is_not_offered() {
    let taken = [march(2, 10, 0), march(2, 15, 30)];
    let offered = slots(&calendar(), &visits(HOUR, 1), &taken, march(2, 9, 5));
    assert_eq!(offered, [march(2, 11, 0), march(2, 14, 0), march(2, 17, 0)]);
    let fit = |at| fits(&calendar(), &visits(HOUR, 1), &taken, at, march(2, 9, 5));
    assert_eq!(fit(march(2, 10, 30)), Err(Unfit::Taken));
    assert_eq!(fit(march(2, 9, 0)), Err(Unfit::Past));
    assert_eq!(fit(march(2, 13, 0)), Err(Unfit::OutOfHours));
    assert_eq!(fit(march(7, 10, 0)), Err(Unfit::OutOfHours), "a Saturday");
    assert_eq!(fit(march(2, 10, 0).plus(100 * DAY)), Err(Unfit::TooFar));
    assert_eq!(fit(march(2, 11, 0)), Ok(()));
}

#[test]
fn a_visit_has_a_reminder_before_and_a_question_afterwards() {
    let first = |at, now| first_message_at(&calendar(), &visits(HOUR, 3), at, now);
    assert_eq!(first(march(2, 10, 0), march(2, 8, 0)), march(2, 9, 30));
    assert_eq!(first(march(3, 8, 0), march(2, 9, 0)), march(2, 17, 30), "the evening before");
    assert_eq!(first(march(2, 10, 0), march(2, 9, 45)), march(2, 11, 0), "it is near enough");
    let never = Visits { remind: None, ..visits(HOUR, 3) };
    assert_eq!(
        first_message_at(&calendar(), &never, march(3, 8, 0), march(2, 9, 0)),
        march(3, 9, 0)
    );
}

#[test]
fn typed_dates_and_times_are_understood() {
    // Monday, 2 March 2026, 9:00.
    let now = march(2, 9, 0);
    for (typed, meant) in [
        ("mañana 10 a. m.", march(3, 10, 0)),
        ("Mañana a las 10:00 a.m.", march(3, 10, 0)),
        ("mañana a las 10 de la mañana", march(3, 10, 0)),
        ("mañana 3 de la tarde", march(3, 15, 0)),
        ("10am mañana", march(3, 10, 0)),
        ("hoy 3:30 p. m.", march(2, 15, 30)),
        ("hoy a las 15", march(2, 15, 0)),
        ("pasado mañana 8 am", march(4, 8, 0)),
        ("2026-03-05 10:00", march(5, 10, 0)),
        ("2026-03-05T10:00", march(5, 10, 0)),
        ("5/03 10:00", march(5, 10, 0)),
        ("5/3/2026 4pm", march(5, 16, 0)),
        ("5 de marzo a las 10", march(5, 10, 0)),
        ("el 5 de marzo 10 am", march(5, 10, 0)),
        ("10 a. m. 5 de marzo", march(5, 10, 0)),
        ("jueves 5 de marzo, 10 a. m.", march(5, 10, 0)),
        ("el jueves 3 pm", march(5, 15, 0)),
        ("jueves a mediodía", march(5, 12, 0)),
        ("lunes 10", march(2, 10, 0)),
        ("miércoles 14:30", march(4, 14, 30)),
        ("tomorrow 4pm", march(3, 16, 0)),
        ("Thursday at 10:30 am", march(5, 10, 30)),
        ("march 5 10:00", march(5, 10, 0)),
        ("mañana 12 pm", march(3, 12, 0)),
    ] {
        assert_eq!(typed_time::instant(typed, &calendar(), now), Some(meant), "{typed}");
    }
}

#[test]
fn a_text_without_date_and_time_gives_none() {
    for typed in [
        "",
        "mañana",
        "10 a. m.",
        "cuando pueda",
        "mañana temprano",
        "mañana 25:00",
        "mañana 10:75",
        "mañana 13 am",
        "2026-02-30 10:00",
        "31/02 10:00",
        "hoy mañana 10",
        "viernes 5 de marzo 10 am",
        "mañana 10 11",
        "marzo 10",
        "mañana -1",
    ] {
        assert_eq!(typed_time::instant(typed, &calendar(), march(2, 9, 0)), None, "{typed}");
    }
}

#[test]
fn a_step_sets_the_wanted_status_only_by_an_allowed_move() {
    use Status::*;
    assert_eq!(reached(InProgress, Some(Suspended)), Some(Suspended));
    assert_eq!(reached(Suspended, Some(EscalatedOnSite)), Some(EscalatedOnSite));
    assert_eq!(reached(EscalatedOnSite, Some(WithVendor)), Some(WithVendor));
    assert_eq!(reached(Suspended, Some(Suspended)), None, "it has it");
    assert_eq!(reached(InProgress, None), None, "the procedure wants none");
    assert_eq!(reached(Closed, Some(Suspended)), None, "what is over stays over");
}

proptest! {
    #[test]
    fn every_offered_slot_fits_and_overlaps_no_other(
        minutes in 0i64..20_000,
        slot in prop::sample::select(vec![15i64, 30, 45, 60, 120, 240]),
        days in 1u8..6,
        taken in prop::collection::vec(0i64..20_000, 0..8),
    ) {
        let calendar = calendar();
        let visits = visits(slot * MINUTE, days);
        let now = march(1, 0, 0).plus(minutes * MINUTE);
        let taken: Vec<Timestamp> =
            taken.into_iter().map(|at| march(1, 0, 0).plus(at * MINUTE)).collect();
        let offered = slots(&calendar, &visits, &taken, now);
        for at in &offered {
            prop_assert_eq!(fits(&calendar, &visits, &taken, *at, now), Ok(()));
            let worked = calendar.working_between(*at, at.plus(visits.slot));
            prop_assert_eq!(worked, visits.slot, "nobody is sent away in the middle");
            let weekday = calendar.local(*at).weekday();
            prop_assert!(!matches!(weekday, Weekday::Sat | Weekday::Sun));
        }
        for pair in offered.windows(2) {
            prop_assert!(pair[1].since(pair[0]) >= visits.slot);
        }
        let dates: std::collections::BTreeSet<NaiveDate> =
            offered.iter().map(|at| calendar.local(*at).date_naive()).collect();
        prop_assert!(dates.len() <= usize::from(days));
    }

    #[test]
    fn no_typed_text_panics(text in "\\PC{0,40}") {
        let _ = typed_time::instant(&text, &calendar(), march(2, 9, 0));
    }

    #[test]
    fn a_numeric_date_and_time_parses_to_itself(
        day in 1u32..29, month in 1u32..13, hour in 0i64..24, minute in 0i64..60,
    ) {
        let date = NaiveDate::from_ymd_opt(2027, month, day).unwrap();
        let meant = calendar().midnight(date).plus(hour * HOUR + minute * MINUTE);
        let typed = format!("2027-{month:02}-{day:02} {hour:02}:{minute:02}");
        prop_assert_eq!(typed_time::instant(&typed, &calendar(), march(2, 9, 0)), Some(meant));
    }
}
