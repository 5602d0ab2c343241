//! Reads the days without service: a country's holidays shipped with the program, yearly days of
//! the desk's own, and single dates. Deliberately absent: the date of a rule in a year (see
//! `crate::domain::holidays`).

use std::{ops::RangeInclusive, str::FromStr};

use chrono::NaiveDate;

use super::words;
use crate::{
    config::{
        fault::{Fault, FaultLog, nearest},
        section::{Section, either},
        tree::{self, Node, Value},
    },
    domain::holidays::{ClosingDay, DayRule, HolidayRule, Holidays, YEARS},
};

/// The countries whose holidays are shipped with the program.
const SHIPPED: [(&str, &str, &str); 1] = [(
    "colombia",
    "config/holidays/colombia.toml",
    include_str!("../../../config/holidays/colombia.toml"),
)];

/// A year that has every date.
const LEAP_YEAR: i32 = 2028;

/// The days without service of a section `[calendar]`.
pub fn holidays(section: &Section<'_>) -> Option<Holidays> {
    let shipped = of_country(section);
    let own = rules(section, "own_holidays");
    let closing_days = closing_days(section);
    let mut rules = shipped?;
    rules.extend(own?);
    Some(Holidays { rules, closing_days: closing_days? })
}

/// The days without service of a group: the desk's, unless the group's section has yearly days or
/// closing days, which replace the desk's.
pub fn of_group(section: &Section<'_>, desk: Option<&Holidays>) -> Option<Holidays> {
    let written = holidays(section)?;
    let mut inherited = desk.cloned().unwrap_or(Holidays { rules: vec![], closing_days: vec![] });
    let names_rules = ["holidays", "own_holidays"].map(|key| section.optional(key).is_some());
    if names_rules.contains(&true) {
        inherited.rules = written.rules;
    }
    if section.optional("closing_days").is_some() {
        inherited.closing_days = written.closing_days;
    }
    Some(inherited)
}

/// The holidays of the named country; none without a name.
fn of_country(section: &Section<'_>) -> Option<Vec<HolidayRule>> {
    let Some(node) = section.optional("holidays") else { return Some(vec![]) };
    let Value::Text(wanted) = &node.value else {
        let problem = format!("this cannot be {}", node.value.kind());
        let remedy = "Write the name of a country, such as \"colombia\"; single dates stand in \
                      `[[calendar.closing_days]]`.";
        section.fault("holidays", problem, remedy);
        return None;
    };
    let Some((_, name, text)) = SHIPPED.iter().find(|(country, ..)| country == wanted) else {
        let names = SHIPPED.iter().map(|(country, ..)| *country);
        let remedy = match nearest(wanted, names.clone()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!(
                "Write {}, or leave it out and write `[[calendar.own_holidays]]`.",
                either(names)
            ),
        };
        section.fault("holidays", format!("the holidays of `{wanted}` are not known"), remedy);
        return None;
    };
    let log = FaultLog::default();
    let read = tree::parse(&(*name).into(), text, &log).and_then(|node| {
        let top = Section::top(&node, &log);
        let read = rules(&top, "holidays");
        top.finish();
        read
    });
    log.into_faults().into_iter().for_each(|fault| section.note(fault));
    read
}

fn rules(section: &Section<'_>, list: &'static str) -> Option<Vec<HolidayRule>> {
    let read: Vec<Option<HolidayRule>> = section.sections(list).iter().map(rule).collect();
    read.into_iter().collect()
}

fn rule(section: &Section<'_>) -> Option<HolidayRule> {
    let name = words::localized(section, "name", None);
    let day = day(section);
    let moved = section.optional("moved_to_monday").is_some();
    let moved_to_monday = if moved { section.boolean("moved_to_monday") } else { Some(false) };
    let years = years(section);
    section.finish();
    Some(HolidayRule { name: name?, day: day?, moved_to_monday: moved_to_monday?, years: years? })
}

fn day(section: &Section<'_>) -> Option<DayRule> {
    let date = section.optional("date");
    let easter = section.optional("easter");
    match (date, easter) {
        (Some(_), None) => section.parsed::<MonthDay>("date").map(|MonthDay(day)| day),
        (None, Some(_)) => section.number("easter", -120, 250).map(DayRule::Easter),
        _ => {
            let remedy =
                "Write either date = \"05-01\" or easter = -2, in days from Easter Sunday.";
            section.fault("", "this names no day, or two", remedy);
            None
        }
    }
}

fn years(section: &Section<'_>) -> Option<RangeInclusive<i32>> {
    let bound = |key, otherwise| match section.optional(key) {
        Some(_) => section.number(key, *YEARS.start(), *YEARS.end()),
        None => Some(otherwise),
    };
    let from = bound("from", *YEARS.start());
    let until = bound("until", *YEARS.end());
    let from = from?;
    let until = until?;
    if until < from {
        section.fault("until", format!("this is before {from}"), "Write the same year or a later.");
    }
    Some(from..=until)
}

/// Single dates, each with its reason.
fn closing_days(section: &Section<'_>) -> Option<Vec<ClosingDay>> {
    let one = |section: &Section<'_>| {
        let date = section.required("date").and_then(|node| date(section, node));
        let name = words::localized(section, "name", None);
        section.finish();
        Some(ClosingDay { date: date?, name: name? })
    };
    let read: Vec<Option<ClosingDay>> = section.sections("closing_days").iter().map(one).collect();
    read.into_iter().collect()
}

fn date(section: &Section<'_>, node: &Node) -> Option<NaiveDate> {
    let parsed = match &node.value {
        Value::Text(text) | Value::Date(text) => {
            text.parse().map_err(|_| format!("`{text}` is not a date: write 2026-12-24"))
        }
        other => Err(format!("this cannot be {}: write 2026-12-24", other.kind())),
    };
    let refuse = |refusal: String| {
        let place = node.place.clone();
        section.note(Fault::from_refusal(place, section.path_of("date"), &refusal));
    };
    parsed.map_err(refuse).ok()
}

/// A date of every year, or of every leap year.
struct MonthDay(DayRule);

impl FromStr for MonthDay {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let day = || {
            let (month, day) = text.split_once('-')?;
            let month = month.parse().ok()?;
            let day = day.parse().ok()?;
            NaiveDate::from_ymd_opt(LEAP_YEAR, month, day)?;
            Some(Self(DayRule::Date { month, day }))
        };
        day().ok_or_else(|| format!("`{text}` is no day of the year: write month and day, 05-01"))
    }
}
