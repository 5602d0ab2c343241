//! What a network told, sketched before it is stored and read back from the inbox. Deliberately absent: what it means, which is each
//! adapter's own.

use std::collections::HashMap;

use serde_json::{Value, value::RawValue};

/// What stands in the place of a character that no text of PostgreSQL can hold, so that positions
/// within the text stay what they were.
const UNKEPT: char = char::REPLACEMENT_CHARACTER;

/// What a network told, as JSON whose texts every database can keep.
///
/// # Errors
/// When it is no JSON; the error does not repeat it.
pub fn read(raw: &str) -> Result<Value, String> {
    let mut told = serde_json::from_str(raw).map_err(|_| "what was told is no JSON".to_owned())?;
    if raw.contains("\\u0000") {
        make_keepable(&mut told);
    }
    Ok(told)
}

/// How deep the fields lie by which something is stored: its key, its chat, and who did it.
const DEPTH: u8 = 8;

/// As much of what a network told as can be read now, with null in place of the rest: enough to store
/// the whole of it under its key and in its order. JSON that nests too deep, holds half a character or
/// a number beyond all bounds is valid all the same; it is stored as it came and set aside when it is
/// read. `None` when it is no JSON.
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

fn make_keepable(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('\0') => {
            *text = text.replace('\0', &UNKEPT.to_string())
        }
        Value::Array(values) => values.iter_mut().for_each(make_keepable),
        Value::Object(fields) => fields.values_mut().for_each(make_keepable),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_database_keeps_leaves_its_place_marked() {
        let raw =
            r#"{"text": "uno\u0000dos", "entities": [{"offset": 4}], "of": ["\u0000", "\\u0000"]}"#;
        let told = json!({"text": "uno\u{fffd}dos", "entities": [{"offset": 4}], "of": ["\u{fffd}", "\\u0000"]});
        assert_eq!(read(raw), Ok(told));
    }

    #[test]
    fn what_cannot_be_read_whole_is_sketched_by_what_can() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        for unreadable in [deep.as_str(), r#""\ud800""#, "1e999"] {
            let raw = format!(
                r#"{{"update_id": 7, "message": {{"chat": {{"id": 5}}, "new": {unreadable}}}}}"#
            );
            assert!(read(&raw).is_err(), "it is set aside once it is stored");
            let known = json!({"update_id": 7, "message": {"chat": {"id": 5}, "new": null}});
            let mut sketched = sketch(&raw).unwrap();
            // Of nested lists so much is left as lies within reach.
            sketched["message"]["new"] = json!(null);
            assert_eq!(sketched, known);
        }
        assert_eq!(sketch(r#"{"update_id": 7"#), None);
        assert_eq!(sketch("[1, {\"a\": 2}]"), Some(json!([1, {"a": 2}])));
    }

    #[test]
    fn what_is_no_json_is_not_repeated() {
        assert!(!read("secreto").unwrap_err().contains("secreto"));
    }
}
