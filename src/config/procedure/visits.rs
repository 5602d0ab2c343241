//! Reads the visits at the workplace, and the sources of tickets that staff register for others.
//! Deliberately absent: which times are free (see `crate::domain::visit`).

use std::collections::BTreeMap;

use crate::{
    config::{
        section::{Section, either},
        tree::{Node, Value},
    },
    domain::{
        calendar::Calendar,
        locale::Localized,
        procedure::all_origins,
        source::Source,
        status::Status,
        time::{DAY, MINUTE, Span, Timestamp},
        visit::Visits,
    },
};

/// Midnight UTC of Monday, 1 January 2024: the beginning of the week that is examined.
const A_MONDAY: Timestamp = Timestamp(1_704_067_200_000);
/// The largest number of days for which times are offered.
const MOST_DAYS: u8 = 15;
/// The statuses of equipment in the workshop.
const WORKSHOP: [(&str, Status); 2] =
    [("in_progress", Status::InProgress), ("suspended", Status::Suspended)];

/// The visits of a procedure; without the section there are none, which gives `Some(None)`.
pub fn visits(
    top: &Section<'_>,
    calendar: Option<&Calendar>,
    statuses: Option<&BTreeMap<Status, Localized>>,
) -> Option<Option<Visits>> {
    if top.optional("visits").is_none() {
        return Some(None);
    }
    let section = top.section("visits")?;
    let slot = section.parsed::<Span>("slot").and_then(|span| slot(&section, span, calendar));
    let days = section.number::<u8>("days", 1, MOST_DAYS);
    let remind = section.optional("remind").map(|_| remind(&section));
    let waits = [("suspended", Status::Suspended)];
    let status = status(&section, "status", &waits, statuses);
    let workshop = self::status(&section, "workshop", &WORKSHOP, statuses);
    section.finish();
    let remind = match remind {
        Some(read) => Some(read?),
        None => None,
    };
    let visits = Visits { slot: slot?, days: days?, remind, status: status?, workshop: workshop? };
    Some(Some(visits))
}

/// The length of a visit, which has to fit between an opening and a closing of the week.
fn slot(section: &Section<'_>, span: Span, calendar: Option<&Calendar>) -> Option<i64> {
    let milliseconds = match span {
        Span::Working(milliseconds) if milliseconds >= MINUTE => milliseconds,
        Span::Working(_) => {
            section.fault("slot", "this is no time at all", "Write 15m or more.");
            return None;
        }
        Span::BusinessDays(_) | Span::Elapsed(_) => {
            let problem = format!("a visit takes hours or minutes, and `{span}` is days");
            section.fault("slot", problem, "Write 30m, 1h or the like.");
            return None;
        }
    };
    let Some(calendar) = calendar else { return Some(milliseconds) };
    let week = calendar.working_stretches(A_MONDAY, A_MONDAY.plus(14 * DAY));
    let longest = week.map(|(open, close)| close.since(open)).max().unwrap_or_default();
    if milliseconds > longest {
        let problem = format!("no working hours of the week are as long as `{span}`");
        section.fault("slot", problem, "Write less: a visit has no pause in it.");
        return None;
    }
    Some(milliseconds)
}

fn remind(section: &Section<'_>) -> Option<Span> {
    let span = section.parsed::<Span>("remind")?;
    match span {
        Span::Working(milliseconds) if milliseconds >= MINUTE => Some(span),
        _ => {
            let remedy = "Write working time such as 30m, or leave it out.";
            section.fault(
                "remind",
                format!("no reminder can be sent `{span}` before a visit"),
                remedy,
            );
            None
        }
    }
}

/// One of a few statuses, which the procedure has to use; without one, `Some(None)`.
fn status(
    section: &Section<'_>,
    key: &'static str,
    words: &[(&str, Status)],
    statuses: Option<&BTreeMap<Status, Localized>>,
) -> Option<Option<Status>> {
    if section.optional(key).is_none() {
        return Some(None);
    }
    let status = section.choice(key, words)?;
    if statuses.is_some_and(|statuses| !statuses.contains_key(&status)) {
        let problem = format!("no ticket of this procedure is ever `{}`", status.as_str());
        section.fault(key, problem, "Name it in `[statuses]`, or leave this out.");
        return None;
    }
    Some(Some(status))
}

/// The sources of tickets that staff register for others; all of them by default.
pub fn origins(top: &Section<'_>) -> Option<Vec<Source>> {
    let key = "origins";
    if top.optional(key).is_none() {
        return Some(all_origins());
    }
    let known = || Source::REGISTERED.iter().map(|source| source.as_str());
    let each = |node: &Node| {
        let written = match &node.value {
            Value::Text(text) => text.as_str(),
            other => other.kind(),
        };
        let found = Source::REGISTERED.into_iter().find(|source| source.as_str() == written);
        if found.is_none() {
            let problem = format!("`{written}` is no way in which a request comes");
            let remedy = format!("Write {}.", either(known()));
            top.fault_at(node.place.clone(), key, problem, remedy);
        }
        found
    };
    let items = top.list(key);
    if items.is_empty() && matches!(top.optional(key), Some(Node { value: Value::List(_), .. })) {
        let remedy = format!("Write {}, or leave it out for the usual ones.", either(known()));
        top.fault(key, "no request could be registered for other people", remedy);
    }
    let read: Vec<Option<Source>> = items.iter().map(each).collect();
    let written: Vec<Source> = read.into_iter().collect::<Option<_>>()?;
    // The same rules are the same edition, in any order that the file lists them in.
    Some(Source::REGISTERED.into_iter().filter(|source| written.contains(source)).collect())
}
