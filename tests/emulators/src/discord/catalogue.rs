//! Registered application commands: names, descriptions and options in every language, with the
//! rules that Discord's API description states in prose only.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::{
    BOT_ID, facts,
    ledger::Effect,
    messages,
    refusal::{Problems, Refusal, Reply},
    state::State,
};

/// The limits on commands of each type: slash, user, message.
const MOST: [usize; 3] = [100, 15, 15];
/// The limit on the combined text of a command, in characters.
const TEXT: usize = 8000;

/// Reads the registered commands, or replaces them.
pub fn call(state: &mut State, method: &str, app: u64, guild: Option<u64>, body: &Value) -> Reply {
    if app != BOT_ID {
        return Err(Refusal::new(
            403,
            20012,
            "You are not authorized to perform this action on this application",
        ));
    }
    if guild.is_some_and(|guild| !state.guilds.contains_key(&guild)) {
        return Err(Refusal::missing_access());
    }
    if method == "GET" {
        let known = state.commands.get(&guild).cloned().unwrap_or_default();
        return Ok((200, known.into()));
    }
    let asked = body.as_array().cloned().unwrap_or_default();
    messages::report(state, "PUT commands", &check(&asked))?;
    for kind in 1..=3 {
        let count = asked.iter().filter(|command| kind_of(command) == kind).count();
        if count > MOST[kind as usize - 1] {
            let words = "Maximum number of application commands reached";
            return Err(Refusal::new(400, 30032, words));
        }
    }
    let commands: Vec<Value> = asked.iter().map(|asked| stored(state, guild, asked)).collect();
    state.commands.insert(guild, commands.clone());
    let at = Instant::now();
    state.ledger.effects.push(Effect::Commands { guild, commands: commands.clone(), at });
    Ok((200, commands.into()))
}

/// The type of a command; 1 (slash command) when the field is absent.
pub fn kind_of(command: &Value) -> u64 {
    command["type"].as_u64().unwrap_or(1)
}

/// A command as Discord returns it; a command that keeps its name keeps its id.
fn stored(state: &mut State, guild: Option<u64>, asked: &Value) -> Value {
    let old = state.commands.get(&guild).into_iter().flatten();
    let mut old = old.filter(|old| old["name"] == asked["name"] && kind_of(old) == kind_of(asked));
    let id = old.next().map(|old| old["id"].clone());
    let version = state.next_id().to_string();
    let mut command = asked.clone();
    command["id"] = id.unwrap_or_else(|| version.clone().into());
    command["version"] = version.into();
    command["application_id"] = BOT_ID.to_string().into();
    command["type"] = kind_of(asked).into();
    command["description"] = asked["description"].as_str().unwrap_or_default().into();
    command["nsfw"] = (asked["nsfw"] == true).into();
    let permissions = &asked["default_member_permissions"];
    command["default_member_permissions"] = match permissions {
        Value::Number(number) => number.to_string().into(),
        other => other.clone(),
    };
    if let Some(guild) = guild {
        command["guild_id"] = guild.to_string().into();
    }
    if command.get("options").is_none_or(Value::is_null) {
        command["options"] = json!([]);
    }
    command
}

fn check(commands: &[Value]) -> Problems {
    let mut problems = Problems::default();
    let mut names = BTreeSet::new();
    for (at, command) in commands.iter().enumerate() {
        let path = at.to_string();
        let kind = kind_of(command);
        let name = command["name"].as_str().unwrap_or_default().to_owned();
        if !names.insert((kind, name)) {
            let words = "Application command names must be unique";
            problems.add(&path, "APPLICATION_COMMANDS_DUPLICATE_NAME", words);
        }
        if kind == 1 {
            described(&mut problems, &path, command);
            options(&mut problems, &path, command);
        } else {
            on_target(&mut problems, &path, command);
        }
        if text(command) > TEXT {
            let words = format!("Command exceeds maximum size ({TEXT})");
            problems.add(&path, "APPLICATION_COMMAND_TOO_LARGE", &words);
        }
    }
    problems
}

