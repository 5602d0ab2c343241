//! Comments name the actor: the vague pronouns of `VAGUE` do not stand in comments of `src`.
//! Deliberately absent: code and texts that people read.

use std::collections::BTreeMap;

use super::{assert_none, sources};

/// Put together, so that this file is not found by a search for them.
const VAGUE: [&str; 9] = [
    concat!("some", "body"),
    concat!("some", "one"),
    concat!("who", "ever"),
    concat!("no", "body"),
    concat!("any", "body"),
    concat!("every", "body"),
    concat!("who", "m"),
    concat!("what", "ever"),
    concat!("mean", "while"),
];

/// Folders that still have such words, with their number. The numbers may only fall.
const LEFT: &[(&str, usize)] = &[("src/chat", 78)];

#[test]
fn comments_name_the_actor() {
    let mut left: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for source in sources("src") {
        let lines = source.text.lines().enumerate();
        let vague = lines.filter(|(_, line)| is_vague(line));
        let found = vague.map(|(at, line)| format!("{}:{}: {}", source.path, at + 1, line.trim()));
        match LEFT.iter().find(|(folder, _)| source.path.starts_with(folder)) {
            Some((folder, _)) => left.entry(folder).or_default().extend(found),
            None => wrong.extend(found),
        }
    }
    assert_none(wrong, "a comment names no actor");
    for (folder, most) in LEFT {
        let found = left.get(folder).map_or(0, Vec::len);
        assert!(found <= *most, "{folder} has {found} vague comments, {most} are left");
    }
}

fn is_vague(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else { return false };
    let mut words = comment.split(|character: char| !character.is_alphanumeric());
    words.any(|word| VAGUE.contains(&word.to_lowercase().as_str()))
}
