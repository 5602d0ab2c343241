//! The raw JSON of a platform, sketched before it is stored and read again from the inbox. Deliberately absent:
//! its meaning, which each adapter knows alone.

use std::collections::HashMap;

use serde_json::{Value, value::RawValue};

/// Replaces U+0000, which no text of PostgreSQL can hold; it has the same length in UTF-16, so positions in the
/// text stay valid.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Reads JSON so that every database can store its texts.
///
/// # Errors
/// When the text is not JSON; the error does not repeat the text.
pub fn read(raw: &str) -> Result<Value, String> {
    let mut value = serde_json::from_str(raw).map_err(|_| "the event is not JSON".to_owned())?;
    if raw.contains("\\u0000") {
        make_storable(&mut value);
    }
    Ok(value)
}

/// The depth of the fields that storing an event needs: its key, its chat and its author.
const DEPTH: u8 = 8;

/// The readable part of JSON, with null for the rest: enough to store the whole text under its key and in its
/// order. Text that nests too deep, holds half a surrogate pair or a number out of range is valid JSON; such an
/// event is stored unchanged and quarantined when it is read. `None` when the text is not JSON.
pub fn sketch(raw: &str) -> Option<Value> {
    serde_json::from_str::<&RawValue>(raw).ok()?;
    Some(sketch_within(raw, DEPTH))
}

fn sketch_within(raw: &str, depth: u8) -> Value {
    if let Ok(whole) = serde_json::from_str(raw) {
        return whole;
    }
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    let within = |part: &RawValue| sketch_within(part.get(), depth);
    if let Ok(fields) = serde_json::from_str::<HashMap<String, &RawValue>>(raw) {
        return fields.into_iter().map(|(key, part)| (key, within(part))).collect();
    }
    let parts = serde_json::from_str::<Vec<&RawValue>>(raw);
    parts.map_or(Value::Null, |parts| parts.into_iter().map(within).collect())
}

fn make_storable(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', &REPLACEMENT.to_string())
        }
        Value::Array(values) => values.iter_mut().for_each(make_storable),
        Value::Object(fields) => fields.values_mut().for_each(make_storable),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_null_character_is_replaced_in_its_place() {
        let raw =
            r#"{"text": "uno\u0000dos", "entities": [{"offset": 4}], "of": ["\u0000", "\\u0000"]}"#;
        let value = json!({"text": "uno\u{fffd}dos", "entities": [{"offset": 4}], "of": ["\u{fffd}", "\\u0000"]});
        assert_eq!(read(raw), Ok(value));
    }

    #[test]
    fn json_with_an_unreadable_part_is_sketched() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for unreadable in [deep.as_str(), r#""\ud800""#, "1e999"] {
            let raw = format!(
                r#"{{"update_id": 7, "message": {{"chat": {{"id": 5}}, "new": {unreadable}}}}}"#
            );
            assert!(read(&raw).is_err(), "it is quarantined once it is stored");
            let known = json!({"update_id": 7, "message": {"chat": {"id": 5}, "new": null}});
            let mut sketched = sketch(&raw).unwrap();
            // The sketch keeps the outer levels of nested lists.
            sketched["message"]["new"] = json!(null);
            assert_eq!(sketched, known);
        }
        assert_eq!(sketch(r#"{"update_id": 7"#), None);
        assert_eq!(sketch("[1, {\"a\": 2}]"), Some(json!([1, {"a": 2}])));
    }

    #[test]
    fn an_error_does_not_repeat_the_text() {
        assert!(!read("secreto").unwrap_err().contains("secreto"));
    }
}
