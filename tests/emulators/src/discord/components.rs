//! Rules on message components that Discord's API description states in prose only: which
//! components may be nested, how many, and that custom ids differ.

use std::collections::BTreeSet;

use serde_json::Value;

use super::refusal::Problems;

/// The message flag EPHEMERAL: only one user sees the message.
pub const EPHEMERAL: u64 = 1 << 6;
/// The message flag LOADING: a deferred response whose content follows.
pub const LOADING: u64 = 1 << 7;
/// The message flag SUPPRESS_EMBEDS: links show no preview.
const SUPPRESS_EMBEDS: u64 = 1 << 2;
/// The message flag SUPPRESS_NOTIFICATIONS: no device makes a sound.
const SUPPRESS_NOTIFICATIONS: u64 = 1 << 12;
/// The message flag IS_COMPONENTS_V2: the message consists of components alone.
pub const COMPONENTS_V2: u64 = 1 << 15;

/// The flags that a bot may set.
pub const SETTABLE: u64 = SUPPRESS_EMBEDS | SUPPRESS_NOTIFICATIONS | EPHEMERAL | COMPONENTS_V2;

/// Calls `visit` with every component in reading order, each before the components nested in it.
pub fn walk(components: &[Value], visit: &mut impl FnMut(&Value)) {
    for component in components {
        visit(component);
        for inner in ["components", "accessory", "component"] {
            match &component[inner] {
                Value::Array(inner) => walk(inner, visit),
                Value::Null => {}
                one => walk(std::slice::from_ref(one), visit),
            }
        }
    }
}

/// The custom ids of every button and select menu.
pub fn codes(components: &[Value]) -> Vec<String> {
    let mut codes = Vec::new();
    walk(components, &mut |component| {
        codes.extend(component["custom_id"].as_str().map(str::to_owned))
    });
    codes
}

/// Gives an id to every component that has none, as Discord does.
pub fn number(components: &mut [Value], next: &mut u64) {
    for component in components {
        *next += 1;
        if component["id"].as_u64().unwrap_or_default() == 0 {
            component["id"] = (*next).into();
        }
        for inner in ["components", "accessory", "component"] {
            match component.get_mut(inner) {
                Some(Value::Array(inner)) => number(inner, next),
                Some(one @ Value::Object(_)) => number(std::slice::from_mut(one), next),
                _ => {}
            }
        }
    }
}

/// Returns every violation in a message body whose types have been checked.
pub fn check(body: &Value, flags: u64) -> Problems {
    let mut problems = Problems::default();
    let empty = Vec::new();
    let components = body["components"].as_array().unwrap_or(&empty);
    if flags & COMPONENTS_V2 != 0 {
        legacy_fields(&mut problems, body);
        let mut texts = 0;
        walk(components, &mut |component| {
            texts += component["content"].as_str().map_or(0, |text| text.chars().count());
        });
        if texts > 4000 {
            problems.add(
                "components",
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                "The total displayable text size exceeds the limit of 4000.",
            );
        }
    } else {
        rows_alone(&mut problems, components);
    }
    let mut total = 0;
    walk(components, &mut |_| total += 1);
    if total > 40 {
        let words = "The total number of components cannot exceed 40.";
        problems.add("components", "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", words);
    }
    unique(&mut problems, components);
    inside(&mut problems, "components", components);
    embeds(&mut problems, body);
    problems
}

fn legacy_fields(problems: &mut Problems, body: &Value) {
    for field in ["content", "embeds", "poll", "sticker_ids"] {
        let said = match &body[field] {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(list) => !list.is_empty(),
            _ => true,
        };
        if said {
            problems.add(
                field,
                "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                &format!(
                    "The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
                ),
            );
        }
    }
}

