//! Every story runs in every pairing of networks, unless its file is listed here with a reason.

use std::{collections::BTreeMap, path::Path};

use super::{assert_none, sources};

/// Files whose stories do not run in every pairing of networks, and why. A file whose name begins
/// with a network's name holds that network's own stories.
const NOT_IN_PAIRINGS: [(&str, &str); 22] = [
    ("main", "it holds no story"),
    ("activities", "it checks the list of stories"),
    ("calendar", "rules without a chat"),
    ("configuration", "what the operator writes"),
    ("console", "the console has no network"),
    ("courier_storms", "the courier against a simulated network of each kind, in virtual time"),
    ("coverage", "it checks the list of stories"),
    ("database", "the engines, without a chat"),
    ("holidays", "rules without a chat"),
    ("kill", "the program itself, killed under load on one network at a time"),
    ("leases", "exclusive work under a lease, independent of networks"),
    ("outage", "database failures, independent of networks"),
    ("procedure_files", "what the operator writes"),
    ("plans", "query plans of the database"),
    ("quotes", "it checks the procedure files"),
    ("race", "a thousand races at full speed; its one story runs in pairings"),
    ("report", "the month's figures and the workbook, independent of networks"),
    ("rights", "a desk on both networks at once, behind their wires"),
    ("rules", "rules without a chat"),
    ("service", "the service layer, called directly"),
    ("supervision", "the program itself and its supervised tasks"),
    ("threads", "only Discord has threads"),
];

#[test]
fn every_story_runs_in_every_pairing_of_networks() {
    let mut wrong = Vec::new();
    let mut stories_of = BTreeMap::new();
    for source in sources("tests/scenarios").into_iter().chain(sources("tests/procedures")) {
        let path = source.path.trim_end_matches(".rs");
        let name = path.split('/').nth(2).unwrap_or(path);
        let of_one = name.starts_with("telegram_") || name.starts_with("discord_");
        if of_one || NOT_IN_PAIRINGS.iter().any(|(known, _)| *known == name) {
            continue;
        }
        for story in source
            .text
            .split("\n#[")
            .filter(|piece| piece.starts_with("test]") || piece.starts_with("tokio::test"))
        {
            if story.contains("in_every_pairing") {
                *stories_of.entry(name.to_owned()).or_insert(0) += 1;
            } else {
                let title = story.lines().find(|line| line.contains("fn ")).unwrap_or_default();
                wrong.push(format!("{}: {}", source.path, title.trim()));
            }
        }
    }
    for (name, stories) in &stories_of {
        println!("{name}: {stories} stories, each in four pairings");
    }
    assert_none(wrong, "runs on one network only, and no reason is listed");
    assert!(stories_of.len() >= 8, "the pairings cover the main stories: {stories_of:?}");
    for (name, _) in NOT_IN_PAIRINGS {
        let in_folder = |folder: &str| Path::new(folder).join(format!("{name}.rs")).exists();
        let there = in_folder("tests/scenarios") || in_folder("tests/procedures");
        assert!(there, "{name}.rs is listed but does not exist");
    }
}