/// A user or message command has a name and no description or options.
fn on_target(problems: &mut Problems, path: &str, command: &Value) {
    localised(problems, path, command);
    if command["description"].as_str().is_some_and(|text| !text.is_empty()) {
        let words = "Context menu commands cannot have description";
        problems.add(
            &format!("{path}.description"),
            "APPLICATION_COMMAND_DESCRIPTION_NOT_ALLOWED",
            words,
        );
    }
    if command["options"].as_array().is_some_and(|options| !options.is_empty()) {
        let words = "Context menu commands cannot have options";
        problems.add(&format!("{path}.options"), "APPLICATION_COMMAND_OPTIONS_NOT_ALLOWED", words);
    }
}

/// Checks the names and descriptions of slash commands and options in every language.
fn described(problems: &mut Problems, path: &str, of: &Value) {
    let own = [(format!("{path}.name"), &of["name"])];
    let names = of["name_localizations"].as_object().into_iter().flatten();
    let names = names.map(|(locale, name)| (format!("{path}.name_localizations.{locale}"), name));
    for (path, name) in own.into_iter().chain(names) {
        if !is_name(name.as_str().unwrap_or_default()) {
            problems.add(&path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid");
        }
    }
    if of["description"].as_str().is_none_or(str::is_empty) {
        let words = "This field is required";
        problems.add(&format!("{path}.description"), "BASE_TYPE_REQUIRED", words);
    }
    localised(problems, path, of);
}

/// `^[-_'\p{L}\p{N}]{1,32}$`, in lower case for letters that have one.
fn is_name(name: &str) -> bool {
    let allowed = |character: char| character.is_alphanumeric() || "-_'".contains(character);
    (1..=32).contains(&name.chars().count())
        && name.chars().all(allowed)
        && name.to_lowercase() == name
}

fn localised(problems: &mut Problems, path: &str, of: &Value) {
    for field in ["name_localizations", "description_localizations"] {
        for locale in of[field].as_object().into_iter().flat_map(|fields| fields.keys()) {
            if !facts::is_locale(locale) {
                let path = format!("{path}.{field}.{locale}");
                problems.add(&path, "ENUM_TYPE_COERCE", "Value is not a known locale.");
            }
        }
    }
}

fn options(problems: &mut Problems, path: &str, of: &Value) {
    let mut names = BTreeSet::new();
    let mut optional = false;
    for (at, option) in of["options"].as_array().into_iter().flatten().enumerate() {
        let path = format!("{path}.options.{at}");
        described(problems, &path, option);
        if !names.insert(option["name"].as_str()) {
            let words = "Option name is already used";
            problems.add(&path, "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", words);
        }
        if option["required"] == true && optional {
            let words = "Required options must be placed before non-required options";
            problems.add(&path, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", words);
        }
        let inner = matches!(option["type"].as_u64(), Some(1 | 2));
        optional |= !inner && option["required"] != true;
        if option["autocomplete"] == true
            && option["choices"].as_array().is_some_and(|choices| !choices.is_empty())
        {
            let words = "Options with autocomplete cannot have choices";
            problems.add(&path, "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES", words);
        }
        if inner {
            options(problems, &path, option);
        }
    }
}

/// The number of characters of a command, counted in its longest language.
fn text(of: &Value) -> usize {
    let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
    let longest = |field: &str| {
        let others = of[format!("{field}_localizations")].as_object().into_iter().flatten();
        others.map(|(_, text)| length(text)).chain([length(&of[field])]).max().unwrap_or_default()
    };
    let choices = of["choices"].as_array().into_iter().flatten();
    let choices: usize =
        choices.map(|choice| length(&choice["name"]) + length(&choice["value"])).sum();
    let options: usize = of["options"].as_array().into_iter().flatten().map(text).sum();
    longest("name") + longest("description") + choices + options
}
