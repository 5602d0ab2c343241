//! Reads how tickets relate: related cases, approvals, and the equipment recorded on them; checks
//! that each leads to a group or a category. Deliberately absent: opening a ticket.

use super::words::{self, uses};
use crate::{
    config::{
        fault::nearest,
        section::{Section, either},
    },
    domain::{
        procedure::{Approval, Assets, Children},
        status::Status,
    },
};

/// The smallest and the largest length that a tag may be given, in characters.
const LETTERS: (u8, u8) = (1, 60);

/// A boolean; `false` by default.
pub fn flag(section: &Section<'_>, key: &'static str) -> Option<bool> {
    match section.optional(key) {
        None => Some(false),
        Some(_) => section.boolean(key),
    }
}

/// How related cases work (V6, V8); without the section there are none, which gives `Some(None)`.
pub fn children(top: &Section<'_>) -> Option<Option<Children>> {
    if top.optional("children").is_none() {
        return Some(None);
    }
    let section = top.section("children")?;
    let parent_waits = section.boolean("parent_waits");
    let child_survey = section.boolean("child_survey");
    let vendor_child = flag(&section, "vendor_child");
    section.finish();
    if vendor_child == Some(true) {
        if vendors(top).next().is_none() {
            let problem = "there is no group of a vendor to open a case with";
            section.fault("vendor_child", problem, "Write `vendor = true` in one of [[groups]].");
        }
        if !uses(top, Status::Suspended) {
            let problem = "what waits for the vendor is suspended, and nothing is suspended here";
            section.fault("vendor_child", problem, "Use the status `suspended`.");
        }
    }
    let parent_waits = parent_waits?;
    let child_survey = child_survey?;
    Some(Some(Children { parent_waits, child_survey, vendor_child: vendor_child? }))
}

fn vendors<'a>(top: &Section<'a>) -> impl Iterator<Item = &'a str> {
    let groups = top.sections("groups");
    groups.into_iter().filter(|group| group.quiet_true("vendor")).filter_map(|group| {
        let key: Option<&'a str> = group.quiet_text("key");
        key
    })
}

/// The groups that receive tickets though no category names them: a vendor's, where related cases
/// go to it.
pub fn served<'a>(top: &Section<'a>) -> Vec<&'a str> {
    let children = top.optional_section("children");
    let wanted = children.is_some_and(|section| section.quiet_true("vendor_child"));
    let approvers = top.sections("categories").into_iter().filter_map(|category| {
        category.optional_section("approval").and_then(|section| section.quiet_text("by"))
    });
    vendors(top).filter(|_| wanted).chain(approvers).collect()
}

/// What is recorded of equipment (V11); without the section nothing is, which gives `Some(None)`.
pub fn assets(top: &Section<'_>) -> Option<Option<Assets>> {
    if top.optional("assets").is_none() {
        return Some(None);
    }
    let section = top.section("assets")?;
    let name = words::localized(&section, "name", Some(words::LONGEST_BUTTON));
    let shortest = section.number("shortest", LETTERS.0, LETTERS.1);
    let longest = section.number("longest", LETTERS.0, LETTERS.1);
    section.finish();
    if let (Some(shortest), Some(longest)) = (shortest, longest)
        && shortest > longest
    {
        let problem = format!("no tag has {shortest} letters or more and {longest} or fewer");
        section.fault("shortest", problem, "Write no more than `longest`.");
    }
    Some(Some(Assets { name: name?, shortest: shortest?, longest: longest? }))
}

/// Who approves a category, and the category that follows (V10); most have no approval, which gives
/// `Some(None)`.
pub fn approval(category: &Section<'_>, groups: &[&str]) -> Option<Option<Approval>> {
    if category.optional("approval").is_none() {
        return Some(None);
    }
    let section = category.section("approval")?;
    let by = section.text("by");
    let then = section.text("then");
    section.finish();
    if let Some(by) = by.filter(|by| !groups.contains(by) && !groups.is_empty()) {
        let remedy = meant(by, groups, "add the group");
        section.fault("by", format!("there is no group `{by}`"), remedy);
    }
    Some(Some(Approval { by: by?.to_owned(), then: then?.to_owned() }))
}

/// Reports each approval that leads to no work: the following category does not exist, or the
/// categories form a circle.
pub fn check_approvals(top: &Section<'_>) {
    let categories = top.sections("categories");
    let mut known: Vec<&str> = Vec::new();
    let mut follows: Vec<(&str, &str)> = Vec::new();
    for category in &categories {
        let Some(key) = category.quiet_text("key") else { continue };
        known.push(key);
        let approval = category.optional_section("approval");
        follows.extend(approval.and_then(|section| Some((key, section.quiet_text("then")?))));
    }
    for category in &categories {
        let Some(key) = category.quiet_text("key") else { continue };
        let Some(section) = category.optional_section("approval") else { continue };
        let Some(then) = section.quiet_text("then") else { continue };
        if !known.contains(&then) {
            let remedy = meant(then, &known, "add the category");
            section.fault("then", format!("there is no category `{then}`"), remedy);
        } else if comes_back(key, &follows) {
            let problem = format!("what follows `{key}` comes back to it, and no case ends");
            section.fault("then", problem, "Write a category that needs no approval.");
        }
    }
}

/// Whether the following categories lead back to this one.
fn comes_back(start: &str, follows: &[(&str, &str)]) -> bool {
    let next = |key: &str| follows.iter().find(|(from, _)| *from == key).map(|(_, to)| *to);
    let mut at = next(start);
    for _ in 0..follows.len() {
        match at {
            Some(key) if key == start => return true,
            Some(key) => at = next(key),
            None => return false,
        }
    }
    false
}

fn meant(written: &str, known: &[&str], or: &str) -> String {
    match nearest(written, known.iter().copied()) {
        Some(meant) => format!("Did you mean `{meant}`?"),
        None => format!("Write {}, or {or}.", either(known.iter().copied())),
    }
}
