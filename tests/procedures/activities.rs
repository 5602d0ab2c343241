//! Checks the table of `activities.md`: every activity of the four texts has a row, with a verdict
//! and with tests that exist. Deliberately absent: the rules by which the procedure files are
//! commented, which `coverage` checks.

use std::{collections::BTreeSet, fs, path::Path};

const TABLE: &str = include_str!("activities.md");

/// A row of the table.
struct Row<'t> {
    text: &'t str,
    activity: &'t str,
    verdict: &'t str,
    stories: Vec<&'t str>,
}

/// The rows, each with the identifier of the text in whose section it stands.
fn rows(table: &str) -> Vec<Row<'_>> {
    let mut text = "";
    let mut rows = Vec::new();
    for line in table.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            text = heading.split(':').next().unwrap_or_default();
        }
        let Some(cells) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
            continue;
        };
        let cells: Vec<&str> = cells.split(" | ").collect();
        let [activity, _, verdict, stories] = cells[..] else {
            panic!("a row has four cells: {line}");
        };
        if activity != "activity" {
            let stories = stories.split(", ").collect();
            rows.push(Row { text, activity, verdict, stories });
        }
    }
    rows
}

/// The activities that each text numbers.
fn numbered() -> Vec<(&'static str, Vec<String>)> {
    let counted = |last: u32| (1..=last).map(|number| number.to_string()).collect::<Vec<_>>();
    let mut uspec = counted(15);
    uspec.push("5.1".to_owned());
    vec![
        ("uspec", uspec),
        ("victimas", ('A'..='F').map(String::from).collect()),
        ("narino", counted(12)),
        ("cvc", counted(9)),
    ]
}

/// The names of all tests below a folder.
fn tests_below(folder: &Path, names: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, names);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            for piece in text.split("#[test]").skip(1).chain(text.split("#[tokio::test]").skip(1)) {
                let name = piece.split("fn ").nth(1).and_then(|rest| rest.split('(').next());
                names.extend(name.map(str::to_owned));
            }
        }
    }
}

#[test]
fn every_activity_of_the_four_texts_has_a_row() {
    let rows = rows(TABLE);
    for (text, activities) in numbered() {
        for activity in activities {
            let there = rows.iter().filter(|row| row.text == text && row.activity == activity);
            assert_eq!(there.count(), 1, "{text} {activity}");
        }
    }
    let of = |prefix: &str| rows.iter().filter(|row| row.activity.starts_with(prefix)).count();
    assert_eq!((of("policy "), of("definition ")), (5, 15), "Víctimas's own");
}

#[test]
fn every_row_has_a_verdict_and_existing_tests() {
    let mut names = BTreeSet::new();
    tests_below(Path::new("tests"), &mut names);
    for Row { text, activity, verdict, stories } in rows(TABLE) {
        println!("{text:>8} {activity}: {verdict} ← {}", stories.join(", "));
        let decided = verdict.strip_prefix("decided: ").is_some_and(|reason| reason.len() > 10);
        assert!(verdict.starts_with("as stated") || decided, "{text} {activity}: {verdict}");
        assert!(!stories.is_empty(), "{text} {activity} has no story");
        for story in stories {
            assert!(names.contains(story), "{text} {activity}: there is no test {story}");
        }
    }
}

#[test]
#[should_panic(expected = "a row has four cells")]
fn a_row_without_four_cells_is_refused() {
    rows("## cvc: x\n| 1 | says | as stated |");
}
