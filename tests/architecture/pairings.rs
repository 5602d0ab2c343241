//! Stories are told in every pairing of networks, unless a reason is written down here.

use std::{collections::BTreeMap, path::Path};

use super::{assert_none, sources};

/// Files of scenarios that are not told in every pairing of networks, and why. A file whose name
/// begins with a network's tells what only that one does.
const NOT_IN_PAIRINGS: [(&str, &str); 22] = [
    ("main", "it holds no story"),
    ("activities", "it looks at the stories"),
    ("calendar", "rules without a chat"),
    ("configuration", "what the operator writes"),
    ("console", "the chat in the terminal"),
    ("courier_storms", "the courier against a played network of each kind, in virtual time"),
    ("coverage", "it looks at the stories"),
    ("database", "the engines, without a chat"),
    ("holidays", "rules without a chat"),
    ("kill", "the program itself, killed under a crowd of one network at a time"),
    ("leases", "who alone does something, which no network changes"),
    ("outage", "the engines under a desk, which no network changes"),
    ("procedure_files", "what the operator writes"),
    ("plans", "how the database looks things up"),
    ("quotes", "it looks at the procedure files"),
    ("race", "a thousand races at full speed; the one story in it is told in pairings"),
    ("report", "the month's figures and the workbook, which no network changes"),
    ("rights", "a desk on both networks at once, behind their wires"),
    ("rules", "rules without a chat"),
    ("service", "the service's own door, behind every network"),
    ("supervision", "the program itself, whose parts die beneath whatever network"),
    ("threads", "only Discord has threads"),
];

#[test]
fn every_story_is_told_in_every_pairing_of_networks() {
    let mut wrong = Vec::new();
    let mut told = BTreeMap::new();
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
                *told.entry(name.to_owned()).or_insert(0) += 1;
            } else {
                let title = story.lines().find(|line| line.contains("fn ")).unwrap_or_default();
                wrong.push(format!("{}: {}", source.path, title.trim()));
            }
        }
    }
    for (name, stories) in &told {
        println!("{name}: {stories} stories, each in four pairings");
    }
    assert_none(wrong, "told on one network only, for no reason that is written down");
    assert!(told.len() >= 8, "the stories of the first desk are told in pairings: {told:?}");
    for (name, _) in NOT_IN_PAIRINGS {
        let in_folder = |folder: &str| Path::new(folder).join(format!("{name}.rs")).exists();
        let there = in_folder("tests/scenarios") || in_folder("tests/procedures");
        assert!(there, "{name}.rs is excused, and is not there");
    }
}
