//! Reads the words of a procedure: keys that travel in buttons, texts in every language, the names
//! of statuses. Deliberately absent: the lists that hold them.

use std::collections::BTreeMap;

use crate::{
    config::section::Section,
    domain::{locale::Localized, procedure::Closing, status::Status},
};

/// The longest key: it travels in the code of a button, which holds 64 bytes in all.
const LONGEST_KEY: usize = 24;

/// The longest name that a button shows whole on a phone.
pub const LONGEST_BUTTON: usize = 30;

/// Without these statuses no ticket gets from the request to its end.
const REQUIRED: [Status; 4] = [Status::New, Status::InProgress, Status::Solved, Status::Closed];

/// A text that is not empty.
pub fn filled(section: &Section<'_>, key: &'static str) -> Option<String> {
    let text = section.text(key)?;
    if text.trim().is_empty() {
        section.fault(key, "it is empty", "Write what people should read.");
    }
    Some(text.trim().to_owned())
}

/// A short stable name.
pub fn key(section: &Section<'_>, field: &'static str) -> Option<String> {
    let text = section.text(field)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-';
    if text.is_empty() {
        section.fault(field, "it is empty", "Write a short name such as `soporte`.");
    } else if !text.bytes().all(plain) {
        let remedy = "Write lower-case letters from a to z, digits, `-` and `_` alone.";
        section.fault(field, format!("`{text}` is no short name"), remedy);
    } else if text.len() > LONGEST_KEY {
        let remedy = format!("Write {LONGEST_KEY} letters or fewer.");
        section.fault(field, format!("`{text}` has {} letters", text.len()), remedy);
    }
    Some(text.to_owned())
}

/// A text in every language, no longer than `longest`.
pub fn localized(
    section: &Section<'_>,
    key: &'static str,
    longest: Option<usize>,
) -> Option<Localized> {
    translated(&section.section(key)?, longest)
}

/// A text in every language; an absent one gives `Some(None)`.
pub fn optional(
    section: &Section<'_>,
    key: &'static str,
    longest: Option<usize>,
) -> Option<Option<Localized>> {
    match section.optional(key) {
        Some(_) => localized(section, key, longest).map(Some),
        None => Some(None),
    }
}

/// The section itself as a text in every language.
pub fn translated(section: &Section<'_>, longest: Option<usize>) -> Option<Localized> {
    let both = ["es", "en"].map(|language| {
        let text = filled(section, language)?;
        let letters = text.chars().count();
        if let Some(longest) = longest.filter(|longest| letters > *longest) {
            let shows = if longest == LONGEST_BUTTON { "button" } else { "form" };
            let problem = format!("a {shows} shows {longest} letters, and this has {letters}");
            let remedy = if shows == "form" { "Write less." } else { "Write a shorter name." };
            section.fault(language, problem, remedy);
        }
        Some(text)
    });
    section.finish();
    let [es, en] = both;
    Some(Localized { es: es?, en: en? })
}

/// How a solved ticket ends without an answer, where the procedure has words for it.
pub fn closing(top: &Section<'_>) -> Option<Closing> {
    if top.optional("closing").is_none() {
        return Some(Closing::default());
    }
    let section = top.section("closing")?;
    let silence_rule = optional(&section, "silence_rule", None);
    let no_survey_rule = optional(&section, "no_survey_rule", None);
    section.finish();
    Some(Closing { silence_rule: silence_rule?, no_survey_rule: no_survey_rule? })
}

/// The names of the statuses in use. Where requesters confirm a solution, they may reject it.
/// `super::survey` checks that each status can be reached.
pub fn statuses(section: &Section<'_>, surveys: bool) -> Option<BTreeMap<Status, Localized>> {
    let is_required =
        |status| REQUIRED.contains(&status) || (surveys && status == Status::Reopened);
    let mut names = BTreeMap::new();
    let mut whole = true;
    for status in Status::ALL {
        match section.optional_section(status.as_str()) {
            Some(inner) => match translated(&inner, None) {
                Some(name) => {
                    names.insert(status, name);
                }
                None => whole = false,
            },
            None if is_required(status) && !is_written(section, status) => {
                let why = match status {
                    Status::Reopened => "and a requester may reject a solution",
                    _ => "and every desk needs it",
                };
                section.fault(
                    "",
                    format!("the status `{}` is missing, {why}", status.as_str()),
                    format!("Add `{} = {{ es = …, en = … }}`.", status.as_str()),
                );
            }
            None => {}
        }
    }
    section.finish();
    whole.then_some(names)
}

/// Whether the procedure uses this status.
pub fn uses(top: &Section<'_>, status: Status) -> bool {
    top.optional_section("statuses")
        .is_some_and(|statuses| statuses.written().any(|key| key == status.as_str()))
}

fn is_written(section: &Section<'_>, status: Status) -> bool {
    section.written().any(|key| key == status.as_str())
}
