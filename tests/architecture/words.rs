//! Comments name the actor: the vague pronouns of `VAGUE` do not stand in comments of `src`.
//! Deliberately absent: code and texts that people read.

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

#[test]
fn comments_name_the_actor() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let lines = source.text.lines().enumerate();
        let vague = lines.filter(|(_, line)| is_vague(line));
        wrong
            .extend(vague.map(|(at, line)| format!("{}:{}: {}", source.path, at + 1, line.trim())));
    }
    assert_none(wrong, "a comment names no actor");
}

fn is_vague(line: &str) -> bool {
    let Some(comment) = line.trim_start().strip_prefix("//") else { return false };
    let mut words = comment.split(|character: char| !character.is_alphanumeric());
    words.any(|word| VAGUE.contains(&word.to_lowercase().as_str()))
}
