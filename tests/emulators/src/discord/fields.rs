//! Rules on modals that Discord's API description states in prose only: the number of fields, and
//! that custom ids and options differ.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{components, refusal::Problems};

/// The limit on the components of a modal.
const FIELDS: usize = 5;

/// Returns every violation in a modal whose types have been checked.
pub fn check(modal: &Value) -> Problems {
    let mut problems = Problems::default();
    let parts = modal["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    if parts.len() > FIELDS {
        let words = format!("Must be between 1 and {FIELDS} in length.");
        problems.add("components", "BASE_TYPE_BAD_LENGTH", &words);
    }
    components::unique(&mut problems, parts);
    for (at, part) in parts.iter().enumerate() {
        let path = format!("components.{at}");
        match part["type"].as_u64() {
            Some(1) => row(&mut problems, &path, part),
            Some(18) => field(&mut problems, &path, part),
            _ => {}
        }
    }
    problems
}

/// An action row of a modal holds one text input, which carries its own label.
fn row(problems: &mut Problems, path: &str, row: &Value) {
    let inner = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    if inner.len() > 1 {
        let words = "The specified component exceeds the maximum width";
        problems.add(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", words);
    }
    for field in inner {
        if field["label"].as_str().unwrap_or_default().is_empty() {
            let path = format!("{path}.components.0.label");
            problems.add(&path, "BASE_TYPE_REQUIRED", "This field is required");
        }
        text(problems, path, field);
    }
}

fn field(problems: &mut Problems, path: &str, label: &Value) {
    let field = &label["component"];
    let path = format!("{path}.component");
    match field["type"].as_u64() {
        Some(3) => {
            components::select(problems, &path, field);
            if field["disabled"] == true {
                let words = "A select menu of a form cannot be disabled";
                problems.add(&path, "SELECT_COMPONENT_DISABLED", words);
            }
        }
        Some(4) => {
            text(problems, &path, field);
            if !field["label"].is_null() {
                let words = "A text field inside of a label has no label of its own";
                problems.add(&path, "TEXT_INPUT_LABEL_NOT_ALLOWED", words);
            }
        }
        Some(19) => files(problems, &path, field),
        Some(21 | 22) => options(problems, &path, field),
        _ => {}
    }
}

/// A file upload requires no more files than it allows, and at least one when it is required.
fn files(problems: &mut Problems, path: &str, field: &Value) {
    let number = |name: &str| field[name].as_u64().unwrap_or(1);
    let least = number("min_values");
    let most = number("max_values");
    if least > most {
        let words = "More files are asked for than may be given";
        problems.add(path, "FILE_UPLOAD_INVALID_RANGE", words);
    }
    if (field["required"] != false) != (least > 0) {
        let words = "Whether files are required must agree with how many are";
        problems.add(path, "FILE_UPLOAD_REQUIRED_MISMATCH", words);
    }
}

fn text(problems: &mut Problems, path: &str, field: &Value) {
    let least = field["min_length"].as_u64().unwrap_or(0);
    let most = field["max_length"].as_u64().unwrap_or(4000);
    let value = field["value"].as_str().map_or(0, |value| value.chars().count()) as u64;
    if least > most {
        problems.add(path, "TEXT_INPUT_INVALID_RANGE", "More is asked for than may be written");
    }
    if value > most || (value > 0 && value < least) {
        let words = format!("Must be between {least} and {most} in length.");
        problems.add(&format!("{path}.value"), "BASE_TYPE_BAD_LENGTH", &words);
    }
}

fn options(problems: &mut Problems, path: &str, field: &Value) {
    let options = field["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let values: BTreeSet<_> = options.iter().map(|option| option["value"].as_str()).collect();
    if values.len() != options.len() {
        problems.add(path, "OPTION_VALUE_DUPLICATED", "The specified option value is already used");
    }
    let chosen = options.iter().filter(|option| option["default"] == true).count();
    if field["type"] == 21 && chosen > 1 {
        problems.add(path, "RADIO_GROUP_TOO_MANY_DEFAULTS", "Only one option can be chosen");
    }
}
