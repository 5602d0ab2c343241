//! Parameters and names say what they are: no function of `src` takes a tuple, which would hide several
//! parameters from the lint that counts them, and no `let` binds several values only to save lines.
//! Deliberately absent: tuples inside generic types, and tuples that a function returns.

use super::{Source, assert_none, sources};

#[test]
fn no_function_takes_a_tuple() {
    let wrong = sources("src").iter().flat_map(tuple_parameters).collect();
    assert_none(wrong, "a tuple parameter: write plain parameters or a struct");
}

#[test]
fn no_let_packs_several_values() {
    let sources = sources("src");
    let wrong = sources.iter().flat_map(|source| source.places(is_packed)).collect();
    assert_none(wrong, "several values in one `let`: write one line for each");
}

/// Whether a line binds the names in brackets to the values in brackets.
fn is_packed(line: &str) -> bool {
    let Some(pattern) = line.trim_start().strip_prefix("let (") else { return false };
    let Some((names, values)) = pattern.split_once(") = (") else { return false };
    let plain = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ' ');
    names.contains(',') && names.split(',').all(plain) && values.ends_with(");")
}

/// The functions of a file that take a tuple, as `path:line: name`.
fn tuple_parameters(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let text = &source.text;
    for (at, _) in text.match_indices("fn ") {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
            continue;
        }
        let Some(parameters) = parameters(&text[at..]) else { continue };
        if has_tuple(parameters) {
            let line = text[..at].matches('\n').count() + 1;
            let name = text[at + 3..].split(['(', '<']).next().unwrap_or_default();
            found.push(format!("{}:{line}: {name}", source.path));
        }
    }
    found
}

/// What stands between the brackets of a function's parameters.
fn parameters(function: &str) -> Option<&str> {
    let open = function.find('(')?;
    let head = &function[3..open];
    if head.contains(['\n', ';', '{', '"']) && !head.contains('<') {
        return None;
    }
    let mut depth = 0_i32;
    for (at, character) in function.char_indices().skip_while(|(at, _)| *at < open) {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&function[open + 1..at]);
        }
    }
    None
}

/// Whether the type of a parameter begins with an opening bracket and a name: `()` is no tuple.
fn has_tuple(parameters: &str) -> bool {
    parameters.split(':').skip(1).any(|kind| {
        let kind = kind.trim_start().trim_start_matches('&').trim_start();
        let inside = kind.strip_prefix('(').map(str::trim_start);
        inside.is_some_and(|inside| {
            inside.starts_with(|first: char| first.is_alphabetic() || first == '&')
        })
    })
}
