//! Reads the typed fields of a form: the questions of a category, and the record of a solution.
//! Checks that a condition refers to an earlier field. Deliberately absent: how a field is asked
//! and answered (see `crate::domain::field`).

use super::{
    items,
    words::{self, optional},
};
use crate::{
    config::{
        fault::nearest,
        section::{Section, either},
        tree::{Node, Value},
    },
    domain::field::{Choice, Field, Kind, NO, When, YES},
};

/// The longest name: a form shows no more.
const LONGEST_NAME: usize = 45;
/// The longest hint: a form shows no more.
const LONGEST_HINT: usize = 100;
/// The most characters that a text may have.
const LONGEST_TEXT: usize = 4_000;
/// How many characters a text may have by default.
const USUAL_TEXT: usize = 1_000;
/// The most choices: a menu shows no more.
const MOST_CHOICES: usize = 25;

/// The kind of a field, before its bounds are read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Text,
    Number,
    Date,
    Choice,
    Person,
    YesNo,
    File,
}

/// The fields of a list. `before` are the fields that were answered earlier, in another list.
pub fn fields(top: &Section<'_>, list: &'static str, before: &[Field]) -> Option<Vec<Field>> {
    let recorded = list == "solution_fields";
    let read = items::all_of(top, list, |section| field(section, recorded))?;
    let mut sound = true;
    for (at, section) in top.sections(list).iter().enumerate() {
        let field = &read[at];
        if before.iter().any(|known| known.key == field.key) {
            let problem = format!("`{}` is asked already, with the request or of all", field.key);
            section.fault("key", problem, "Give each its own key.");
            sound = false;
        }
        let earlier: Vec<&Field> = before.iter().chain(&read[..at]).collect();
        for when in &field.when {
            sound &= check(section, when, &earlier, &read[at..]);
        }
    }
    sound.then_some(read)
}

/// Reports each field that belongs to a group that does not exist.
pub fn check_parts(top: &Section<'_>) {
    let mut groups: Vec<&str> = Vec::new();
    for key in top.sections("groups").iter().filter_map(key_of) {
        if !groups.contains(&key) {
            groups.push(key);
        }
    }
    let mut recorded = top.sections("solution_fields");
    for category in top.sections("categories") {
        recorded.extend(category.sections("solution_fields"));
    }
    for field in recorded {
        let Some(by) = field.quiet_text("by").filter(|by| !groups.contains(by)) else { continue };
        let remedy = match nearest(by, groups.iter().copied()) {
            Some(meant) => format!("Did you mean `{meant}`?"),
            None => format!("Write {}, or add the group.", either(groups.iter().copied())),
        };
        field.fault("by", format!("there is no group `{by}`"), remedy);
    }
}

fn key_of<'s>(section: &Section<'s>) -> Option<&'s str> {
    section.quiet_text("key")
}

/// One field. Only a field of a solution can belong to one group.
fn field(section: &Section<'_>, recorded: bool) -> Option<Field> {
    let kinds = [
        ("text", Word::Text),
        ("number", Word::Number),
        ("date", Word::Date),
        ("choice", Word::Choice),
        ("person", Word::Person),
        ("yes_no", Word::YesNo),
        ("file", Word::File),
    ];
    let key = words::key(section, "key");
    let word = section.choice("kind", &kinds);
    let name = words::localized(section, "name", Some(LONGEST_NAME));
    let question = optional(section, "question", None);
    let hint = optional(section, "hint", Some(LONGEST_HINT));
    let required = match section.optional("required") {
        Some(_) => section.boolean("required"),
        None => Some(true),
    };
    let by = match recorded.then(|| section.optional("by")).flatten() {
        Some(_) => words::key(section, "by").map(Some),
        None => Some(None),
    };
    let when = conditions(section);
    let kind = word.and_then(|word| kind(section, word));
    if word.is_none() {
        // What these keys mean depends on the kind, which is unknown.
        for key in ["longest", "min", "max", "future", "choices"] {
            section.optional(key);
        }
    }
    Some(Field {
        key: key?,
        name: name?,
        question: question?,
        hint: hint?,
        required: required?,
        by: by?,
        when: when?,
        kind: kind?,
    })
}

fn kind(section: &Section<'_>, word: Word) -> Option<Kind> {
    let bound = |key: &'static str| match section.optional(key) {
        Some(_) => section.number::<i64>(key, i64::MIN, i64::MAX).map(Some),
        None => Some(None),
    };
    Some(match word {
        Word::Text => {
            let longest = match section.optional("longest") {
                Some(_) => section.number("longest", 1, LONGEST_TEXT),
                None => Some(USUAL_TEXT),
            };
            Kind::Text { longest: longest? }
        }
        Word::Number => {
            let min = bound("min");
            let max = bound("max");
            let min = min?;
            let max = max?;
            if let (Some(least), Some(most)) = (min, max)
                && least > most
            {
                let problem = format!("no number is from {least} to {most}");
                section.fault("max", problem, "Write no less than `min`.");
            }
            Kind::Number { min, max }
        }
        Word::Date => {
            let future = match section.optional("future") {
                Some(_) => section.boolean("future"),
                None => Some(false),
            };
            Kind::Date { future: future? }
        }
        Word::Choice => Kind::Choice { choices: choices(section)? },
        Word::Person => Kind::Person,
        Word::YesNo => Kind::YesNo,
        Word::File => Kind::File,
    })
}

