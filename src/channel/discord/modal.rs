//! Forms as Discord's modals, both ways. Pure. Deliberately absent: fields of other kinds than
//! writing, choosing and giving files; where a form does not fit, the question is asked as a message.

use serde_json::{Value, json};

use super::render::clip;
use crate::chat::outgoing::{FORM_FIELDS, Form, FormField};

/// The longest title and the longest label.
const LABEL: usize = 45;
/// The longest text below a label.
const HINT: usize = 100;
/// The longest text of an entry of a menu.
const ENTRY: usize = 100;
/// The most entries of a menu.
const ENTRIES: usize = 25;
/// The kind of a field that takes files.
const FILES: u64 = 19;
/// The longest text that is written into a field.
const WRITTEN: usize = 4_000;
/// Fields that are one line by their nature; all others may take several.
const ONE_LINE: [&str; 4] = ["title", "name", "number", "place"];

/// The form as a modal, and behind it what is left of it for a platform that takes no files in one;
/// nothing when something else of it would be missing there.
pub fn modals(form: &Form) -> Vec<Value> {
    let words = || form.fields.iter().filter(|field| field.files == 0);
    let whole = modal(form, form.fields.iter());
    let rest = if words().count() < form.fields.len() { modal(form, words()) } else { None };
    whole.into_iter().chain(rest).collect()
}

fn modal<'f>(form: &Form, fields: impl Iterator<Item = &'f FormField> + Clone) -> Option<Value> {
    let fits = |field: &FormField| field.choices.len() <= ENTRIES;
    if !(1..=FORM_FIELDS).contains(&fields.clone().count()) || !fields.clone().all(fits) {
        return None;
    }
    let labels: Vec<Value> = fields.map(label).collect();
    Some(json!({
        "custom_id": form.code,
        "title": clip(&form.title, LABEL),
        "components": labels,
    }))
}

fn label(field: &FormField) -> Value {
    let inside = match field {
        field if field.files > 0 => giving(field),
        field if field.choices.is_empty() => writing(field),
        field => choosing(field),
    };
    let mut label = json!({ "type": 18, "label": clip(&field.label, LABEL), "component": inside });
    if let Some(hint) = field.hint.as_deref().filter(|hint| !hint.is_empty()) {
        label["description"] = json!(clip(hint, HINT));
    }
    label
}

fn writing(field: &FormField) -> Value {
    let one_line = field.short || ONE_LINE.contains(&field.key.as_str());
    let style = if one_line { 1 } else { 2 };
    let mut input = json!({
        "type": 4,
        "custom_id": field.key,
        "style": style,
        "required": !field.optional,
        "max_length": field.longest.map_or(WRITTEN, |longest| longest.clamp(1, WRITTEN)),
    });
    if let Some(value) = field.value.as_deref().filter(|value| !value.is_empty()) {
        input["value"] = json!(clip(value, WRITTEN));
    }
    input
}

fn choosing(field: &FormField) -> Value {
    let options = field.choices.iter().map(|choice| {
        let mut option = json!({ "label": clip(&choice.label, ENTRY), "value": choice.value });
        if field.value.as_ref() == Some(&choice.value) {
            option["default"] = json!(true);
        }
        option
    });
    json!({
        "type": 3,
        "custom_id": field.key,
        "required": !field.optional,
        "min_values": u8::from(!field.optional),
        "max_values": 1,
        "options": options.collect::<Vec<_>>(),
    })
}

fn giving(field: &FormField) -> Value {
    json!({
        "type": FILES,
        "custom_id": field.key,
        "required": !field.optional,
        "min_values": u8::from(!field.optional),
        "max_values": field.files,
    })
}

/// What was filled in, by the key of each field, from the `data` of a modal that was sent. Fields
/// left empty are absent.
pub fn read_fields(data: &Value) -> Vec<(String, String)> {
    let filled = |field: &Value| {
        let value = field["value"].as_str().or_else(|| field["values"][0].as_str());
        let value = value.filter(|value| !value.is_empty())?;
        Some((field["custom_id"].as_str()?.to_owned(), value.to_owned()))
    };
    let fields = fields(data);
    fields.into_iter().filter(|field| field["type"] != FILES).filter_map(filled).collect()
}

