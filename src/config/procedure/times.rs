//! Reads the times a desk promises, to all tickets and to those of a priority or a level, and when
//! somebody is warned of them; checks that the promises can be kept in that order. Deliberately
//! absent: counting time (see `crate::domain::calendar`).

use crate::{
    config::{
        section::Section,
        tree::{Node, Value},
    },
    domain::{
        calendar::Calendar,
        priority::Priority,
        procedure::{Group, SpecialTimes, Times, usual_stops},
        status::Status,
        time::{MINUTE, Span, Timestamp},
        warning::{Ahead, Clock, Running, Stage, Warnings},
    },
};

/// Midnight in UTC of Monday, 1 January 2024, from which times are compared.
const A_MONDAY: Timestamp = Timestamp(1_704_067_200_000);

const PRIORITIES: [(&str, Priority); 4] = [
    ("low", Priority::Low),
    ("medium", Priority::Medium),
    ("high", Priority::High),
    ("critical", Priority::Critical),
];

/// The promises of a procedure.
pub struct Promises {
    /// Those to all tickets.
    pub times: Times,
    /// Those to some.
    pub special: Vec<SpecialTimes>,
    /// Where the resolution clock stands.
    pub stopped_in: Vec<Status>,
    /// Whether requesters are told how many tickets come before theirs.
    pub tells_queue: bool,
}

/// The promised times.
pub fn promises(
    section: &Section<'_>,
    calendar: Option<&Calendar>,
    (groups, surveys): (Option<&[Group]>, bool),
) -> Option<Promises> {
    let own = section.parsed::<Span>("own");
    let resolve = section.parsed::<Span>("resolve");
    let after = |key: &'static str, usual: Span| match section.optional(key) {
        // Where nobody is asked whether it is solved, nobody is waited for.
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
            check(section, &times, calendars((calendar, groups), None));
            Some(times)
        }
        _ => None,
    };
    let mut seen = Vec::new();
    let mut special: Vec<Option<SpecialTimes>> = Vec::new();
    for row in &rows {
        let read = special_times(row, times.as_ref(), (calendar, groups));
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

/// The statuses of waiting in which the resolution clock stands: all of them where nothing is
/// written.
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
    // The same rules are the same edition, in whatever order they were written.
    statuses.sort_unstable();
    statuses.dedup();
    Some(statuses)
}

/// One `[[times.for]]`. What it leaves out after the solution is as for all tickets.
fn special_times(
    row: &Section<'_>,
    general: Option<&Times>,
    (calendar, groups): (Option<&Calendar>, Option<&[Group]>),
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
    if let (Some(Some(level)), Some(groups)) = (level, groups)
        && groups.iter().all(|group| group.level != level)
    {
        let remedy = "Write the level of a group.";
        row.fault("level", format!("no group has the level {level}"), remedy);
    }
    // Whatever is written has to be read; what is not written is as for all tickets.
    let validate = validate.unwrap_or_else(|| general.map(|times| times.validate))?;
    let remind = remind.unwrap_or_else(|| general.map(|times| times.remind))?;
    let times = Times { own: own?, resolve: resolve?, validate, remind };
    check(row, &times, calendars((calendar, groups), level.flatten()));
    let written = |priority: Option<Option<_>>| priority.is_none_or(|read| read.is_some());
    (written(priority) && level.is_none_or(|read| read.is_some())).then_some(SpecialTimes {
        priority: priority.flatten(),
        level: level.flatten(),
        times,
    })
}

/// The calendars in which times may count: the desk's, and those of the groups, of one level when
/// the times are for it alone.
fn calendars<'c>(
    (desk, groups): (Option<&'c Calendar>, Option<&'c [Group]>),
    level: Option<u8>,
) -> Vec<&'c Calendar> {
    let groups = groups.unwrap_or_default().iter();
    let meant = groups.filter(|group| level.is_none_or(|level| group.level == level));
    desk.into_iter().chain(meant.filter_map(|group| group.calendar.as_ref())).collect()
}

/// Times are compared as instants of one calendar, for `1bd` and `9h` have no order of their own.
fn check(section: &Section<'_>, times: &Times, calendars: Vec<&Calendar>) {
    // What is wrong in several calendars is told once.
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

/// When somebody is warned of a promise that may break. A procedure without the section warns
/// nobody, which is `Some(None)`.
pub fn warnings(
    top: &Section<'_>,
    (calendar, groups): (Option<&Calendar>, Option<&[Group]>),
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
        // What is wrong in several calendars is told once.
        for calendar in calendars((calendar, groups), None) {
            check_warnings(&section, (&warnings, promises), calendar);
        }
    }
    Some(Some(warnings))
}

fn check_warnings(
    section: &Section<'_>,
    (warnings, promises): (&Warnings, &Promises),
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
        let problem = format!("nobody can be warned {} before {short} are over", warnings.before);
        section.fault("before", problem, "Write less than every promised time.");
    }
    if warnings.escalate_after.is_some_and(|after| calendar.due(opening, after) <= opening) {
        section.fault("escalate_after", "this is no time at all", "Write 1m or more.");
    }
}
