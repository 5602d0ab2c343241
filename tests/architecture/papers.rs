//! The papers stay true: links and paths lead somewhere, the README stays short, each promise names
//! tests that exist, and the tables of settings, variables and commands are complete. Deliberately
//! absent: the transcript in the README and the school's procedure, which the stories that play them
//! compare.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use clap::CommandFactory;
use mesabot::app::cli::CommandLine;

use super::{CATALOGUE, assert_none, sources};

/// GitHub shows the whole of a README of this size without folding; a reader finishes it.
const README_LIMIT: usize = 10_000;

/// The folders whose paths a paper names in backticks.
const ROOTS: [&str; 8] =
    ["src/", "config/", "migrations/", "tests/", "benches/", "docs/", ".ci/", ".cargo/"];

struct Paper {
    path: PathBuf,
    text: String,
}

/// Each Markdown file that a reader of the repository meets.
fn papers() -> Vec<Paper> {
    let mut paths: Vec<PathBuf> = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"]
        .iter()
        .map(PathBuf::from)
        .filter(|path| path.exists())
        .collect();
    let mut folders = vec![PathBuf::from("docs")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| Paper { text: fs::read_to_string(&path).unwrap(), path };
    paths.into_iter().map(read).collect()
}

fn paper(path: &str) -> String {
    fs::read_to_string(path).unwrap()
}

/// A paper without its fenced blocks, which hold commands, transcripts and procedures.
fn prose(text: &str) -> String {
    let mut fenced = false;
    let mut kept = String::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    let kept = kept.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let prose = prose(text);
    let headings = prose.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

/// What stands in backticks in a paper's prose.
fn quoted(text: &str) -> Vec<String> {
    prose(text).split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn each_relative_link_in_a_paper_leads_somewhere() {
    let mut wrong = Vec::new();
    for paper in papers() {
        let prose = prose(&paper.text);
        for target in prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains("://") || target.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => paper.path.clone(),
                file => paper.path.parent().unwrap().join(file),
            };
            let leads = path.exists()
                && (heading.is_empty()
                    || anchors(&fs::read_to_string(&path).unwrap()).contains(heading));
            if !leads {
                wrong.push(format!("{}: {target}", paper.path.display()));
            }
        }
    }
    assert_none(wrong, "a link leads nowhere");
}

#[test]
fn each_path_that_a_paper_names_exists() {
    let mut wrong = Vec::new();
    let mut named = 0;
    for paper in papers() {
        for piece in quoted(&paper.text) {
            let is_path = ROOTS.iter().any(|root| piece.starts_with(root));
            if is_path && !piece.contains([' ', '{', '*', '<']) {
                named += 1;
                if !Path::new(&piece).exists() {
                    wrong.push(format!("{}: {piece}", paper.path.display()));
                }
            }
        }
    }
    assert_none(wrong, "a paper names a path that does not exist");
    assert!(named > 20, "the papers name {named} paths only");
}

#[test]
fn the_readme_stays_short() {
    let size = paper("README.md").len();
    assert!(size <= README_LIMIT, "README.md has {size} bytes, more than {README_LIMIT}");
}

#[test]
fn the_command_reference_names_each_command_in_both_languages() {
    let quoted: String = quoted(&paper("docs/commands.md")).join("\n");
    let mut wrong = Vec::new();
    for command in CATALOGUE {
        for name in [command.spanish, command.english] {
            if !quoted.split(['\n', ' ']).any(|word| word == format!("/{name}")) {
                wrong.push(name.to_owned());
            }
        }
    }
    assert_none(wrong, "docs/commands.md lacks a command");
}

/// The names of the test functions of the repository.
fn tests_of_the_repository() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for source in sources("src").into_iter().chain(sources("tests")) {
        let mut attributed = false;
        for line in source.text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                attributed = true;
            } else if attributed && let Some((_, rest)) = line.split_once("fn ") {
                names.insert(rest.split('(').next().unwrap_or_default().to_owned());
                attributed = false;
            }
        }
    }
    names
}

/// Whether a piece in backticks names a test: small letters and figures, in several words.
fn names_a_test(piece: &str) -> bool {
    piece.matches('_').count() > 2
        && piece.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

#[test]
fn each_promise_names_tests_that_exist() {
    let tests = tests_of_the_repository();
    let mut wrong = Vec::new();
    for path in ["docs/guarantees.md", "SECURITY.md"] {
        let named = quoted(&paper(path)).into_iter().filter(|piece| names_a_test(piece));
        wrong.extend(
            named.filter(|name| !tests.contains(name)).map(|name| format!("{path}: {name}")),
        );
    }
    let guarantees = paper("docs/guarantees.md");
    for promise in 1..=20 {
        let row = guarantees.lines().find(|line| line.starts_with(&format!("| G{promise} |")));
        if !row.is_some_and(|row| quoted(row).iter().any(|piece| names_a_test(piece))) {
            wrong.push(format!("docs/guarantees.md: G{promise} has no row that names a test"));
        }
    }
    assert_none(
        wrong,
        "a test that a paper names was renamed or removed; change the paper with it",
    );
}

/// The first column of a paper's tables, where it is one piece in backticks.
fn rows(text: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (name, _) = line.strip_prefix("| `")?.split_once('`')?;
        Some((name.to_owned(), line.to_owned()))
    };
    text.lines().filter_map(row).collect()
}

