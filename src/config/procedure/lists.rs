//! Reads the lists of a procedure (groups, categories, reasons, priorities, places) and checks that
//! every name in one exists in another. Deliberately absent: how a list is offered in a chat.

use super::{
    aid, fields, hours,
    items::{all_of, keys_of, some_of},
    relations,
    words::{self, uses},
};
use crate::{
    config::{
        fault::nearest,
        section::{Section, either},
        tree::Value,
    },
    domain::{
        calendar::Calendar,
        field::Field,
        locale::Localized,
        priority::Priority,
        procedure::{Category, Group, PriorityMatrix, Reason, TicketKind},
        status::Status,
    },
};

pub fn groups(top: &Section<'_>, desk: Option<&Calendar>) -> Option<Vec<Group>> {
    let one = |section: &Section<'_>| {
        let key = words::key(section, "key");
        let level = match section.optional("level") {
            Some(_) => section.number("level", 1, 9),
            None => Some(1),
        };
        let name = words::localized(section, "name", None);
        let on_site = relations::flag(section, "on_site");
        let vendor = relations::flag(section, "vendor");
        if on_site == Some(true) && !uses(top, Status::EscalatedOnSite) {
            let problem = "nothing is ever escalated on site here";
            let remedy = "Use the status `escalated_on_site`, or leave `on_site` out.";
            section.fault("on_site", problem, remedy);
        }
        let calendar = hours::of_group(section, desk);
        let on_site = on_site?;
        let vendor = vendor?;
        Some(Group { key: key?, level: level?, name: name?, on_site, vendor, calendar: calendar? })
    };
    some_of(top, "groups", "Add [[groups]] with key and name.", one)
}

pub fn categories(top: &Section<'_>) -> Option<Vec<Category>> {
    let groups = keys_of(top, "groups");
    // The record of every solution; a category may add to it.
    let recorded = fields::fields(top, "solution_fields", &[]);
    let routes = keys_of(top, "routes");
    let kinds = [("incident", TicketKind::Incident), ("request", TicketKind::Request)];
    let one = |section: &Section<'_>| {
        let key = words::key(section, "key");
        let approval = relations::approval(section, &groups);
        let approver = approval.as_ref().and_then(|read| read.as_ref()).map(|read| &*read.by);
        let approved = section.optional("approval").is_some();
        let written = section.optional("group").is_some();
        // A request that needs an approval goes to the approving group.
        let group = if approved && !written { approver } else { section.text("group") };
        if let (Some(group), Some(by)) = (group, approver)
            && group != by
        {
            let problem = format!("a case that `{by}` approves cannot go to `{group}`");
            section.fault("group", problem, "Leave `group` out, or write the same as in `by`.");
        }
        let unknown = |group: &&str| written && !groups.contains(group) && !groups.is_empty();
        if let Some(group) = group.filter(unknown) {
            let remedy = match nearest(group, groups.iter().copied()) {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => format!("Write {}, or add the group.", either(groups.iter().copied())),
            };
            section.fault("group", format!("there is no group `{group}`"), remedy);
        }
        let kind = section.choice("kind", &kinds);
        let survey = match section.optional("survey") {
            Some(_) => section.boolean("survey"),
            None => Some(false),
        };
        let name = words::localized(section, "name", Some(words::LONGEST_BUTTON));
        let details = section.optional_section("details");
        let details = details.map(|section| words::translated(&section, None));
        let asked = fields::fields(section, "fields", &[]);
        let solution_fields = solution_fields(section, asked.as_deref(), recorded.as_deref());
        let self_help = aid::self_help(section);
        let route = aid::route_of(section, &routes);
        let confidential = relations::flag(section, "confidential");
        Some(Category {
            fields: asked?,
            solution_fields: solution_fields?,
            key: key?,
            group: group?.to_owned(),
            approval: approval.clone()?,
            kind: kind?,
            survey: survey?,
            name: name?,
            details: details.flatten(),
            self_help: self_help?,
            route: route?,
            confidential: confidential?,
        })
    };
    let remedy = "Add [[categories]] with key, group, kind and name.";
    let categories = some_of(top, "categories", remedy, one);
    relations::check_approvals(top);
    fields::check_parts(top);
    categories
}

