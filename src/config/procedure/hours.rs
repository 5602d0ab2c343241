//! Reads when a desk works and the times it promises, and checks that the promises can be kept in
//! that order. Deliberately absent: counting time (see `crate::domain::calendar`).

use chrono_tz::Tz;

use super::holidays;
use crate::{
    config::{
        fault::{Fault, nearest},
        section::Section,
        tree::{Node, Value},
    },
    domain::{
        calendar::{Calendar, CalendarFault, Shift},
        holidays::Holidays,
        procedure::Times,
        time::{Span, Timestamp},
    },
};

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Midnight in UTC of Monday, 1 January 2024, from which times are compared.
const A_MONDAY: Timestamp = Timestamp(1_704_067_200_000);

/// Working hours in their time zone, and the days without service.
pub fn calendar(top: &Section<'_>) -> Option<Calendar> {
    let zone = time_zone(top);
    let section = top.section("calendar")?;
    let hours = DAYS.map(|day| shifts(&section, day));
    let holidays = holidays::holidays(&section);
    section.finish();
    let mut week: [Vec<Shift>; 7] = Default::default();
    for (day, hours) in week.iter_mut().zip(hours) {
        *day = hours?;
    }
    sound(&section, zone, week, holidays?)
}

/// The calendar, or every fault of its hours: each shift at fault is set aside and the rest tried
/// again.
fn sound(
    section: &Section<'_>,
    zone: Option<Tz>,
    mut week: [Vec<Shift>; 7],
    holidays: Holidays,
) -> Option<Calendar> {
    let mut faults = 0;
    loop {
        let fault = match Calendar::new(zone.unwrap_or_default(), week.clone(), holidays.clone()) {
            Ok(calendar) => return (faults == 0 && zone.is_some()).then_some(calendar),
            Err(fault) => fault,
        };
        let remedy = match fault {
            CalendarFault::EmptyWeek if faults > 0 => return None,
            CalendarFault::EmptyWeek => "Write the hours of a day: monday = [\"08:00-17:00\"].",
            CalendarFault::Backward { .. } => "Write the earlier time first: 08:00-17:00.",
            CalendarFault::Unordered { .. } => "Write the hours of a day in order and apart.",
        };
        faults += 1;
        match fault {
            CalendarFault::EmptyWeek => {
                section.fault("", fault.to_string(), remedy);
                return None;
            }
            CalendarFault::Backward { day, shift } | CalendarFault::Unordered { day, shift } => {
                section.fault(DAYS[day], fault.to_string(), remedy);
                week[day].retain(|other| *other != shift);
            }
        }
    }
}

fn time_zone(top: &Section<'_>) -> Option<Tz> {
    let name = top.text("time_zone")?;
    let zone = name.parse().ok();
    if zone.is_none() {
        let remedy = match nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => "Write a name of the IANA list, such as America/Bogota.".into(),
        };
        top.fault("time_zone", format!("there is no time zone `{name}`"), remedy);
    }
    zone
}

/// The hours of a day.
fn shifts(section: &Section<'_>, key: &'static str) -> Option<Vec<Shift>> {
    let each = |node: &Node| {
        let parsed = match &node.value {
            Value::Text(text) => text.parse(),
            other => Err(format!("this cannot be {}: write text in quotes", other.kind())),
        };
        let refuse = |refusal: String| {
            section.note(Fault::from_refusal(node.place.clone(), section.path_of(key), &refusal));
        };
        parsed.map_err(refuse).ok()
    };
    // Collected in two steps, for stopping at the first fault would hide the others.
    let read: Vec<Option<Shift>> = section.list(key).iter().map(each).collect();
    read.into_iter().collect()
}

/// The promised times. They are compared as instants of one calendar, for `1bd` and `9h` have no
/// order of their own.
pub fn times(section: &Section<'_>, calendar: Option<&Calendar>) -> Option<Times> {
    let own = section.parsed::<Span>("own");
    let resolve = section.parsed::<Span>("resolve");
    let validate = section.parsed::<Span>("validate");
    let remind = section.parsed::<Span>("remind");
    section.finish();
    let times = Times { own: own?, resolve: resolve?, validate: validate?, remind: remind? };
    let Some(calendar) = calendar else { return Some(times) };
    let opening = calendar.add_business_days(A_MONDAY, 0);
    let due = |span| calendar.due(opening, span);
    let all = [
        ("own", times.own),
        ("resolve", times.resolve),
        ("validate", times.validate),
        ("remind", times.remind),
    ];
    for (key, span) in all {
        if due(span) <= opening {
            section.fault(key, "this is no time at all", "Write 1m or more.");
        }
    }
    if due(times.remind) >= due(times.validate) {
        let remedy = "Write less than `validate`, so that there is time left to answer.";
        section.fault("remind", "the reminder comes when validation is already over", remedy);
    }
    if due(times.own) > due(times.resolve) {
        let remedy = "Write no more than `resolve`.";
        section.fault("own", "a ticket would be due solved before it is due taken", remedy);
    }
    Some(times)
}