fn rows_alone(problems: &mut Problems, components: &[Value]) {
    for (at, component) in components.iter().enumerate() {
        if component["type"] != 1 {
            problems.add(
                &format!("components.{at}.type"),
                "UNION_TYPE_CHOICES",
                "Value of field \"type\" must be one of (1,).",
            );
        }
    }
    if components.len() > 5 {
        problems.add("components", "BASE_TYPE_BAD_LENGTH", "Must be 5 or fewer in length.");
    }
}

/// Checks that no custom id and no component id occurs twice.
pub fn unique(problems: &mut Problems, components: &[Value]) {
    let mut seen = BTreeSet::new();
    for code in codes(components) {
        if !seen.insert(code.clone()) {
            let words = format!("Component custom id cannot be duplicated: {code}");
            problems.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", &words);
        }
    }
}

fn inside(problems: &mut Problems, path: &str, components: &[Value]) {
    for (at, component) in components.iter().enumerate() {
        let path = format!("{path}.{at}");
        match component["type"].as_u64() {
            Some(1) => row(problems, &path, component),
            Some(2) => button(problems, &path, component),
            Some(3) => select(problems, &path, component),
            _ => {}
        }
        if let Some(inner) = component["components"].as_array() {
            inside(problems, &format!("{path}.components"), inner);
        }
        if component["accessory"]["type"] == 2 {
            button(problems, &format!("{path}.accessory"), &component["accessory"]);
        }
    }
}

/// An action row holds up to five buttons, or one select menu.
fn row(problems: &mut Problems, path: &str, row: &Value) {
    let inner = row["components"].as_array().map(Vec::as_slice).unwrap_or_default();
    if inner.len() > 1 && inner.iter().any(|component| component["type"] != 2) {
        problems.add(
            &format!("{path}.components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        );
    }
}

fn button(problems: &mut Problems, path: &str, button: &Value) {
    let given = |name: &str| !button[name].is_null() && button[name] != "";
    let code = given("custom_id");
    let address = given("url");
    match button["style"].as_u64() {
        Some(5) if !address || code => problems.add(
            path,
            "BUTTON_COMPONENT_URL_REQUIRED",
            "A link button has an url and no custom id",
        ),
        Some(1..=4) if !code || address => problems.add(
            path,
            "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED",
            "A custom id is required, and no url",
        ),
        _ => {}
    }
    if !given("label") && !given("emoji") && button["style"] != 6 {
        problems.add(path, "BUTTON_COMPONENT_INVALID_LABEL", "A label or an emoji is required");
    }
}

/// The options of a select menu differ, and `max_values` does not exceed their number.
pub fn select(problems: &mut Problems, path: &str, select: &Value) {
    let options = select["options"].as_array().map(Vec::as_slice).unwrap_or_default();
    let mut seen = BTreeSet::new();
    for option in options {
        if !seen.insert(option["value"].as_str()) {
            let words = "The specified option value is already used";
            problems.add(path, "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", words);
        }
    }
    let number = |name: &str| select[name].as_u64().unwrap_or(1);
    let least = number("min_values");
    let most = number("max_values");
    if least > most || most > options.len().max(1) as u64 {
        let words = "More values can be chosen than there are, or fewer than must be";
        problems.add(path, "SELECT_COMPONENT_INVALID_RANGE", words);
    }
}

fn embeds(problems: &mut Problems, body: &Value) {
    let mut total = 0;
    for embed in body["embeds"].as_array().into_iter().flatten() {
        let length = |value: &Value| value.as_str().map_or(0, |text| text.chars().count());
        total += length(&embed["title"]) + length(&embed["description"]);
        total += length(&embed["footer"]["text"]) + length(&embed["author"]["name"]);
        for field in embed["fields"].as_array().into_iter().flatten() {
            total += length(&field["name"]) + length(&field["value"]);
        }
    }
    if total > 6000 {
        problems.add(
            "embeds",
            "MAX_EMBED_SIZE_EXCEEDED",
            "Embed size exceeds maximum size of 6000",
        );
    }
}
