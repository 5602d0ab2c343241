//! Discord's own API description; `facts.json` holds the part that the tests use. A field reads
//! `kind [least..most] [?] [!]`: `?` means nullable, `!` required, `[…]` a list, `{…}` a map, `|` a
//! choice and `=` a fixed value.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};

use super::refusal::Problems;

type Fields = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Facts {
    routes: BTreeMap<String, RouteFacts>,
    schemas: BTreeMap<String, Fields>,
    locales: Vec<String>,
}

/// The body, parameters and files that a route takes.
#[derive(Deserialize)]
pub struct RouteFacts {
    #[serde(default)]
    pub query: Fields,
    pub body: Option<String>,
}

static FACTS: LazyLock<Facts> = LazyLock::new(|| {
    serde_json::from_str(include_str!("facts.json")).expect("facts.json is what this module reads")
});

/// The route of a request as Discord names it, and what the request may contain. A route with a
/// literal segment wins over a route with a placeholder in that segment.
pub fn route(method: &str, path: &str) -> Option<(&'static str, &'static RouteFacts)> {
    let wanted = format!("{method} {path}");
    let fitting = FACTS.routes.iter().filter(|(route, _)| fits(route, &wanted));
    let best = fitting.min_by_key(|(route, _)| route.matches('{').count())?;
    Some((best.0.as_str(), best.1))
}

/// Whether a request matches a pattern, in which `*` and `{…}` stand for one path segment.
pub fn fits(pattern: &str, request: &str) -> bool {
    let open = |part: &str| part == "*" || (part.starts_with('{') && part.ends_with('}'));
    let pattern = pattern.split('/');
    let request = request.split('/');
    pattern.clone().count() == request.clone().count()
        && pattern.zip(request).all(|(part, given)| open(part) || part == given)
}

/// Whether Discord has a locale with this code.
pub fn is_locale(name: &str) -> bool {
    FACTS.locales.iter().any(|locale| locale == name)
}

/// Returns every violation in a value of this kind.
pub fn check(kind: &str, value: &Value) -> Problems {
    let mut problems = Problems::default();
    one(&mut problems, "", &Spec { kind, range: None }, value);
    problems
}

/// Returns every violation in the query parameters.
pub fn check_query(facts: &RouteFacts, pairs: &[(String, String)]) -> Problems {
    let mut problems = Problems::default();
    for (name, text) in pairs {
        let Some(field) = facts.query.get(name) else {
            problems.unknown(name);
            continue;
        };
        let spec = Spec::of(field);
        let value = match spec.kind {
            "snowflake" => text.as_str().into(),
            _ => serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
        };
        one(&mut problems, name, &spec, &value);
    }
    problems
}

/// The kind of a field, and the bounds of its value, length or item count.
struct Spec<'a> {
    kind: &'a str,
    range: Option<(i64, Option<i64>)>,
}

impl<'a> Spec<'a> {
    fn of(field: &'a str) -> Self {
        let mut words = field.split(' ');
        let kind = words.next().unwrap_or_default();
        Self { kind, range: words.find_map(range) }
    }
}

fn range(word: &str) -> Option<(i64, Option<i64>)> {
    let (least, most) = word.split_once("..")?;
    Some((least.parse().ok()?, most.parse().ok()))
}

fn object(problems: &mut Problems, path: &str, name: &str, given: &Map<String, Value>) {
    let Some(fields) = FACTS.schemas.get(name) else {
        return problems.unknown(&format!("{path}: {name} is not among the facts"));
    };
    for (field, value) in given {
        let inner = join(path, field);
        match fields.get(field) {
            // A null or empty value under an unknown name has no effect, and libraries send such
            // values.
            None if says_nothing(value) => {}
            None => problems.unknown(&inner),
            Some(spec) if value.is_null() && spec.contains(" ?") => {}
            Some(spec) => one(problems, &inner, &Spec::of(spec), value),
        }
    }
    for (field, spec) in fields {
        if spec.ends_with('!') && !given.contains_key(field) {
            problems.add(&join(path, field), "BASE_TYPE_REQUIRED", "This field is required");
        }
    }
}

fn one(problems: &mut Problems, path: &str, spec: &Spec<'_>, value: &Value) {
    if let Some(inner) = spec.kind.strip_prefix('[').and_then(|kind| kind.strip_suffix(']')) {
        return list(problems, path, spec, inner, value);
    }
    if let Some(inner) = spec.kind.strip_prefix('{').and_then(|kind| kind.strip_suffix('}')) {
        return map(problems, path, inner, value);
    }
    if spec.kind.starts_with(|first: char| first.is_ascii_uppercase()) {
        return structure(problems, path, spec.kind, value);
    }
    scalar(problems, path, spec, value);
}

