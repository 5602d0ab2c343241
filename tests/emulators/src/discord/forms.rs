//! Modals that users fill in and submit, as far as Discord's own clients allow.

use serde_json::{Map, Value, json};

use super::{Emulator, cdn, commands::Origin, ledger::Modal, people::sample, state::State};

impl Emulator {
    /// The user submits the modal that an interaction opened. Fields are named by custom id;
    /// several values are an array, and files are given by name. A field that is not named keeps
    /// its default. Returns the id of the new interaction.
    pub fn submits(&self, user: u64, opened_by: u64, fields: &[(&str, Value)]) -> u64 {
        let submitted = self.submits_if_open(user, opened_by, fields);
        submitted.unwrap_or_else(|| panic!("no form of {opened_by} is open for {user}"))
    }

    /// Like [`submits`](Self::submits), but returns `None` when another modal has replaced this
    /// one.
    pub fn submits_if_open(
        &self,
        user: u64,
        opened_by: u64,
        fields: &[(&str, Value)],
    ) -> Option<u64> {
        self.change(|state| {
            let modal = state.user(user).modal.take_if(|modal| modal.interaction == opened_by)?;
            let (channel, source) = {
                let opener = &state.interactions[&opened_by];
                (opener.channel, opener.source)
            };
            let (fields, files) = uploaded(state, &modal, fields);
            let mut data = filled(&modal, &fields);
            if !files.is_empty() {
                data["resolved"]["attachments"] = files.into();
            }
            let source = source.and_then(|source| state.post(channel, source).cloned());
            Some(state.interact(5, Origin { user, channel }, data, source))
        })
    }

    /// The user closes the open modal; Discord does not tell the bot.
    pub fn closes_modal(&self, user: u64) {
        self.change(|state: &mut State| state.user(user).modal = None);
    }
}

/// The submitted values with Discord's ids for the files, and the files by these ids.
fn uploaded<'f>(
    state: &mut State,
    modal: &Modal,
    fields: &[(&'f str, Value)],
) -> (Vec<(&'f str, Value)>, Map<String, Value>) {
    let mut takers = Vec::new();
    super::components::walk(&modal.components, &mut |part| {
        if part["type"] == 19 {
            takers.extend(part["custom_id"].as_str().map(str::to_owned));
        }
    });
    let mut files = Map::new();
    let mut fields = fields.to_vec();
    for (_, given) in fields.iter_mut().filter(|(code, _)| takers.iter().any(|one| one == code)) {
        let names = given.as_array().expect("files are given by their names").clone();
        let mut keys = Vec::new();
        for name in &names {
            let name = name.as_str().unwrap_or_default();
            let upload = state.at_hand.get(name).cloned().unwrap_or_else(|| sample(name));
            let mut file = cdn::keep(state, "ephemeral-attachments/1", &upload);
            file["ephemeral"] = true.into();
            let id = file["id"].as_str().unwrap_or_default().to_owned();
            files.insert(id.clone(), file);
            keys.push(json!(id));
        }
        *given = keys.into();
    }
    (fields, files)
}

fn filled(modal: &Modal, fields: &[(&str, Value)]) -> Value {
    for (code, _) in fields {
        let codes = super::components::codes(&modal.components);
        assert!(
            codes.iter().any(|known| known == code),
            "the form has no field {code:?}: {codes:?}"
        );
    }
    let part = |part: &Value| match part["type"].as_u64() {
        Some(1) => {
            let inner = part["components"].as_array().into_iter().flatten();
            let inner: Vec<Value> = inner.map(|field| value(field, fields)).collect();
            json!({"type": 1, "id": part["id"], "components": inner})
        }
        Some(18) => json!({
            "type": 18, "id": part["id"], "component": value(&part["component"], fields),
        }),
        _ => json!({"type": part["type"], "id": part["id"]}),
    };
    let components: Vec<Value> = modal.components.iter().map(part).collect();
    json!({"custom_id": modal.custom_id, "components": components, "resolved": {}})
}

/// The submitted value of one field.
fn value(field: &Value, fields: &[(&str, Value)]) -> Value {
    let code = field["custom_id"].as_str().unwrap_or_default();
    let given = fields.iter().find(|(name, _)| *name == code).map(|(_, value)| value.clone());
    let required = field["required"] != false;
    let mut told = json!({"type": field["type"], "id": field["id"], "custom_id": code});
    match field["type"].as_u64() {
        Some(4) => {
            let text = given.unwrap_or_else(|| field["value"].clone());
            let text = text.as_str().unwrap_or_default();
            let length = text.chars().count() as u64;
            let least = field["min_length"].as_u64().unwrap_or(0);
            let most = field["max_length"].as_u64().unwrap_or(4000);
            assert!(length > 0 || !required, "the field {code} must be filled in");
            let fits = length == 0 || (least..=most).contains(&length);
            assert!(fits, "the field {code} takes {least} to {most} characters");
            told["value"] = text.into();
        }
        Some(21) => {
            let chosen = given.map(|value| vec![value]).unwrap_or_else(|| defaults(field));
            offered(field, &chosen);
            assert!(!chosen.is_empty() || !required, "the field {code} must be chosen");
            told["value"] = chosen.first().cloned().unwrap_or_default();
        }
        Some(23) => told["value"] = given.unwrap_or_else(|| json!(field["default"] == true)),
        _ => {
            let chosen = match given {
                Some(Value::Array(values)) => values,
                Some(value) => vec![value],
                None => defaults(field),
            };
            offered(field, &chosen);
            let most = field["max_values"].as_u64().unwrap_or(1) as usize;
            assert!(!chosen.is_empty() || !required, "the field {code} must be chosen");
            assert!(chosen.len() <= most, "the field {code} takes {most} values");
            told["values"] = chosen.into();
        }
    }
    told
}

/// The options of a field that are selected when the modal opens.
fn defaults(field: &Value) -> Vec<Value> {
    let options = field["options"].as_array().into_iter().flatten();
    options
        .filter(|option| option["default"] == true)
        .map(|option| option["value"].clone())
        .collect()
}

fn offered(field: &Value, chosen: &[Value]) {
    if let Some(options) = field["options"].as_array() {
        let known = |value: &Value| options.iter().any(|option| option["value"] == *value);
        assert!(chosen.iter().all(known), "{chosen:?} are not all among {options:?}");
    }
}
