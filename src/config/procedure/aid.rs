//! Reads what precedes a ticket or lies outside the desk: guidance for the requester (C5), other
//! procedures (C2, C6), and the names of requests by their cause (C1). Deliberately absent: the
//! lists that hold them (see `super::lists`).

use super::{items, words};
use crate::{
    config::{
        fault::nearest,
        section::{Section, either},
        tree::Value,
    },
    domain::{
        locale::Localized,
        procedure::{Natures, Route},
        status::Status,
    },
};

/// The longest word for an outside provider: it stands on buttons.
const LONGEST_VENDOR: usize = 20;

/// The other procedures that a request may belong to; there may be none.
pub fn routes(top: &Section<'_>) -> Option<Vec<Route>> {
    let one = |section: &Section<'_>| {
        let key = words::key(section, "key");
        let name = words::localized(section, "name", Some(words::LONGEST_BUTTON));
        let procedure = words::localized(section, "procedure", None);
        let destination = words::localized(section, "where", None);
        Some(Route { key: key?, name: name?, procedure: procedure?, destination: destination? })
    };
    items::all_of(top, "routes", one)
}

/// The route that a category names; without one, `Some(None)`.
pub fn route_of(category: &Section<'_>, routes: &[&str]) -> Option<Option<String>> {
    if category.optional("route").is_none() {
        return Some(None);
    }
    let route = category.text("route")?;
    if !routes.contains(&route) {
        let remedy = match nearest(route, routes.iter().copied()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None if routes.is_empty() => {
                "Add [[routes]] with key, name, procedure and where.".into()
            }
            None => format!("Write {}, or add the route.", either(routes.iter().copied())),
        };
        category.fault("route", format!("there is no route `{route}`"), remedy);
    }
    Some(Some(route.to_owned()))
}

/// The steps a requester may try before a ticket is opened; there may be none.
pub fn self_help(category: &Section<'_>) -> Option<Vec<Localized>> {
    let key = "self_help";
    let empty = matches!(
        category.optional(key).map(|node| &node.value),
        Some(Value::List(steps)) if steps.is_empty()
    );
    if empty {
        let remedy = "Add [[categories.self_help]] with text, or leave it out.";
        category.fault(key, "there is no step", remedy);
    }
    let one = |section: &Section<'_>| {
        let text = words::localized(section, "text", None);
        section.finish();
        text
    };
    let steps: Vec<Option<Localized>> = category.sections(key).iter().map(one).collect();
    if !steps.is_empty() && category.optional("route").is_some() {
        let remedy = "Leave out `self_help`, or `route`.";
        category.fault(
            key,
            "these steps are never shown, because the category is routed elsewhere",
            remedy,
        );
    }
    steps.into_iter().collect()
}

/// The names of requests by their cause; a procedure without names gives `Some(None)`.
pub fn natures(top: &Section<'_>) -> Option<Option<Natures>> {
    if top.optional("sources").is_none() {
        return Some(None);
    }
    let section = top.section("sources")?;
    let corrective = words::localized(&section, "corrective", None);
    let proactive = words::localized(&section, "proactive", None);
    section.finish();
    Some(Some(Natures { corrective: corrective?, proactive: proactive? }))
}

/// The meaning of the status `with_vendor`.
#[derive(Default)]
pub struct Vendor {
    /// Another procedure of the organisation; `None` for an outside provider.
    pub procedure: Option<Localized>,
    /// The name of the outside provider, where it is not the usual word.
    pub name: Option<Localized>,
}

/// The meaning of `with_vendor`: an outside provider under the usual word by default.
pub fn vendor(top: &Section<'_>) -> Option<Vendor> {
    if top.optional("vendor").is_none() {
        return Some(Vendor::default());
    }
    let section = top.section("vendor")?;
    let procedure = words::optional(&section, "procedure", None);
    let name = words::optional(&section, "name", Some(LONGEST_VENDOR));
    section.finish();
    if !words::uses(top, Status::WithVendor) {
        let remedy = "Add the status `with_vendor`, or leave out `[vendor]`.";
        section.fault("", "no ticket ever gets there", remedy);
    }
    Some(Vendor { procedure: procedure?, name: name? })
}
