//! Reads the working hours of a desk. Deliberately absent: promises (see `super::times`), and
//! counting time (see `crate::domain::calendar`).

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
    },
};

const DAYS: [&str; 7] =
    ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// The working hours in their time zone, and the days without service.
pub fn calendar(top: &Section<'_>) -> Option<Calendar> {
    let zone = time_zone(top);
    let section = top.section("calendar")?;
    let week = week(&section);
    let holidays = holidays::holidays(&section);
    section.finish();
    sound(&section, zone, week?, holidays?)
}

/// A group's own working hours, by default in the desk's time zone and with its days without
/// service; a group without hours of its own gives `Some(None)`.
pub fn of_group(group: &Section<'_>, desk: Option<&Calendar>) -> Option<Option<Calendar>> {
    if group.optional("calendar").is_none() {
        return Some(None);
    }
    let section = group.section("calendar")?;
    let week = week(&section);
    let holidays = holidays::of_group(&section, desk.map(Calendar::holidays));
    section.finish();
    // Without the desk's calendar the hours are only checked for faults.
    sound(&section, desk.map(Calendar::time_zone), week?, holidays?).map(Some)
}

fn week(section: &Section<'_>) -> Option<[Vec<Shift>; 7]> {
    let hours = DAYS.map(|day| shifts(section, day));
    let mut week: [Vec<Shift>; 7] = Default::default();
    for (day, hours) in week.iter_mut().zip(hours) {
        *day = hours?;
    }
    Some(week)
}

/// The calendar, or every fault of its hours: each faulty shift is set aside and the rest checked
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
    // In two steps, because a stop at the first fault would hide the others.
    let read: Vec<Option<Shift>> = section.list(key).iter().map(each).collect();
    read.into_iter().collect()
}
