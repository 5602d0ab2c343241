//! The invariants of the code base, checked by reading its source: the direction of imports between
//! layers, where queries and texts live, and how large a file may be. Each test lists every
//! violation with its file and line.

#![allow(clippy::unwrap_used, reason = "a test that cannot read the source should stop")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use mesabot::{
    chat::{
        catalogue::help_key,
        commands::{CATALOGUE, find},
    },
    domain::locale::Locale,
};

#[path = "architecture/bounded.rs"]
mod bounded;
#[path = "architecture/circles.rs"]
mod circles;
#[path = "architecture/pairings.rs"]
mod pairings;
#[path = "architecture/papers.rs"]
mod papers;
#[path = "architecture/parameters.rs"]
mod parameters;
#[path = "architecture/words.rs"]
mod words;

struct Source {
    path: String,
    text: String,
}

fn sources(under: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(under)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.display().to_string(), text });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!found.is_empty(), "nothing to read under {under}");
    found
}

impl Source {
    /// The lines of product code: without comments, and without the unit tests at the end of the
    /// file.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let end = self.text.find("#[cfg(test)]\nmod tests").unwrap_or(self.text.len());
        let lines = self.text[..end].lines().enumerate();
        lines.filter(|(_, line)| !line.trim_start().starts_with("//")).map(|(n, l)| (n + 1, l))
    }

    fn places(&self, wrong: impl Fn(&str) -> bool) -> Vec<String> {
        let found = self.code().filter(|(_, line)| wrong(line));
        found.map(|(n, line)| format!("{}:{n}: {}", self.path, line.trim())).collect()
    }
}

fn assert_none(found: Vec<String>, why: &str) {
    assert!(found.is_empty(), "{why}:\n{}", found.join("\n"));
}

/// The string literals of a line of code.
fn literals(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('"') {
        let mut end = start + 1;
        let bytes = rest.as_bytes();
        while end < rest.len() && bytes[end] != b'"' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        found.push(rest[(start + 1).min(rest.len())..end.min(rest.len())].to_owned());
        rest = rest.get(end + 1..).unwrap_or("");
    }
    found
}

#[test]
fn layers_import_only_what_lies_below_them() {
    let mut wrong = Vec::new();
    for (layer, above) in [
        (
            "domain",
            &["entity", "service", "chat", "channel", "worker", "app", "config", "clock"][..],
        ),
        ("entity", &["service", "chat", "channel", "worker", "app", "config", "clock"]),
        ("service", &["chat", "channel", "worker", "app", "config", "clock"]),
        ("chat", &["channel", "worker", "app", "config", "clock"]),
        ("channel", &["worker", "app", "config", "service", "clock"]),
        ("worker", &["app", "config"]),
        ("config", &["entity", "service", "chat", "channel", "worker", "app", "clock"]),
    ] {
        for source in sources(&format!("src/{layer}")) {
            let text: String = source.code().map(|(_, line)| format!("{line}\n")).collect();
            for module in above {
                if used(&text, module) {
                    wrong.push(format!("{} uses crate::{module}", source.path));
                }
            }
        }
    }
    assert_none(wrong, "an import from a layer above");
}

/// Whether the code names `crate::module`, alone or in a nested list of imports.
fn used(text: &str, module: &str) -> bool {
    if text.contains(&format!("crate::{module}::")) || text.contains(&format!("crate::{module};")) {
        return true;
    }
    text.split("use crate::{").skip(1).any(|list| {
        let mut depth = 1;
        let mut word = String::new();
        for character in list.chars() {
            match character {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            if character.is_alphanumeric() || character == '_' {
                word.push(character);
                continue;
            }
            if depth <= 2 && word == module && matches!(character, ':' | ',' | '{') {
                return depth == 1 || character == '{';
            }
            word.clear();
        }
        false
    })
}

#[test]
fn platform_libraries_stay_in_their_adapters() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        if !source.path.starts_with("src/channel/telegram") && source.path != "src/app/logging.rs" {
            wrong.extend(source.places(|line| line.contains("teloxide")));
        }
    }
    assert_none(wrong, "teloxide belongs to src/channel/telegram alone");
    let mut wrong = Vec::new();
    for source in sources("src") {
        if !source.path.starts_with("src/channel/discord") && source.path != "src/app/logging.rs" {
            wrong.extend(source.places(|line| line.contains("serenity")));
        }
    }
    assert_none(wrong, "serenity belongs to src/channel/discord alone");
    let mut wrong = Vec::new();
    for source in sources("src") {
        if !source.path.starts_with("src/channel") && !source.path.starts_with("src/app/run") {
            wrong.extend(source.places(|line| line.contains("axum")));
        }
    }
    assert_none(wrong, "HTTP requests are received by the adapters and src/app/run alone");
}

