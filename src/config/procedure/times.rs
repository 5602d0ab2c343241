//! Reads the times a desk promises, in general and by priority or level, and the warnings before
//! they end; checks that the promises can be kept in their order. Deliberately absent: counting
//! time (see `crate::domain::calendar`).

use crate::{
    config::{
        section::Section,
        tree::{Node, Value},
    },
    domain::{
        calendar::Calendar,
        priority::Priority,
        procedure::{Group, SpecialTimes, usual_stops},
        status::Status,
        time::{MINUTE, Span, Timestamp},
        times::Times,
        warning::{Ahead, Clock, Running, Stage, Warnings},
    },
};

/// Midnight UTC of Monday, 1 January 2024: the instant from which times are compared.
const A_MONDAY: Timestamp = Timestamp(1_704_067_200_000);

const PRIORITIES: [(&str, Priority); 4] = [
    ("low", Priority::Low),
    ("medium", Priority::Medium),
    ("high", Priority::High),
    ("critical", Priority::Critical),
];

pub struct Promises {
    /// The promise to all tickets.
    pub times: Times,
    /// The promises to some tickets.
    pub special: Vec<SpecialTimes>,
    /// The statuses that stop the resolution clock.
    pub stopped_in: Vec<Status>,
    /// Whether requesters are told how many tickets come before theirs.
    pub tells_queue: bool,
}

/// The hours in which times may count; `None` for what has faults of its own.
#[derive(Clone, Copy)]
pub struct Hours<'h> {
    /// The desk's calendar.
    pub desk: Option<&'h Calendar>,
    /// The groups, which may have calendars of their own.
    pub groups: Option<&'h [Group]>,
}

/// The promises of a procedure; `surveys` tells whether any category has a survey.
pub fn promises(section: &Section<'_>, hours: Hours<'_>, surveys: bool) -> Option<Promises> {
    let own = section.parsed::<Span>("own");
    let resolve = section.parsed::<Span>("resolve");
    let after = |key: &'static str, usual: Span| match section.optional(key) {
        // Where no requester is asked to confirm the solution, the validation time does not matter.
        None if !surveys => Some(usual),
        _ => section.parsed::<Span>(key),
    };
    let validate = after("validate", Span::BusinessDays(1));
    let remind = after("remind", Span::Working(MINUTE));
    let rows = section.sections("for");
    let stopped_in = stopped_in(section);
    let tells_queue = section.optional("tell_queue").map(|_| section.boolean("tell_queue"));
    section.finish();
    let times = match (own, resolve, validate, remind) {
        (Some(own), Some(resolve), Some(validate), Some(remind)) => {
            let times = Times { own, resolve, validate, remind };
            check(section, &times, hours.calendars(None));
            Some(times)
        }
        _ => None,
    };
    let mut seen = Vec::new();
    let mut special: Vec<Option<SpecialTimes>> = Vec::new();
    for row in &rows {
        let read = special_times(row, times.as_ref(), hours);
        let condition = read.map(|special| (special.priority, special.level));
        if condition.is_some_and(|condition| seen.contains(&condition)) {
            let problem = "there are times for these tickets already";
            row.fault("", problem, "Write them once.");
        }
        seen.extend(condition);
        special.push(read);
    }
    let special = special.into_iter().collect::<Option<_>>()?;
    let tells_queue = tells_queue.unwrap_or(Some(false))?;
    Some(Promises { times: times?, special, stopped_in: stopped_in?, tells_queue })
}

/// The waiting statuses that stop the resolution clock; all of them by default.
fn stopped_in(section: &Section<'_>) -> Option<Vec<Status>> {
    let key = "stopped_in";
    if section.optional(key).is_none() {
        return Some(usual_stops());
    }
    let each = |node: &Node| {
        let written = match &node.value {
            Value::Text(text) => text.as_str(),
            other => other.kind(),
        };
        let found = usual_stops().into_iter().find(|status| status.as_str() == written);
        if found.is_none() {
            let remedy = "Write `suspended`, `with_vendor`, both or none.".to_owned();
            let problem = format!("in `{written}` no work waits, so no clock may stand");
            section.fault_at(node.place.clone(), key, problem, remedy);
        }
        found
    };
    let read: Vec<Option<Status>> = section.list(key).iter().map(each).collect();
    let mut statuses: Vec<Status> = read.into_iter().collect::<Option<_>>()?;
    // The same rules are the same edition, in any order that the file lists them in.
    statuses.sort_unstable();
    statuses.dedup();
    Some(statuses)
}

