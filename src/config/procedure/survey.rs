//! Reads the survey's questions and what reports leave out, and checks both against the rest of the
//! procedure. Deliberately absent: the scale, which is 1 to 5 everywhere.

use super::words::{optional, uses};
use crate::{
    config::{
        section::{Section, either},
        tree::{Node, Value},
    },
    domain::{
        ending::Ending,
        procedure::{SurveyQuestions, usually_left_out},
        status::Status,
    },
};

/// Whether any category asks the requester to confirm the solution.
pub fn is_asked(top: &Section<'_>) -> bool {
    let asks = |section: &Section<'_>| {
        let survey = section.optional("survey").map(|node| &node.value);
        matches!(survey, Some(Value::Boolean(true)))
    };
    top.sections("categories").iter().any(asks)
}

/// The survey's questions; the catalogues' by default.
pub fn questions(top: &Section<'_>) -> Option<SurveyQuestions> {
    if top.optional("survey").is_none() {
        return Some(SurveyQuestions::default());
    }
    let section = top.section("survey")?;
    let solved = optional(&section, "solved", None);
    let rating = optional(&section, "rating", None);
    section.finish();
    if !is_asked(top) {
        let remedy = "Write `survey = true` in a category, or leave this out.";
        top.fault("survey", "the survey is never sent, because no category has one", remedy);
    }
    Some(SurveyQuestions { solved: solved?, rating: rating? })
}

/// The endings that reports leave out; the unworked ones by default (V12).
pub fn left_out(top: &Section<'_>) -> Option<Vec<Ending>> {
    if top.optional("reports").is_none() {
        return Some(usually_left_out());
    }
    let section = top.section("reports")?;
    let written = section.optional("left_out").is_some();
    let each = |node: &Node| {
        let word = match &node.value {
            Value::Text(text) => text.as_str(),
            other => other.kind(),
        };
        let found = Ending::all().find(|ending| ending.as_str() == word);
        match found {
            None => {
                let remedy = format!("Write {}.", either(Ending::all().map(Ending::as_str)));
                let problem = format!("no ticket ends as `{word}`");
                section.fault_at(node.place.clone(), "left_out", problem, remedy);
            }
            Some(ending) if !is_reached(top, ending) => {
                let remedy = "Leave it out.".to_owned();
                let problem = format!("by this procedure no ticket ends as `{word}`");
                section.fault_at(node.place.clone(), "left_out", problem, remedy);
            }
            Some(_) => {}
        }
        found
    };
    let read: Vec<Option<Ending>> = section.list("left_out").iter().map(each).collect();
    section.finish();
    if !written {
        return Some(usually_left_out());
    }
    let mut endings: Vec<Ending> = read.into_iter().collect::<Option<_>>()?;
    // The same rules are the same edition, in any order that the file lists them in.
    endings.sort_unstable_by_key(|ending| ending.as_str());
    endings.dedup();
    Some(endings)
}

fn is_reached(top: &Section<'_>, ending: Ending) -> bool {
    match ending {
        Ending::NotManaged => uses(top, Status::NotManaged),
        Ending::Authorised | Ending::Silence => is_asked(top),
        Ending::Approved | Ending::Rejected => any_category_has(top, "approval"),
        Ending::SelfHelp => any_category_has(top, "self_help"),
        Ending::Routed => top.optional("routes").is_some(),
        Ending::NoSurvey | Ending::Withdrawn => true,
    }
}

fn any_category_has(top: &Section<'_>, key: &'static str) -> bool {
    top.sections("categories").iter().any(|category| category.optional(key).is_some())
}

/// Reports each status that no rule of the file leads to.
pub fn check_statuses_are_reached(top: &Section<'_>) {
    let Some(statuses) = top.optional_section("statuses") else { return };
    let unreached = |status: Status, why: &str, remedy: &str| {
        if uses(top, status) {
            let problem = format!("no ticket ever gets to `{}`: {why}", status.as_str());
            statuses.fault(status.as_str(), problem, remedy);
        }
    };
    if !is_asked(top) && !top.sections("categories").is_empty() {
        let remedy = "Leave the status out, or write `survey = true` in a category.";
        unreached(Status::Reopened, "no category has a survey in which to say no", remedy);
    }
    if top.sections("groups").len() == 1 {
        let remedy = "Leave the status out, or add a group to escalate to.";
        unreached(Status::Escalated, "there is no other group to pass it to", remedy);
    }
    let goes_there = |group: &Section<'_>| group.optional("on_site").is_some();
    if top.optional("visits").is_none() && !top.sections("groups").iter().any(goes_there) {
        let remedy = "Leave the status out, or write `on_site = true` in a group, or `[visits]`.";
        unreached(Status::EscalatedOnSite, "no on-site work leads there", remedy);
    }
}
