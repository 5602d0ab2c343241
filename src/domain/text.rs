//! Comparing texts that people type. Deliberately absent: how well two texts match.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The text in lower case and without accents, so that `Núñez` and `nunez` compare as equal.
pub fn folded(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    lower.nfd().filter(|character| !is_combining_mark(*character)).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_tildes_make_no_difference() {
        assert_eq!(folded(" Núñez "), "nunez");
        assert_eq!(folded("PINGÜINO"), folded("pingu\u{308}ino"));
        assert_eq!(folded("日本 – 2"), "日本 – 2");
    }
}
