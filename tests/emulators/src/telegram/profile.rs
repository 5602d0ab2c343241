//! The bot's profile: its description and short description, by language.

use serde_json::{Map, Value, json};

use super::{
    Emulator,
    methods::{Refusal, Reply},
    state::State,
};

fn language(params: &Map<String, Value>) -> String {
    params.get("language_code").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// The field's text in a language, or the default text.
pub fn get(state: &State, field: &'static str, params: &Map<String, Value>) -> Value {
    let text = state.profile.get(&(field, language(params))).cloned();
    json!({field: text.unwrap_or_default()})
}

/// Sets the field's text in a language.
pub fn set(state: &mut State, field: &'static str, params: &Map<String, Value>) -> Reply {
    let text = params.get(field).and_then(Value::as_str).unwrap_or_default();
    let longest = if field == "description" { 512 } else { 120 };
    if text.chars().count() > longest {
        return Err(Refusal::bad("the text is too long"));
    }
    state.profile.insert((field, language(params)), text.to_owned());
    Ok(json!(true))
}

impl Emulator {
    /// The field's text in a language.
    pub fn profile(&self, field: &'static str, language: &str) -> String {
        let key = (field, language.to_owned());
        self.change(|state| state.profile.get(&key).cloned().unwrap_or_default())
    }

    /// The bot's owner sets a profile text through BotFather.
    pub fn writes_profile(&self, field: &'static str, language: &str, text: &str) {
        let key = (field, language.to_owned());
        self.change(|state| state.profile.insert(key, text.to_owned()));
    }
}
