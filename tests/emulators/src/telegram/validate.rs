//! Checks parameters against Telegram's API description; `facts.json` holds the part that the tests
//! use: `!` marks a required parameter, `[…]` an array, `|` a choice.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};

type Fields = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Facts {
    methods: BTreeMap<String, Fields>,
    types: BTreeMap<String, Fields>,
    scopes: BTreeMap<String, Fields>,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("facts.json")).expect("facts.json is what this module reads")
});

/// The method's name in the API description; requests may write it in any case.
pub fn method(name: &str) -> Option<&'static str> {
    FACTS.methods.keys().find(|known| known.eq_ignore_ascii_case(name)).map(String::as_str)
}

/// Returns every violation in the parameters of a known method.
pub fn faults(method: &str, params: &Map<String, Value>) -> Vec<String> {
    let mut faults = Vec::new();
    if let Some(fields) = FACTS.methods.get(method) {
        object(method, fields, params, &mut faults);
    }
    if params.contains_key("parse_mode") {
        faults.push(format!("{method}.parse_mode reads what people wrote as markup"));
    }
    faults
}

/// A form parameter as the JSON value that its text stands for.
pub fn from_form(method: &str, name: &str, text: &str) -> Value {
    let types = FACTS.methods.get(method).and_then(|fields| fields.get(name));
    match types.map(|types| types.trim_end_matches('!')) {
        Some("String") | None => text.into(),
        Some(_) => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

fn object(path: &str, fields: &Fields, given: &Map<String, Value>, faults: &mut Vec<String>) {
    for (name, value) in given {
        match fields.get(name) {
            None => faults.push(format!("{path}.{name} is unknown")),
            Some(types) => check(&format!("{path}.{name}"), types, value, faults),
        }
    }
    for (name, types) in fields {
        if types.ends_with('!') && !given.contains_key(name) {
            faults.push(format!("{path}.{name} is missing"));
        }
    }
}

fn check(path: &str, types: &str, value: &Value, faults: &mut Vec<String>) {
    let choices = types.trim_end_matches('!').split('|');
    let mut reasons = Vec::new();
    for choice in choices {
        let mut wrong = Vec::new();
        check_one(path, choice, value, &mut wrong);
        if wrong.is_empty() {
            return;
        }
        reasons.push(wrong);
    }
    // The first choice is the type that the desk uses, so its reasons say most.
    faults.extend(reasons.into_iter().next().unwrap_or_default());
}

fn check_one(path: &str, kind: &str, value: &Value, faults: &mut Vec<String>) {
    if let Some(inner) = kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
        let Value::Array(values) = value else {
            return faults.push(format!("{path} is not an array"));
        };
        for (at, value) in values.iter().enumerate() {
            check_one(&format!("{path}[{at}]"), inner, value, faults);
        }
        return;
    }
    let fits = match kind {
        // An uploaded file; the desk uploads no certificate.
        "InputFile" => false,
        "String" => value.is_string(),
        "Integer" => value.is_i64() || value.is_u64(),
        "Boolean" => value.is_boolean(),
        _ => return structure(path, kind, value, faults),
    };
    if !fits {
        faults.push(format!("{path} is not of the type {kind}"));
    }
}

fn structure(path: &str, kind: &str, value: &Value, faults: &mut Vec<String>) {
    let Value::Object(given) = value else {
        return faults.push(format!("{path} is not of the type {kind}"));
    };
    if kind == "BotCommandScope" {
        return scope(path, given, faults);
    }
    match FACTS.types.get(kind) {
        Some(fields) => object(path, fields, given, faults),
        None => faults.push(format!("{path}: the type {kind} is not among the facts")),
    }
}

fn scope(path: &str, given: &Map<String, Value>, faults: &mut Vec<String>) {
    let kind = given.get("type").and_then(Value::as_str).unwrap_or_default();
    let Some(fields) = FACTS.scopes.get(kind) else {
        return faults.push(format!("{path}.type is no scope"));
    };
    let mut rest = given.clone();
    rest.remove("type");
    object(path, fields, &rest, faults);
}