#[test]
fn chat_and_channel_never_name_the_database_library() {
    let mut wrong = Vec::new();
    for source in sources("src/chat").into_iter().chain(sources("src/channel")) {
        wrong.extend(source.places(|line| line.contains("sea_orm")));
    }
    assert_none(wrong, "use the Transaction, Connection and Reader that src/service exports");
}

#[test]
fn the_clocks_of_a_ticket_never_run_in_the_calendar_of_the_desk() {
    let mut wrong = Vec::new();
    let clocks = sources("src/domain").into_iter().filter(|s| s.path != "src/domain/procedure.rs");
    for source in clocks.chain(sources("src/service")) {
        wrong.extend(source.places(|line| line.contains("desk_calendar")));
    }
    assert_none(wrong, "ask Procedure::calendar_of for the calendar of the ticket's group");
}

#[test]
fn the_domain_does_no_io() {
    let mut wrong = Vec::new();
    for source in sources("src/domain") {
        wrong.extend(source.places(|line| {
            [".await", "async ", "std::fs", "std::env", "now()", "DatabaseConnection", "rand::"]
                .iter()
                .any(|impure| line.contains(impure))
        }));
    }
    assert_none(wrong, "the domain does no I/O and reads no clock");
}

#[test]
fn queries_stay_in_service_and_transactions_begin_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let queries =
            source.path.starts_with("src/service") || source.path.starts_with("src/entity");
        if !queries {
            wrong.extend(source.places(|line| {
                [
                    "::Entity",
                    "::Column",
                    "EntityTrait",
                    "QueryFilter",
                    "ActiveModel",
                    "execute_unprepared",
                ]
                .iter()
                .any(|query| line.contains(query))
            }));
        }
        if !source.path.starts_with("src/service/database") {
            wrong.extend(source.places(|line| {
                line.contains(".begin(")
                    || line.contains(".begin_with")
                    || line.contains(".transaction(")
            }));
        }
    }
    assert_none(wrong, "a query or a transaction outside its place");
}

#[test]
fn only_the_courier_sends() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let edge = source.path.starts_with("src/channel") || source.path.starts_with("src/worker/");
        if !edge {
            wrong.extend(
                source.places(|line| {
                    line.contains("Channel::send") || line.contains("channel.send(")
                }),
            );
        }
    }
    assert_none(wrong, "messages go out through the outbox");
}

#[test]
fn the_clock_is_read_in_one_place() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        if source.path != "src/clock.rs" {
            wrong.extend(source.places(|line| {
                line.contains("Utc::now")
                    || line.contains("SystemTime::now")
                    || line.contains("Local::now")
            }));
        }
    }
    assert_none(wrong, "take `now`");
}

#[test]
fn chat_code_holds_no_sentence() {
    let mut wrong = Vec::new();
    for source in sources("src/chat") {
        wrong.extend(source.places(|line| {
            // Error texts and invariants are read by developers only.
            let ours = ["Unreadable(", "unreachable!", "expect(", "debug_assert", "reason = "];
            if ours.iter().any(|own| line.contains(own)) {
                return false;
            }
            literals(line).iter().any(|literal| {
                let words = literal.split(' ').filter(|word| {
                    word.chars().count() > 1 && word.chars().all(char::is_alphabetic)
                });
                words.count() > 1
            })
        }));
    }
    assert_none(wrong, "a sentence outside the catalogues");
}

#[test]
fn adapters_repeat_no_catalogue_sentence() {
    let mut sentences = BTreeSet::new();
    for language in ["es", "en"] {
        for file in fs::read_dir(format!("config/locales/{language}")).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            let said = text.lines().filter_map(|line| line.split_once(" = "));
            sentences.extend(said.map(|(_, sentence)| sentence.to_owned()));
        }
    }
    sentences.retain(|sentence| sentence.contains(' ') && !sentence.contains('{'));
    assert!(sentences.len() > 100, "the catalogues were read");
    let mut wrong = Vec::new();
    let adapters = sources("src/channel").into_iter();
    for source in adapters.filter(|source| !source.path.ends_with("_tests.rs")) {
        wrong.extend(
            source.places(|line| literals(line).iter().any(|literal| sentences.contains(literal))),
        );
    }
    assert_none(wrong, "a sentence of the catalogues in an adapter");
}

/// Every message of a language with the variables it takes.
fn catalogue(locale: Locale) -> BTreeMap<String, BTreeSet<String>> {
    let mut messages: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for entry in fs::read_dir(format!("config/locales/{}", locale.as_str())).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            if let Some((key, _)) = line.split_once(" =").filter(|_| !line.starts_with(' ')) {
                assert!(
                    !messages.contains_key(key),
                    "{key} is defined twice in {}",
                    locale.as_str()
                );
                current = key.to_owned();
                messages.insert(current.clone(), BTreeSet::new());
            }
            for piece in line.split('$').skip(1) {
                let name = piece.chars().take_while(|c| c.is_alphanumeric() || *c == '-').collect();
                messages.get_mut(&current).unwrap().insert(name);
            }
        }
    }
    messages
}