/// The record of a solution in one category. Its own fields may depend on those of the request.
fn solution_fields(
    section: &Section<'_>,
    asked: Option<&[Field]>,
    recorded: Option<&[Field]>,
) -> Option<Vec<Field>> {
    let mut before = asked.unwrap_or_default().to_vec();
    for known in recorded.unwrap_or_default() {
        if before.iter().any(|field| field.key == known.key) {
            let problem = format!("`{}` is recorded with every solution", known.key);
            section.fault("fields", problem, "Give the field another key.");
        }
    }
    before.extend_from_slice(recorded.unwrap_or_default());
    let own = fields::fields(section, "solution_fields", &before);
    asked?;
    let mut all = recorded?.to_vec();
    all.extend(own?);
    Some(all)
}

/// The reasons to suspend a ticket. The order to a vendor is written each time, so a procedure that
/// suspends nothing needs no reason.
pub fn suspend_reasons(top: &Section<'_>) -> Option<Vec<Reason>> {
    if !uses(top, Status::Suspended) {
        return all_of(top, "suspend_reasons", suspend_reason);
    }
    let remedy = "Add [[suspend_reasons]] with key and name.";
    some_of(top, "suspend_reasons", remedy, suspend_reason)
}

/// The reasons to end a ticket unworked. A procedure without this ending needs none.
pub fn not_managed_reasons(top: &Section<'_>) -> Option<Vec<Reason>> {
    let list = "not_managed_reasons";
    if !uses(top, Status::NotManaged) {
        return all_of(top, list, reason);
    }
    some_of(top, list, "Add [[not_managed_reasons]] with key and name.", reason)
}

fn reason(section: &Section<'_>) -> Option<Reason> {
    let key = words::key(section, "key");
    let name = words::localized(section, "name", Some(words::LONGEST_BUTTON));
    Some(Reason { key: key?, name: name?, answer_resumes: false })
}

fn suspend_reason(section: &Section<'_>) -> Option<Reason> {
    let answer_resumes = relations::flag(section, "answer_resumes");
    let reason = reason(section)?;
    Some(Reason { answer_resumes: answer_resumes?, ..reason })
}

/// Places offered as buttons; there may be none.
pub fn places(top: &Section<'_>) -> Option<Vec<Localized>> {
    let read: Vec<Option<Localized>> = top
        .sections("places")
        .iter()
        .map(|section| words::translated(section, Some(words::LONGEST_BUTTON)))
        .collect();
    read.into_iter().collect()
}

/// The priority by impact and urgency; the usual matrix by default.
pub fn priorities(top: &Section<'_>) -> Option<PriorityMatrix> {
    if top.optional("priorities").is_none() {
        return Some(PriorityMatrix::default());
    }
    let section = &top.section("priorities")?;
    let low = row(section, "low_impact");
    let medium = row(section, "medium_impact");
    let high = row(section, "high_impact");
    section.finish();
    Some(PriorityMatrix { low_impact: low?, medium_impact: medium?, high_impact: high? })
}

fn row(section: &Section<'_>, key: &'static str) -> Option<[Priority; 3]> {
    let all = [Priority::Low, Priority::Medium, Priority::High, Priority::Critical];
    section.required(key)?;
    let items = section.list(key);
    let mut priorities = Vec::new();
    for node in items {
        let written = match &node.value {
            Value::Text(text) => text.as_str(),
            other => other.kind(),
        };
        let found = all.iter().find(|priority| priority.as_str() == written);
        if found.is_none() {
            let remedy = format!("Write {}.", either(all.iter().map(|p| p.as_str())));
            let problem = format!("`{written}` is not a priority");
            section.fault_at(node.place.clone(), key, problem, remedy);
        }
        priorities.extend(found);
    }
    if items.len() != 3 && matches!(section.required(key)?.value, Value::List(_)) {
        let remedy = "Write three: for low, medium and high urgency.";
        section.fault(
            key,
            format!("a row has three priorities, and this has {}", items.len()),
            remedy,
        );
    }
    priorities.try_into().ok()
}

/// Reports each group that no ticket reaches: no category leads to it, and no escalation.
pub fn check_groups_are_reached(top: &Section<'_>) {
    if uses(top, Status::Escalated) || uses(top, Status::EscalatedOnSite) {
        return;
    }
    let categories = top.sections("categories");
    let mut served: Vec<&str> =
        categories.iter().filter_map(|section| section.quiet_text("group")).collect();
    served.extend(relations::served(top));
    for section in top.sections("groups") {
        let Some(key) = section.quiet_text("key").filter(|key| !served.contains(key)) else {
            continue;
        };
        section.fault(
            "key",
            format!("no ticket ever gets to the group `{key}`"),
            "Give it a category, or use the status `escalated`.",
        );
    }
}
