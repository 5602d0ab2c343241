//! Reads the items of any list of a procedure, and checks that their keys differ. Deliberately
//! absent: what an item holds (see `super::lists`).

use crate::config::{section::Section, tree::Value};

pub fn keys_of<'a>(top: &Section<'a>, list: &'static str) -> Vec<&'a str> {
    let mut keys = Vec::new();
    for key in top.sections(list).iter().filter_map(|section| section.quiet_text("key")) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// The items of a list that must not be empty.
pub fn some_of<T>(
    top: &Section<'_>,
    list: &'static str,
    remedy: &str,
    one: impl Fn(&Section<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let empty = match top.optional(list).map(|node| &node.value) {
        None => true,
        Some(Value::List(items)) => items.is_empty(),
        Some(_) => false,
    };
    if empty {
        top.fault(list, "there is none", remedy);
    }
    all_of(top, list, one)
}

/// The items of a list; their keys must differ.
pub fn all_of<T>(
    top: &Section<'_>,
    list: &'static str,
    one: impl Fn(&Section<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let mut seen = Vec::new();
    let mut items = Vec::new();
    for section in top.sections(list) {
        items.push(one(&section));
        section.finish();
        if let Some(key) = section.quiet_text("key") {
            if seen.contains(&key) {
                let problem = format!("`{key}` stands here for the second time");
                section.fault("key", problem, "Give each its own key.");
            }
            seen.push(key);
        }
    }
    items.into_iter().collect()
}