fn choices(section: &Section<'_>) -> Option<Vec<Choice>> {
    let one = |section: &Section<'_>| {
        let key = words::key(section, "key");
        if key.as_ref().is_some_and(|key| key.len() == 1) {
            let remedy = "Write two letters or more.";
            section.fault("key", "one letter says too little", remedy);
        }
        let name = words::localized(section, "name", Some(words::LONGEST_BUTTON));
        let refuses = optional(section, "refuses", None);
        Some(Choice { key: key?, name: name?, refuses: refuses? })
    };
    let remedy = "Add [[…choices]] below the field, with key and name.";
    let choices = items::some_of(section, "choices", remedy, one)?;
    if choices.len() > MOST_CHOICES {
        let problem = format!("a menu shows {MOST_CHOICES} choices, and there are more");
        section.fault("choices", problem, "Ask two questions instead.");
    }
    if !choices.is_empty() && choices.iter().all(|choice| choice.refuses.is_some()) {
        let remedy = "Add a choice without `refuses`.";
        section.fault("choices", "every choice is refused", remedy);
    }
    Some(choices)
}

/// `when = { field = …, is = […] }`, or several of them in brackets.
fn conditions(section: &Section<'_>) -> Option<Vec<When>> {
    let read: Vec<Option<When>> = match section.optional("when") {
        None => vec![],
        Some(Node { value: Value::List(_), .. }) => {
            section.sections("when").iter().map(condition).collect()
        }
        Some(_) => vec![section.optional_section("when").as_ref().and_then(condition)],
    };
    read.into_iter().collect()
}

fn condition(section: &Section<'_>) -> Option<When> {
    let field = section.text("field");
    section.required("is");
    let each = |node: &Node| match &node.value {
        Value::Text(text) => Some(text.clone()),
        other => {
            let problem = format!("this cannot be {}", other.kind());
            section.fault_at(node.place.clone(), "is", problem, "Write text in quotes.".into());
            None
        }
    };
    let is: Vec<Option<String>> = section.list("is").iter().map(each).collect();
    section.finish();
    Some(When { field: field?.to_owned(), is: is.into_iter().collect::<Option<_>>()? })
}

/// Checks that a condition refers to one of the `earlier` fields, and to answers that it has.
fn check(section: &Section<'_>, when: &When, earlier: &[&Field], later: &[Field]) -> bool {
    let wanted = when.field.as_str();
    let Some(field) = earlier.iter().find(|known| known.key == wanted) else {
        let keys = || earlier.iter().map(|known| known.key.as_str());
        let (problem, remedy) = match nearest(wanted, keys()) {
            _ if later.iter().any(|known| known.key == wanted) => {
                let remedy = format!("Put `{wanted}` before it.");
                (format!("`{wanted}` is not answered yet when this is asked"), remedy)
            }
            Some(meant) => {
                (format!("there is no field `{wanted}`"), format!("Did you mean `{meant}`?"))
            }
            None if earlier.is_empty() => {
                let remedy = "Name a field that stands before it.".to_owned();
                (format!("there is no field `{wanted}`"), remedy)
            }
            None => (format!("there is no field `{wanted}`"), format!("Write {}.", either(keys()))),
        };
        section.fault("when", problem, remedy);
        return false;
    };
    let words: Vec<&str> = match &field.kind {
        Kind::Choice { choices } => {
            let can_be = choices.iter().filter(|choice| choice.refuses.is_none());
            can_be.map(|choice| choice.key.as_str()).collect()
        }
        Kind::YesNo => vec![YES, NO],
        _ => {
            let problem = format!("`{wanted}` is answered freely, so nothing can hang on it");
            section.fault("when", problem, "Name a field of the kind `choice` or `yes_no`.");
            return false;
        }
    };
    let mut sound = true;
    if when.is.is_empty() {
        let remedy = format!("Write {}.", either(words.iter().copied()));
        section.fault("when", "it never holds, for `is` names no answer", remedy);
        sound = false;
    }
    for answer in when.is.iter().filter(|answer| !words.contains(&answer.as_str())) {
        let problem = format!("`{wanted}` is never answered with `{answer}`");
        let remedy = format!("Write {}.", either(words.iter().copied()));
        section.fault("when", problem, remedy);
        sound = false;
    }
    sound
}
