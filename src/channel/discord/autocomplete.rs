//! Suggestions while a person types an option of a command. They are answered at once and never stored in
//! the inbox, because the person types on. Deliberately absent: what is suggested, and to which person;
//! the desk decides that.

use serde::Deserialize;
use serde_json::Value;
use serenity::all::{AutocompleteChoice, CreateAutocompleteResponse};

use super::{
    http::{Call, Http},
    response::Response,
    wire::{CommandOption, Interaction},
};

/// How many suggestions the platform shows.
const MOST: usize = 25;
/// The longest suggestion and the longest value, in characters.
const LONGEST: usize = 100;

/// A request for suggestions.
#[derive(Clone, PartialEq, Eq)]
pub struct Suggesting {
    /// The account of the person who types.
    pub user_id: String,
    /// The language of their app, when the platform tells.
    pub language: Option<String>,
    /// The command, by its registered name.
    pub command: String,
    /// The option that is being typed.
    pub option: String,
    /// The text so far.
    pub partial: String,
    /// The values of the other options, by name.
    pub given: Vec<(String, String)>,
    /// The interaction's key.
    pub id: String,
    /// The interaction's token.
    pub token: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub label: String,
    /// What choosing it fills in.
    pub value: Fill,
}

/// A number for an option that takes numbers, else text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fill {
    Number(i64),
    Text(String),
}

/// Reads an autocompletion; `None` when no option of it is being typed.
pub fn read(data: &Value) -> Option<Suggesting> {
    let interaction = Interaction::deserialize(data).ok()?;
    let user_id = interaction.author()?.id.clone();
    let typing = typing(&interaction.data.options)?;
    let others = typing.among.iter().filter(|option| !option.focused);
    let given = others.map(|option| (option.name.clone(), text(option))).collect();
    Some(Suggesting {
        user_id,
        language: interaction.locale,
        command: interaction.data.name?,
        option: typing.option.name.clone(),
        partial: text(typing.option),
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

/// The option that is being typed, and the options of its command.
struct Typing<'o> {
    option: &'o CommandOption,
    among: &'o [CommandOption],
}

fn typing(options: &[CommandOption]) -> Option<Typing<'_>> {
    options.iter().find_map(|option| {
        if option.focused {
            Some(Typing { option, among: options })
        } else {
            typing(&option.options)
        }
    })
}

/// The answer with these suggestions: as many of them as the platform takes.
pub fn answer(choices: &[Choice]) -> Value {
    let fits = |choice: &&Choice| match &choice.value {
        Fill::Number(_) => true,
        Fill::Text(text) => !text.is_empty() && text.chars().count() <= LONGEST,
    };
    let shown = choices.iter().filter(fits).filter(|choice| !choice.label.is_empty()).take(MOST);
    let choices = shown.map(|choice| {
        let name: String = choice.label.chars().take(LONGEST).collect();
        match &choice.value {
            Fill::Number(number) => AutocompleteChoice::new(name, *number),
            Fill::Text(text) => AutocompleteChoice::new(name, text.as_str()),
        }
    });
    let suggestions = CreateAutocompleteResponse::new().set_choices(choices.collect());
    Response::Suggest(suggestions).into_json()
}

/// Answers. A failure is not repeated, because by then the person has typed on and asked again.
pub async fn respond(http: &Http, suggesting: &Suggesting, choices: &[Choice]) {
    let Suggesting { id, token, .. } = suggesting;
    let call = Call::post(format!("/interactions/{id}/{token}/callback"), answer(choices));
    if let Err(failure) = http.ask(call).await {
        tracing::debug!(%failure, "the suggestions were not shown");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_option_being_typed_is_found_at_any_position() {
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
    fn an_answer_keeps_within_the_limits_of_the_platform() {
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
