//! Reads a procedure: finds its file among those shipped with the program or on the disk, turns it
//! into [`Procedure`] and checks that its parts agree. Each part has a module of its own.
//!
//! Deliberately absent: any rule that asks which procedure this is.

mod holidays;
mod hours;
mod lists;
mod times;
mod visits;
mod words;

use std::{path::Path, rc::Rc};

use super::{
    fault::{Fault, FaultLog, Place, nearest},
    layers::{Sources, unreadable},
    section::Section,
    tree,
};
use crate::domain::procedure::Procedure;

/// The procedures shipped with the program, by name.
const SHIPPED: [(&str, &str); 2] = [
    ("uspec", include_str!("../../config/procedures/uspec.toml")),
    ("narino", include_str!("../../config/procedures/narino.toml")),
];

/// The procedure that a configuration names.
pub(super) fn load(top: &Section<'_>, sources: &Sources, log: &FaultLog) -> Option<Procedure> {
    let wanted = top.text("procedure")?;
    if let Some((name, text)) = SHIPPED.iter().find(|(name, _)| *name == wanted) {
        return read_into(&format!("config/procedures/{name}.toml").into(), text, log);
    }
    let names = || SHIPPED.iter().map(|(name, _)| *name);
    let listed = || names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if Path::new(wanted).extension().is_none_or(|extension| extension != "toml") {
        let remedy = match nearest(wanted, names()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("Write {} or the path of a .toml.", listed()),
        };
        top.fault("procedure", format!("there is no procedure `{wanted}`"), remedy);
        return None;
    }
    match std::fs::read_to_string(sources.resolve(wanted)) {
        Ok(text) => read_into(&wanted.into(), &text, log),
        Err(error) => {
            let problem = format!("`{wanted}`: {}", unreadable(error.kind()));
            let remedy = format!("Write {} or the path of a .toml that exists.", listed());
            top.fault("procedure", problem, remedy);
            None
        }
    }
}

/// The procedure in a text; `name` is what its faults call the file.
pub fn read(name: &str, text: &str) -> Result<Procedure, Vec<Fault>> {
    let log = FaultLog::default();
    let procedure = read_into(&name.into(), text, &log);
    let faults = log.into_faults();
    match procedure {
        Some(procedure) if faults.is_empty() => Ok(procedure),
        _ => Err(faults),
    }
}

/// Keeps a log of its own while it reads: the keys of a procedure are no settings.
fn read_into(name: &Rc<str>, text: &str, log: &FaultLog) -> Option<Procedure> {
    let own = FaultLog::default();
    let procedure = tree::parse(name, text, &own).and_then(|node| {
        let mut node = node;
        node.place = Place::File(name.clone(), None);
        whole(&Section::top(&node, &own))
    });
    log.absorb(own);
    procedure
}

fn whole(top: &Section<'_>) -> Option<Procedure> {
    let id = words::key(top, "id");
    let version = words::filled(top, "version");
    let name = words::localized(top, "name", None);
    let calendar = hours::calendar(top);
    // Times may be promised by the level of a group.
    let groups = lists::groups(top);
    let promises = top
        .section("times")
        .and_then(|section| times::promises(&section, calendar.as_ref(), groups.as_deref()));
    let warnings = times::warnings(top, calendar.as_ref(), promises.as_ref());
    let closing = top.section("closing").and_then(|section| words::closing(&section));
    let statuses = top.section("statuses").and_then(|section| words::statuses(&section));
    let visits = visits::visits(top, calendar.as_ref(), statuses.as_ref());
    let origins = visits::origins(top);
    let categories = lists::categories(top);
    let suspend_reasons = lists::suspend_reasons(top);
    let not_managed_reasons = lists::not_managed_reasons(top);
    let priorities = top.section("priorities").and_then(|section| lists::priorities(&section));
    let places = lists::places(top);
    lists::check_groups_are_reached(top);
    top.finish();
    let promises = promises?;
    let procedure = Procedure {
        id: id?,
        version: version?,
        digest: String::new(),
        name: name?,
        calendar: calendar?,
        times: promises.times,
        special_times: promises.special,
        stopped_in: promises.stopped_in,
        tells_queue: promises.tells_queue,
        warnings: warnings?,
        visits: visits?,
        origins: origins?,
        closing: closing?,
        statuses: statuses?,
        groups: groups?,
        categories: categories?,
        suspend_reasons: suspend_reasons?,
        not_managed_reasons: not_managed_reasons?,
        priorities: priorities?,
        places: places?,
    };
    Some(procedure.sealed())
}
