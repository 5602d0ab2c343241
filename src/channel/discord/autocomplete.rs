//! Suggestions while somebody types an option of a command. They are answered at once and never
//! through the inbox: a moment later nobody wants them. Deliberately absent: what is suggested,
//! and to whom; that is the desk's affair.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    http::{Call, Http},
    wire::{CommandOption, Interaction},
};

/// How many suggestions the platform shows.
const MOST: usize = 25;
/// How long a suggestion or its value may be, in characters.
const LONGEST: usize = 100;
/// The kind of answer that carries suggestions.
const AUTOCOMPLETE_RESULT: u8 = 8;

/// Somebody who types and waits for suggestions.
#[derive(Clone, PartialEq, Eq)]
pub struct Suggesting {
    /// Who.
    pub user_id: String,
    /// The language of their app, when the platform tells.
    pub language: Option<String>,
    /// The command, by its registered name.
    pub command: String,
    /// The option that is being typed.
    pub option: String,
    /// What was typed so far.
    pub partial: String,
    /// What the other options hold, by their names.
    pub given: Vec<(String, String)>,
    /// The interaction's key.
    pub id: String,
    /// What it is answered with.
    pub token: String,
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is read.
    pub label: String,
    /// What it fills in.
    pub value: Fill,
}

/// What a suggestion fills in: a number for an option that takes numbers, else text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    /// A number.
    Number(i64),
    /// Text.
    Text(String),
}

/// Reads an autocompletion; `None` when nothing is being typed in it.
pub fn read(data: &Value) -> Option<Suggesting> {
    let interaction = Interaction::deserialize(data).ok()?;
    let user_id = interaction.author()?.id.clone();
    let (typed, level) = focused(&interaction.data.options)?;
    let others = level.iter().filter(|option| !option.focused);
    let given = others.map(|option| (option.name.clone(), text(option))).collect();
    Some(Suggesting {
        user_id,
        language: interaction.locale,
        command: interaction.data.name?,
        option: typed.name.clone(),
        partial: text(typed),
        given,
        id: interaction.id,
        token: interaction.token,
    })
}

fn text(option: &CommandOption) -> String {
    match &option.value {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The option that is being typed, and those it stands among.
fn focused(options: &[CommandOption]) -> Option<(&CommandOption, &[CommandOption])> {
    options.iter().find_map(|option| {
        if option.focused { Some((option, options)) } else { focused(&option.options) }
    })
}

/// The answer that shows these suggestions, or the first of them when they are too many.
pub fn answer(choices: &[Choice]) -> Value {
    let fits = |choice: &&Choice| match &choice.value {
        Fill::Number(_) => true,
        Fill::Text(text) => !text.is_empty() && text.chars().count() <= LONGEST,
    };
    let shown = choices.iter().filter(fits).filter(|choice| !choice.label.is_empty()).take(MOST);
    let choices: Vec<Value> = shown
        .map(|choice| {
            let name: String = choice.label.chars().take(LONGEST).collect();
            match &choice.value {
                Fill::Number(number) => json!({"name": name, "value": number}),
                Fill::Text(text) => json!({"name": name, "value": text}),
            }
        })
        .collect();
    json!({"type": AUTOCOMPLETE_RESULT, "data": {"choices": choices}})
}

/// Answers. Who types on has asked again meanwhile, so a failure is not repeated.
pub async fn respond(http: &Http, suggesting: &Suggesting, choices: &[Choice]) {
    let Suggesting { id, token, .. } = suggesting;
    let call = Call::post(format!("/interactions/{id}/{token}/callback"), answer(choices));
    if let Err(failure) = http.ask(call).await {
        tracing::debug!(%failure, "no suggestions were shown");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_being_typed_is_found_wherever_it_stands() {
        let data = json!({
            "id": "9", "token": "tok", "type": 4, "locale": "es-419", "channel_id": "3",
            "guild_id": "1", "member": {"user": {"id": "5"}},
            "data": {"id": "1", "name": "nota", "type": 1, "options": [
                {"name": "texto", "type": 3, "value": "cambio"},
                {"name": "caso", "type": 4, "value": "12", "focused": true}]}});
        let suggesting = read(&data).unwrap();
        assert_eq!(suggesting.option, "caso");
        assert_eq!(suggesting.partial, "12");
        assert_eq!((suggesting.user_id.as_str(), suggesting.command.as_str()), ("5", "nota"));
        assert_eq!(suggesting.language.as_deref(), Some("es-419"));
        assert_eq!(suggesting.given, [("texto".to_owned(), "cambio".to_owned())]);
    }

    #[test]
    fn an_answer_keeps_within_what_the_platform_takes() {
        let long = "ñ".repeat(101);
        let mut choices = vec![
            Choice { label: long.clone(), value: Fill::Number(7) },
            Choice { label: "x".into(), value: Fill::Text(long) },
        ];
        choices.extend((0..40).map(|n| Choice { label: n.to_string(), value: Fill::Number(n) }));
        let body = answer(&choices);
        let shown = body["data"]["choices"].as_array().unwrap();
        assert_eq!(shown.len(), MOST);
        assert_eq!(shown[0], json!({"name": "ñ".repeat(100), "value": 7}));
        assert_eq!(shown[1], json!({"name": "0", "value": 0}));
    }
}
