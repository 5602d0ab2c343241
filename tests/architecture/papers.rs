//! The papers stay true: links and paths lead somewhere, the README stays short, each promise names
//! tests that exist, and the tables of settings, variables and commands are complete. Deliberately
//! absent: the transcript in the README and the school's procedure, which the stories that play them
//! compare.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::{CATALOGUE, assert_none};

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
