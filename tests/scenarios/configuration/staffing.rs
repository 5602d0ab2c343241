//! `mesabot check` names the groups without people, where a database exists.

use std::process::Command;

use super::Place;

/// The output of one command of the program in this directory.
fn printed(place: &Place, arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mesabot"));
    let output = command
        .current_dir(place.0.path())
        .env("MESABOT_DATABASE__URL", "sqlite://desk.db")
        .args(arguments)
        .output()
        .unwrap();
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{complaint}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn check_names_the_groups_without_people_and_creates_no_database() {
    let place = Place::new();
    let said = printed(&place, &["check"]);
    assert!(!said.contains("has no people"), "{said}");
    assert!(!place.0.path().join("desk.db").exists(), "a check creates nothing");
    printed(&place, &["migrate"]);
    let said = printed(&place, &["check"]);
    let warned: Vec<&str> = said.lines().filter(|line| line.contains("has no people")).collect();
    let groups: Vec<&str> = warned
        .iter()
        .filter_map(|line| line.strip_prefix("warning: group ")?.split(' ').next())
        .collect();
    assert_eq!(groups, ["soporte", "impresion", "tecnologia"], "{said}");
}
