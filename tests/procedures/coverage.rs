//! Which test proves which rule of the four written procedures. A story's name begins with the
//! numbers of the rules that it proves (`v4_v5_…`); the story stands in the file of its procedure
//! and runs in every pairing of networks. Deliberately absent: the wording of the rules, which
//! docs/procedures.md holds.

use std::{collections::BTreeMap, fs, path::PathBuf};

/// Each procedure's file of stories, the letter of its rules, and the number of rules.
const PROCEDURES: [(&str, char, u32); 4] =
    [("uspec", 'u', 13), ("victimas", 'v', 13), ("narino", 'n', 9), ("cvc", 'c', 9)];

/// A story: its name, and whether it runs in every pairing.
struct Story {
    name: String,
    paired: bool,
}

/// The stories of a procedure: in its file, and in the files of its folder.
fn stories(procedure: &str) -> Vec<Story> {
    let mut files = vec![PathBuf::from(format!("tests/procedures/{procedure}.rs"))];
    if let Ok(folder) = fs::read_dir(format!("tests/procedures/{procedure}")) {
        files.extend(folder.map(|entry| entry.unwrap().path()));
    }
    files.sort();
    let mut stories = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        for piece in text.split("\n#[test]\n").skip(1) {
            let name = piece.split("fn ").nth(1).and_then(|rest| rest.split('(').next()).unwrap();
            let paired = piece.contains("in_every_pairing");
            stories.push(Story { name: name.to_owned(), paired });
        }
    }
    stories
}

/// The numbers of the rules that a name begins with.
fn rules(name: &str, letter: char) -> Vec<u32> {
    let number = |token: &str| token.strip_prefix(letter)?.parse::<u32>().ok();
    name.split('_').map_while(number).collect()
}

#[test]
fn every_numbered_rule_has_a_test() {
    let mut missing = Vec::new();
    for (procedure, letter, count) in PROCEDURES {
        let mut proved: BTreeMap<u32, Vec<String>> = BTreeMap::new();
        for story in stories(procedure) {
            for rule in rules(&story.name, letter) {
                assert!((1..=count).contains(&rule), "{}: there is no such rule", story.name);
                // A story outside a chat may name a rule too, but proves none on its own.
                if story.paired {
                    proved.entry(rule).or_default().push(story.name.clone());
                }
            }
        }
        for rule in 1..=count {
            let tests = proved.remove(&rule).unwrap_or_default();
            let named = format!("{}{rule}", letter.to_ascii_uppercase());
            println!("{named:>4} → {procedure}: {}", tests.join(", "));
            if tests.is_empty() {
                missing.push(named);
            }
        }
    }
    assert!(missing.is_empty(), "no test names {}", missing.join(", "));
}

#[test]
fn rule_numbers_are_read_from_the_name() {
    assert_eq!(rules("v4_v5_work_waits", 'v'), [4, 5]);
    assert_eq!(rules("v10_is_approved_v3", 'v'), [10]);
    assert_eq!(rules("c5_asks", 'v'), [0; 0]);
}