#[test]
fn both_languages_have_the_same_messages() {
    let (spanish, english) = (catalogue(Locale::Es), catalogue(Locale::En));
    let keys = |messages: &BTreeMap<String, _>| messages.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(&spanish), keys(&english));
    for (key, variables) in &spanish {
        assert_eq!(variables, &english[key], "{key} takes other values in English");
    }
}

/// Messages whose key is composed at run time: the fixed stem, and where the rest comes from.
const STEMS: [&str; 10] = [
    "form-",
    "option-",
    "help-",
    "ask-",
    "done-",
    "impact-",
    "urgency-",
    "priority-",
    "role-",
    "summary-",
];

#[test]
fn every_message_is_used_and_every_used_message_exists() {
    let messages = catalogue(Locale::Es);
    let code: Vec<String> = ["src/chat", "src/app", "src/worker", "src/channel"]
        .into_iter()
        .flat_map(sources)
        .flat_map(|source| {
            let lines: Vec<String> = source.code().map(|(_, line)| line.to_owned()).collect();
            lines
        })
        .collect();
    let used: BTreeSet<String> = code.iter().flat_map(|line| literals(line)).collect();
    let inside: String = ["es", "en"]
        .iter()
        .flat_map(|locale| fs::read_dir(format!("config/locales/{locale}")).unwrap())
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let unused: Vec<String> = messages
        .keys()
        .filter(|key| !used.contains(*key) && !inside.contains(&format!("{{ {key} }}")))
        .filter(|key| !STEMS.iter().any(|stem| key.starts_with(stem)))
        .cloned()
        .collect();
    assert_none(unused, "messages that no code uses");
    for source in sources("src/chat") {
        for call in
            [".say(\"", ".rich(\"", ".text(\"", ".tell(\"", ".plain(\"", "button(\"", "line(\""]
        {
            for (_, line) in source.code() {
                for piece in line.split(call).skip(1) {
                    let key = piece.split('"').next().unwrap();
                    assert!(
                        messages.contains_key(key),
                        "{}: there is no message {key}",
                        source.path
                    );
                }
            }
        }
    }
}

#[test]
fn every_command_has_help_and_its_own_file() {
    let messages = catalogue(Locale::Es);
    let mut names = BTreeSet::new();
    for command in CATALOGUE {
        assert!(messages.contains_key(&help_key(command)), "/{} has no help", command.spanish);
        for name in [command.spanish, command.english] {
            assert_eq!(find(name), Some(command), "/{name} is not found, or is another's");
            names.insert(name);
        }
    }
    let folders = ["src/chat/commands", "src/chat/operation"].map(sources);
    let entries = folders.iter().flatten();
    let entries =
        entries.filter(|source| source.text.matches("const COMMAND: Command").count() == 1);
    assert_eq!(entries.count(), CATALOGUE.len(), "one command, one file");
}

#[test]
fn files_are_small_and_begin_with_module_docs() {
    let mut wrong = Vec::new();
    for folder in ["src", "migrations", "tests", "benches"] {
        for source in sources(folder) {
            let lines = source.text.lines().count();
            if lines > 500 {
                wrong.push(format!("{} has {lines} lines", source.path));
            }
            if !source.text.starts_with("//!") {
                wrong.push(format!("{} does not say what it is for", source.path));
            }
        }
    }
    assert_none(wrong, "a file is too large or has no module docs");
    let mut lengths: Vec<usize> =
        sources("src").iter().map(|source| source.text.lines().count()).collect();
    lengths.sort_unstable();
    let median = lengths[lengths.len() / 2];
    assert!(median <= 200, "the median file of src has {median} lines");
}

/// Marks of unfinished work, composed so that the search does not find this file.
const UNFINISHED: [&str; 6] = [
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[", "ignore"),
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("thread", "::sleep"),
];
/// Tests wait for events, never for time to pass.
const NAP: &str = concat!("time", "::sleep");

#[test]
fn nothing_is_unfinished() {
    let mut wrong = Vec::new();
    for folder in ["src", "migrations", "tests", "benches"] {
        for source in sources(folder) {
            wrong.extend(source.places(|line| UNFINISHED.iter().any(|mark| line.contains(mark))));
            if folder == "tests" {
                wrong.extend(source.places(|line| line.contains(NAP)));
            }
        }
    }
    assert_none(wrong, "unfinished, or waiting by sleeping");
}
