//! Forms as Discord's modals, in both directions. Pure. Deliberately absent: fields other than text, menus
//! and files. A form that does not fit into a modal is asked as a message.

use serde_json::Value;
use serenity::all::{
    CreateInputText, CreateSelectMenu, CreateSelectMenuKind, CreateSelectMenuOption, InputTextStyle,
};

use super::{
    components::{FILE_UPLOAD, Field, FileUpload, Label, Modal, Select},
    render::clip,
};
use crate::chat::outgoing::{FORM_FIELDS, Form, FormField};

/// The longest title and the longest label.
const LABEL: usize = 45;
/// The longest text below a label.
const HINT: usize = 100;
/// The longest text of a menu entry.
const ENTRY: usize = 100;
/// The most entries of a menu.
const ENTRIES: usize = 25;
/// The longest text of a text field.
const WRITTEN: u16 = 4_000;
/// Fields that have one line by their nature; all others take several.
const ONE_LINE: [&str; 4] = ["title", "name", "number", "place"];

/// The form as a modal, followed by the same modal without its file fields for a platform that refuses
/// them. Empty when the form does not fit into a modal.
pub(super) fn modals(form: &Form) -> Vec<Modal> {
    let without_files = || form.fields.iter().filter(|field| field.files == 0);
    let whole = modal(form, form.fields.iter());
    let rest = if without_files().count() < form.fields.len() {
        modal(form, without_files())
    } else {
        None
    };
    whole.into_iter().chain(rest).collect()
}

fn modal<'f>(form: &Form, fields: impl Iterator<Item = &'f FormField> + Clone) -> Option<Modal> {
    let fits = |field: &FormField| field.choices.len() <= ENTRIES;
    if !(1..=FORM_FIELDS).contains(&fields.clone().count()) || !fields.clone().all(fits) {
        return None;
    }
    Some(Modal {
        custom_id: form.code.clone(),
        title: clip(&form.title, LABEL),
        components: fields.map(label).collect(),
    })
}

fn label(field: &FormField) -> Label {
    let inside = match field {
        field if field.files > 0 => {
            Field::Files(FileUpload::new(field.key.clone(), !field.optional, field.files))
        }
        field if field.choices.is_empty() => Field::Text(text_input(field)),
        field => Field::Select(select(field)),
    };
    let hint = field.hint.as_deref().filter(|hint| !hint.is_empty());
    Label::new(clip(&field.label, LABEL), hint.map(|hint| clip(hint, HINT)), inside)
}

fn text_input(field: &FormField) -> CreateInputText {
    let one_line = field.short || ONE_LINE.contains(&field.key.as_str());
    let style = if one_line { InputTextStyle::Short } else { InputTextStyle::Paragraph };
    let longest = field.longest.map_or(WRITTEN, |longest| {
        u16::try_from(longest).map_or(WRITTEN, |longest| longest.clamp(1, WRITTEN))
    });
    let input = CreateInputText::new(style, "", field.key.as_str())
        .required(!field.optional)
        .max_length(longest);
    match field.value.as_deref().filter(|value| !value.is_empty()) {
        Some(value) => input.value(clip(value, usize::from(WRITTEN))),
        None => input,
    }
}

fn select(field: &FormField) -> Select {
    let options = field.choices.iter().map(|choice| {
        let option = CreateSelectMenuOption::new(clip(&choice.label, ENTRY), choice.value.as_str());
        if field.value.as_ref() == Some(&choice.value) {
            option.default_selection(true)
        } else {
            option
        }
    });
    let kind = CreateSelectMenuKind::String { options: options.collect() };
    let least = u8::from(!field.optional);
    let menu = CreateSelectMenu::new(field.key.as_str(), kind).min_values(least).max_values(1);
    Select { menu, required: !field.optional }
}

/// The values of a submitted modal, from its `data`, by the key of each field. Empty fields are absent.
pub fn read_fields(data: &Value) -> Vec<(String, String)> {
    let filled = |field: &Value| {
        let value = field["value"].as_str().or_else(|| field["values"][0].as_str());
        let value = value.filter(|value| !value.is_empty())?;
        Some((field["custom_id"].as_str()?.to_owned(), value.to_owned()))
    };
    let fields = fields(data);
    fields.into_iter().filter(|field| field["type"] != FILE_UPLOAD).filter_map(filled).collect()
}

/// The platform's keys of the files of a submitted modal, from its `data`.
pub fn read_files(data: &Value) -> Vec<&str> {
    let files = fields(data).into_iter().filter(|field| field["type"] == FILE_UPLOAD);
    let keys = files.filter_map(|field| field["values"].as_array()).flatten();
    keys.filter_map(Value::as_str).collect()
}

/// The fields of a submitted modal: inside labels, or inside action rows as in modals of the first
/// version.
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
    use serde_json::json;

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

    fn shown(form: &Form) -> Vec<Value> {
        modals(form).into_iter().map(|modal| json!(modal)).collect()
    }

    fn form(fields: Vec<FormField>) -> Form {
        Form { title: "t".repeat(60), code: "d:1:=".to_owned(), fields }
    }

    #[test]
    fn fields_are_labelled_and_filled_in() {
        let modal = &shown(&form(vec![field("description", 0), field("category", 3)]))[0];
        assert_eq!(modal["title"].as_str().unwrap().chars().count(), LABEL);
        let text = &modal["components"][0];
        let menu = &modal["components"][1];
        assert_eq!((&text["type"], &text["component"]["style"]), (&json!(18), &json!(2)));
        assert_eq!(text["component"]["value"], "2");
        assert_eq!(text["component"].get("label"), None, "the label around it serves");
        assert_eq!(text["label"].as_str().unwrap().chars().count(), LABEL);
        assert_eq!(menu["component"]["options"][2]["default"], true);
        assert_eq!(menu["component"]["options"][1].get("default"), None);
    }

    #[test]
    fn a_form_that_does_not_fit_has_no_modal() {
        assert!(modals(&form(vec![])).is_empty());
        assert!(modals(&form(vec![field("a", 26)])).is_empty());
        assert!(modals(&form((0..6).map(|_| field("a", 0)).collect())).is_empty());
    }

    #[test]
    fn a_form_with_files_has_a_second_modal_without_them() {
        let files = FormField { files: 5, optional: true, ..field("file", 0) };
        let shown = shown(&form(vec![field("text", 0), files.clone()]));
        let counts = shown.iter().map(|modal| modal["components"].as_array().unwrap().len());
        assert_eq!(counts.collect::<Vec<_>>(), [2, 1]);
        let inside = &shown[0]["components"][1]["component"];
        let expected = json!({ "type": 19, "custom_id": "file", "required": false,
            "min_values": 0, "max_values": 5 });
        assert_eq!(inside, &expected);
        assert_eq!(modals(&form(vec![files])).len(), 1, "no field is left without files");
        let sent = json!({ "custom_id": "d:1:=", "components": [
            { "type": 18, "component": { "type": 4, "custom_id": "text", "value": "Hola" } },
            { "type": 18, "component": { "type": 19, "custom_id": "file", "values": ["7", "8"] } },
        ] });
        assert_eq!(read_fields(&sent), [("text".to_owned(), "Hola".to_owned())]);
        assert_eq!(read_files(&sent), ["7", "8"]);
    }

    #[test]
    fn submitted_fields_are_read_in_labels_and_in_rows() {
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
