//! Adds lines to a card.

use crate::chat::{
    outgoing::{RichText, Style},
    wording::Voice,
};

/// The most characters of a person's own words in one line of a card.
pub(super) const EXCERPT: usize = 600;

pub(super) fn line(text: &mut RichText, words: String) {
    text.push(format!("\n{words}"), Style::Plain);
}

pub(super) fn quotation(text: &mut RichText, voice: &Voice<'_>, words: &str) {
    text.push(format!("\n{}", voice.quote(words)), Style::Italic);
}