#[test]
fn the_table_of_test_variables_is_complete() {
    let mut read = BTreeSet::new();
    for file in sources("src").into_iter().chain(sources("tests")).chain(sources("benches")) {
        for prefix in ["MESABOT_TEST_", "MESABOT_BENCH_"] {
            for rest in file.text.split(prefix).skip(1) {
                let rest = rest.chars().take_while(|c| c.is_ascii_uppercase() || *c == '_');
                read.insert(format!("{prefix}{}", rest.collect::<String>()));
            }
        }
    }
    read.retain(|name| !name.ends_with('_'));
    let rows = rows(&paper("docs/testing.md"));
    let listed = rows.into_iter().map(|(name, _)| name).filter(|name| name.starts_with("MESABOT_"));
    assert_eq!(listed.collect::<BTreeSet<_>>(), read, "docs/testing.md and the sources differ");
}

/// The settings of `config/default.toml`: each key as its variable, with the default where it has one.
fn settings() -> Vec<(String, Option<String>)> {
    let mut section = String::new();
    let mut found = Vec::new();
    for line in paper("config/default.toml").lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.to_owned();
        }
        let commented = line.starts_with("# ");
        let Some((key, value)) = line.trim_start_matches("# ").split_once(" = ") else { continue };
        if !key.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            continue;
        }
        let path = if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") };
        let variable = format!("MESABOT_{}", path.to_uppercase().replace('.', "__"));
        found.push((variable, (!commented).then(|| value.trim_matches('"').to_owned())));
    }
    found
}

#[test]
fn the_table_of_settings_has_each_setting_with_its_default() {
    let rows = rows(&paper("docs/operating.md"));
    let mut wrong = Vec::new();
    let settings = settings();
    for (variable, default) in &settings {
        let row = rows.iter().find(|(name, _)| name == variable);
        // The types of files are a list too long for a cell, which describes them.
        let shown = default.as_ref().filter(|_| !variable.ends_with("FILES__TYPES"));
        let fits = |row: &str| shown.is_none_or(|value| row.ends_with(&format!("| `{value}` |")));
        if !row.is_some_and(|(_, row)| fits(row)) {
            wrong.push(format!("{variable} = {default:?}"));
        }
    }
    let unknown = rows.iter().filter(|(name, _)| name.starts_with("MESABOT_"));
    let unknown = unknown.filter(|(name, _)| settings.iter().all(|(variable, _)| variable != name));
    wrong.extend(unknown.map(|(name, _)| format!("{name} is no setting")));
    assert_none(wrong, "the table in docs/operating.md and config/default.toml differ");
    assert!(settings.len() > 40, "{} settings were read", settings.len());
}

#[test]
fn the_procedure_reference_names_each_key() {
    let reference: toml::Table = paper("config/procedures/reference.toml").parse().unwrap();
    let text = paper("docs/procedures.md");
    let words: BTreeSet<&str> =
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).collect();
    let mut keys = BTreeSet::new();
    keys_of(&reference, &mut keys);
    let missing = keys.into_iter().filter(|key| !words.contains(key.as_str()));
    assert_none(missing.collect(), "docs/procedures.md lacks a key of the reference procedure");
}

fn keys_of(table: &toml::Table, keys: &mut BTreeSet<String>) {
    for (key, value) in table {
        keys.insert(key.clone());
        let tables = match value {
            toml::Value::Table(table) => vec![table],
            toml::Value::Array(list) => list.iter().filter_map(toml::Value::as_table).collect(),
            _ => Vec::new(),
        };
        tables.into_iter().for_each(|table| keys_of(table, keys));
    }
}

#[test]
fn the_operators_paper_names_each_command_of_the_program() {
    let program = CommandLine::command();
    let quoted = quoted(&paper("docs/operating.md"));
    let missing = program.get_subcommands().map(|command| command.get_name()).filter(|name| {
        let named = format!("mesabot {name}");
        !quoted.iter().any(|piece| piece == &named || piece.starts_with(&format!("{named} ")))
    });
    assert_none(missing.map(str::to_owned).collect(), "docs/operating.md lacks a command");
}

/// What the catalogues of a language say in whole: buttons among it.
fn messages(language: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(format!("config/locales/{language}")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        let values = text.lines().filter_map(|line| line.split_once(" = "));
        found.extend(values.map(|(_, value)| value.trim().to_owned()));
    }
    found
}

#[test]
fn peoples_pages_name_buttons_and_commands_as_the_desk_does() {
    let mut wrong = Vec::new();
    let mut named = 0;
    for language in ["es", "en"] {
        let buttons = messages(language);
        let folder = format!("docs/{language}");
        for page in papers().into_iter().filter(|page| page.path.starts_with(&folder)) {
            for piece in quoted(&page.text) {
                let command = piece.strip_prefix('/').map(|rest| rest.split(' ').next().unwrap());
                let button = piece.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
                let true_here = match (command, button) {
                    (Some(name), _) => CATALOGUE.iter().any(|command| {
                        name == if language == "es" { command.spanish } else { command.english }
                    }),
                    // A section of a file, such as `[retention]`, is no button.
                    (_, Some(label)) if label.starts_with(char::is_uppercase) => {
                        buttons.contains(label)
                    }
                    _ => continue,
                };
                named += 1;
                if !true_here {
                    wrong.push(format!("{}: {piece}", page.path.display()));
                }
            }
        }
    }
    assert_none(wrong, "a page names what the desk calls otherwise");
    assert!(named > 50, "the pages name {named} buttons and commands only");
}