fn list(problems: &mut Problems, path: &str, spec: &Spec<'_>, inner: &str, value: &Value) {
    let Value::Array(values) = value else {
        return problems.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    };
    bounds(problems, path, spec, values.len(), "BASE_TYPE_BAD_LENGTH");
    for (at, value) in values.iter().enumerate() {
        one(problems, &join(path, &at.to_string()), &Spec { kind: inner, range: None }, value);
    }
}

fn map(problems: &mut Problems, path: &str, inner: &str, value: &Value) {
    let Value::Object(values) = value else {
        return problems.add(
            path,
            "DICT_TYPE_CONVERT",
            "Only dictionaries may be used in a DictType",
        );
    };
    let (kind, within) = inner.split_once(':').unwrap_or((inner, ""));
    for (name, value) in values {
        one(problems, &join(path, name), &Spec { kind, range: range(within) }, value);
    }
}

/// Checks an object against the named kinds; where there are several, the object's `type` selects
/// one.
fn structure(problems: &mut Problems, path: &str, kinds: &str, value: &Value) {
    let Value::Object(given) = value else {
        return problems.add(
            path,
            "MODEL_TYPE_CONVERT",
            "Only dictionaries may be used in a ModelType",
        );
    };
    let told = given.get("type").map(|told| told.as_str().map_or(told.to_string(), str::to_owned));
    let matches = |kind: &&str| {
        let fixed = FACTS.schemas.get(*kind).and_then(|fields| fields.get("type"));
        let fixed = fixed.and_then(|spec| spec.split(' ').next()).and_then(|k| k.strip_prefix('='));
        fixed.is_none() || fixed == told.as_deref()
    };
    match kinds.split('|').find(matches) {
        Some(kind) => object(problems, path, kind, given),
        None => problems.add(
            &join(path, "type"),
            "UNION_TYPE_CHOICES",
            "Value of field \"type\" must be one of those allowed here.",
        ),
    }
}

fn scalar(problems: &mut Problems, path: &str, spec: &Spec<'_>, value: &Value) {
    let number = || value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    let spelled = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let fits = match spec.kind {
        "string" => value.is_string(),
        "integer" => number().is_some(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "snowflake" => value.as_u64().is_some() || spelled().parse::<u64>().is_ok(),
        "timestamp" => {
            value.as_str().is_some_and(|text| text.parse::<chrono::DateTime<chrono::Utc>>().is_ok())
        }
        "nonce" => value.is_string() || value.is_i64(),
        kind => {
            let choices = kind.strip_prefix("enum:").or(kind.strip_prefix('='));
            let mut choices = choices.unwrap_or_default().split(',');
            if !choices.any(|choice| choice == spelled()) {
                let words = format!("Value must be one of the allowed, not {}.", spelled());
                problems.add(path, "BASE_TYPE_CHOICES", &words);
            }
            return;
        }
    };
    if !fits {
        let words = format!("{value} is not of the type {}", spec.kind);
        return problems.add(path, "TYPE_CONVERT", &words);
    }
    match (value, spec.kind) {
        (Value::String(text), "string" | "nonce") => {
            bounds(problems, path, spec, text.chars().count(), "BASE_TYPE_BAD_LENGTH");
        }
        (_, "integer") => {
            let (least, most) = spec.range.unwrap_or((i64::MIN, None));
            let number = number().unwrap_or_default();
            if number < least || most.is_some_and(|most| number > most) {
                problems.add(path, "NUMBER_TYPE_RANGE", "The number is out of its range.");
            }
        }
        _ => {}
    }
}

fn bounds(problems: &mut Problems, path: &str, spec: &Spec<'_>, count: usize, code: &str) {
    let (least, most) = spec.range.unwrap_or((0, None));
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    match most {
        Some(most) if count > most && least == 0 => {
            problems.add(path, code, &format!("Must be {most} or fewer in length."));
        }
        Some(most) if count > most || count < least => {
            problems.add(path, code, &format!("Must be between {least} and {most} in length."));
        }
        None if count < least => {
            problems.add(path, code, &format!("Must be {least} or more in length."));
        }
        _ => {}
    }
}

fn says_nothing(value: &Value) -> bool {
    value.is_null() || *value == false || value.as_array().is_some_and(Vec::is_empty)
}

fn join(path: &str, field: &str) -> String {
    if path.is_empty() { field.to_owned() } else { format!("{path}.{field}") }
}