/// One `[[times.for]]`. Its validation times are by default the general ones.
fn special_times(
    row: &Section<'_>,
    general: Option<&Times>,
    hours: Hours<'_>,
) -> Option<SpecialTimes> {
    let priority = row.optional("priority").map(|_| row.choice("priority", &PRIORITIES));
    let level = row.optional("level").map(|_| row.number::<u8>("level", 1, 9));
    let own = row.parsed::<Span>("own");
    let resolve = row.parsed::<Span>("resolve");
    let validate = row.optional("validate").map(|_| row.parsed::<Span>("validate"));
    let remind = row.optional("remind").map(|_| row.parsed::<Span>("remind"));
    row.finish();
    if priority.is_none() && level.is_none() {
        let remedy = "Write `priority`, `level` or both; `[times]` holds for all others.";
        row.fault("", "nothing says for which tickets these times are", remedy);
    }
    if let (Some(Some(level)), Some(groups)) = (level, hours.groups)
        && groups.iter().all(|group| group.level != level)
    {
        let remedy = "Write the level of a group.";
        row.fault("level", format!("no group has the level {level}"), remedy);
    }
    // A written value has to be parsed; the default is the general one.
    let validate = validate.unwrap_or_else(|| general.map(|times| times.validate))?;
    let remind = remind.unwrap_or_else(|| general.map(|times| times.remind))?;
    let times = Times { own: own?, resolve: resolve?, validate, remind };
    check(row, &times, hours.calendars(level.flatten()));
    let written = |priority: Option<Option<_>>| priority.is_none_or(|read| read.is_some());
    (written(priority) && level.is_none_or(|read| read.is_some())).then_some(SpecialTimes {
        priority: priority.flatten(),
        level: level.flatten(),
        times,
    })
}

impl<'h> Hours<'h> {
    /// The desk's calendar and those of the groups; of one level when the times are for that level
    /// alone.
    fn calendars(self, level: Option<u8>) -> Vec<&'h Calendar> {
        let groups = self.groups.unwrap_or_default().iter();
        let meant = groups.filter(|group| level.is_none_or(|level| group.level == level));
        self.desk.into_iter().chain(meant.filter_map(|group| group.calendar.as_ref())).collect()
    }
}

/// Compares times as instants of one calendar, because `1bd` and `9h` have no order of their own.
fn check(section: &Section<'_>, times: &Times, calendars: Vec<&Calendar>) {
    // A fault in several calendars is reported once.
    for calendar in calendars {
        check_in(section, times, calendar);
    }
}

fn check_in(section: &Section<'_>, times: &Times, calendar: &Calendar) {
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
}

/// The warnings before a promise breaks. A procedure without the section has none, which gives
/// `Some(None)`.
pub fn warnings(
    top: &Section<'_>,
    hours: Hours<'_>,
    promises: Option<&Promises>,
) -> Option<Option<Warnings>> {
    if top.optional("warnings").is_none() {
        return Some(None);
    }
    let section = top.section("warnings")?;
    let before = section.parsed::<Ahead>("before");
    let escalate_after = section.optional("escalate_after");
    let escalate_after = escalate_after.map(|_| section.parsed::<Span>("escalate_after"));
    let at_any_hour = section.optional("at_any_hour").map(|_| section.boolean("at_any_hour"));
    section.finish();
    let escalate_after = match escalate_after {
        Some(read) => Some(read?),
        None => None,
    };
    let at_any_hour = at_any_hour.unwrap_or(Some(false))?;
    let warnings = Warnings { before: before?, escalate_after, at_any_hour };
    if let Some(promises) = promises {
        // A fault in several calendars is reported once.
        for calendar in hours.calendars(None) {
            check_warnings(&section, &warnings, promises, calendar);
        }
    }
    Some(Some(warnings))
}

fn check_warnings(
    section: &Section<'_>,
    warnings: &Warnings,
    promises: &Promises,
    calendar: &Calendar,
) {
    let opening = calendar.add_business_days(A_MONDAY, 0);
    let all = promises.special.iter().map(|special| &special.times);
    let spans = all.chain([&promises.times]).flat_map(|times| [times.own, times.resolve]);
    let too_long = |promised: Span| {
        let due = calendar.due(opening, promised);
        if due <= opening {
            // That is a fault of its own.
            return false;
        }
        let running = Running { clock: Clock::Own, promised, since: opening, due, told: 0 };
        let at = warnings.instant(calendar, &running, Stage::Warning);
        at.is_some_and(|at| at <= opening)
    };
    if let Some(short) = spans.into_iter().find(|promised| too_long(*promised)) {
        let problem = format!("no warning can be sent {} before {short} are over", warnings.before);
        section.fault("before", problem, "Write less than every promised time.");
    }
    if warnings.escalate_after.is_some_and(|after| calendar.due(opening, after) <= opening) {
        section.fault("escalate_after", "this is no time at all", "Write 1m or more.");
    }
}
