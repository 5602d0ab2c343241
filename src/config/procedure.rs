//! Reads a procedure: finds its file among the shipped ones or on the disk, parses it into
//! [`Procedure`] and checks that its parts agree. Each part has a module of its own.
//!
//! Deliberately absent: any rule that asks which procedure this is.

mod access;
mod aid;
mod fields;
mod holidays;
mod hours;
mod items;
mod lists;
mod relations;
mod survey;
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
use crate::domain::{calendar::DeskCalendar, limits::Limits, procedure::Procedure};

/// The procedures shipped with the program, by name.
const SHIPPED: &[(&str, &str)] = &[
    ("uspec", include_str!("../../config/procedures/uspec.toml")),
    ("victimas", include_str!("../../config/procedures/victimas.toml")),
    ("narino", include_str!("../../config/procedures/narino.toml")),
    ("cvc", include_str!("../../config/procedures/cvc.toml")),
];

/// The procedure that a configuration names.
pub(super) fn load(top: &Section<'_>, sources: &Sources, log: &FaultLog) -> Option<Procedure> {
    let wanted = top.text("procedure")?;
    found(wanted, sources, log, &|problem, remedy| top.fault("procedure", problem, remedy))
}

/// The procedure of this name, or in this file, without the rest of a configuration.
///
/// # Errors
/// Every fault of the procedure.
pub fn named(wanted: &str, sources: &Sources) -> Result<Procedure, Vec<Fault>> {
    let log = FaultLog::default();
    let unknown = |problem, remedy| {
        let place = Place::Variable("--procedure".into());
        log.add(Fault { place, key: "procedure".into(), problem, remedy });
    };
    let procedure = found(wanted, sources, &log, &unknown);
    sound(procedure, log)
}

fn found(
    wanted: &str,
    sources: &Sources,
    log: &FaultLog,
    unknown: &dyn Fn(String, String),
) -> Option<Procedure> {
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
        unknown(format!("there is no procedure `{wanted}`"), remedy);
        return None;
    }
    match std::fs::read_to_string(sources.resolve(wanted)) {
        Ok(text) => read_into(&wanted.into(), &text, log),
        Err(error) => {
            let problem = format!("`{wanted}`: {}", unreadable(error.kind()));
            let remedy = format!("Write {} or the path of a .toml that exists.", listed());
            unknown(problem, remedy);
            None
        }
    }
}

/// The procedure in a text; `name` is the name of the file in faults.
pub fn read(name: &str, text: &str) -> Result<Procedure, Vec<Fault>> {
    let log = FaultLog::default();
    let procedure = read_into(&name.into(), text, &log);
    sound(procedure, log)
}

fn sound(procedure: Option<Procedure>, log: FaultLog) -> Result<Procedure, Vec<Fault>> {
    let faults = log.into_faults();
    match procedure {
        Some(procedure) if faults.is_empty() => Ok(procedure),
        _ => Err(faults),
    }
}

/// Every key with a meaning in a procedure, as far as this text has the sections: dotted from the
/// top, without the positions in lists. A test compares the commented reference with it.
pub fn keys(text: &str) -> Vec<String> {
    let log = FaultLog::default();
    if let Some(node) = tree::parse(&"procedure".into(), text, &log) {
        whole(&Section::top(&node, &log));
    }
    let mut keys: Vec<String> = log.keys().iter().map(|key| without_places(key)).collect();
    keys.sort();
    keys.dedup();
    keys
}

/// `categories[2].fields[1].key` is a key of every field of every category.
fn without_places(key: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for character in key.chars() {
        match character {
            '[' => inside = true,
            ']' => inside = false,
            other if !inside => plain.push(other),
            _ => {}
        }
    }
    plain
}

/// Uses a log of its own, because the keys of a procedure are no settings.
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
    let groups = lists::groups(top, calendar.as_ref());
    let hours = times::Hours { desk: calendar.as_ref(), groups: groups.as_deref() };
    let promises = top
        .section("times")
        .and_then(|section| times::promises(&section, hours, survey::is_asked(top)));
    let warnings = times::warnings(top, hours, promises.as_ref());
    let closing = words::closing(top);
    let surveys = survey::is_asked(top);
    let statuses = top.section("statuses");
    let statuses = statuses.and_then(|section| words::statuses(&section, surveys));
    let visits = visits::visits(top, calendar.as_ref(), statuses.as_ref());
    let origins = visits::origins(top);
    let categories = lists::categories(top);
    let suspend_reasons = lists::suspend_reasons(top);
    let not_managed_reasons = lists::not_managed_reasons(top);
    let priorities = lists::priorities(top);
    let places = lists::places(top);
    let survey = survey::questions(top);
    let left_out = survey::left_out(top);
    let children = relations::children(top);
    let assets = relations::assets(top);
    let routes = aid::routes(top);
    let natures = aid::natures(top);
    let vendor = aid::vendor(top);
    let answers_return = relations::flag(top, "answers_return");
    let asks_training = relations::flag(top, "asks_training");
    let reading = access::reading(top);
    lists::check_groups_are_reached(top);
    survey::check_statuses_are_reached(top);
    top.finish();
    let promises = promises?;
    let vendor = vendor?;
    let procedure = Procedure {
        id: id?,
        version: version?,
        digest: String::new(),
        limits: Limits::default(),
        name: name?,
        desk: DeskCalendar::new(calendar?),
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
        survey: survey?,
        left_out: left_out?,
        children: children?,
        assets: assets?,
        routes: routes?,
        natures: natures?,
        vendor_procedure: vendor.procedure,
        vendor_name: vendor.name,
        answers_return: answers_return?,
        asks_training: asks_training?,
        reading: reading?,
    };
    Some(procedure.sealed())
}