/// The platform's keys of the files that were given in a modal, from its `data`.
pub fn read_files(data: &Value) -> Vec<&str> {
    let files = fields(data).into_iter().filter(|field| field["type"] == FILES);
    let keys = files.filter_map(|field| field["values"].as_array()).flatten();
    keys.filter_map(Value::as_str).collect()
}

/// The fields of a modal that was sent, whichever way they stand in it.
fn fields(data: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    for component in data["components"].as_array().into_iter().flatten() {
        found.extend(fields(component));
        found.push(match &component["component"] {
            inside @ Value::Object(_) => inside,
            _ => component,
        });
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::outgoing::FormChoice;

    fn field(key: &str, choices: usize) -> FormField {
        let choice = |n: usize| FormChoice { label: format!("Choice {n}"), value: n.to_string() };
        FormField {
            key: key.to_owned(),
            label: "x".repeat(60),
            value: Some("2".to_owned()),
            optional: false,
            choices: (0..choices).map(choice).collect(),
            ..FormField::default()
        }
    }

    fn form(fields: Vec<FormField>) -> Form {
        Form { title: "t".repeat(60), code: "d:1:=".to_owned(), fields }
    }

    #[test]
    fn fields_are_labelled_and_filled_in() {
        let modal = &modals(&form(vec![field("description", 0), field("category", 3)]))[0];
        assert_eq!(modal["title"].as_str().unwrap().chars().count(), LABEL);
        let (text, menu) = (&modal["components"][0], &modal["components"][1]);
        assert_eq!((&text["type"], &text["component"]["style"]), (&json!(18), &json!(2)));
        assert_eq!(text["component"]["value"], "2");
        assert_eq!(text["label"].as_str().unwrap().chars().count(), LABEL);
        assert_eq!(menu["component"]["options"][2]["default"], true);
        assert_eq!(menu["component"]["options"][1].get("default"), None);
    }

    #[test]
    fn a_form_that_does_not_fit_is_none() {
        assert!(modals(&form(vec![])).is_empty());
        assert!(modals(&form(vec![field("a", 26)])).is_empty());
        assert!(modals(&form((0..6).map(|_| field("a", 0)).collect())).is_empty());
    }

    #[test]
    fn files_can_be_given_and_left_out_where_the_platform_takes_none() {
        let files = FormField { files: 5, optional: true, ..field("file", 0) };
        let shown = modals(&form(vec![field("text", 0), files.clone()]));
        let counts = shown.iter().map(|modal| modal["components"].as_array().unwrap().len());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1]);
        let inside = &shown[0]["components"][1]["component"];
        let expected = json!({ "type": 19, "custom_id": "file", "required": false,
            "min_values": 0, "max_values": 5 });
        assert_eq!(inside, &expected);
        assert_eq!(modals(&form(vec![files])).len(), 1, "nothing is left without it");
        let sent = json!({ "custom_id": "d:1:=", "components": [
            { "type": 18, "component": { "type": 4, "custom_id": "text", "value": "Hola" } },
            { "type": 18, "component": { "type": 19, "custom_id": "file", "values": ["7", "8"] } },
        ] });
        assert_eq!(read_fields(&sent), [("text".to_owned(), "Hola".to_owned())]);
        assert_eq!(read_files(&sent), ["7", "8"]);
    }

    #[test]
    fn what_was_filled_in_is_read_in_both_shapes() {
        let sent = json!({ "custom_id": "d:1:=", "components": [
            { "type": 18, "id": 1, "component": { "type": 4, "custom_id": "text", "value": "Hola" } },
            { "type": 18, "component": { "type": 3, "custom_id": "category", "values": ["red"] } },
            { "type": 18, "component": { "type": 3, "custom_id": "impact", "values": [] } },
            { "type": 1, "components": [{ "type": 4, "custom_id": "old", "value": "x" }] },
            { "type": 10, "content": "read only" },
        ] });
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            read_fields(&sent),
            [pair("text", "Hola"), pair("category", "red"), pair("old", "x")]
        );
    }
}
