//! What a network told, read back from the inbox. Deliberately absent: what it means, which is each
//! adapter's own.

use serde_json::Value;

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
    fn what_is_no_json_is_not_repeated() {
        assert!(!read("secreto").unwrap_err().contains("secreto"));
    }
}
