//! Shortens texts. A card is one message that is edited in place, so it cannot be split: its
//! longest lines become excerpts and its short lines stay whole. Deliberately absent: splitting a
//! text into several messages ([`super::posting`]).

use crate::chat::outgoing::{Piece, RichText};

/// Lines up to this length, in UTF-16 units, stay whole while longer ones can be shortened.
const SHORT: usize = 80;
/// Stands for omitted text.
const MARK: char = '…';
/// Closes a quotation, also when its end was omitted.
const QUOTED: char = '»';

/// The text in at most `longest` UTF-16 units.
pub(super) fn shorten_lines(text: RichText, longest: usize) -> RichText {
    if text.utf16_len() <= longest {
        return text;
    }
    let lengths: Vec<usize> = lines(&text).map(units).collect();
    let total = |most: usize| -> usize { lengths.iter().map(|length| *length.min(&most)).sum() };
    // `lines` yields no line ends, but a line end within a piece counts as well.
    let ends = text.utf16_len() - total(usize::MAX);
    let mut fits = SHORT;
    let mut too_much = longest + 1;
    while too_much - fits > 1 {
        let middle = usize::midpoint(fits, too_much);
        if total(middle) + ends <= longest { fits = middle } else { too_much = middle }
    }
    let pieces = text.0.into_iter().map(|piece| {
        let lines: Vec<String> = piece.text.split('\n').map(|line| excerpt(line, fits)).collect();
        Piece { text: lines.join("\n"), ..piece }
    });
    cut(RichText(pieces.collect()), longest)
}

fn lines(text: &RichText) -> impl Iterator<Item = &str> {
    text.0.iter().flat_map(|piece| piece.text.split('\n'))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The line in at most `most` units.
fn excerpt(line: &str, most: usize) -> String {
    if units(line) <= most {
        return line.to_owned();
    }
    let end: &[char] = if line.ends_with(QUOTED) { &[MARK, QUOTED] } else { &[MARK] };
    let mut short = beginning(line, most - end.len()).trim_end().to_owned();
    short.extend(end);
    short
}

/// The longest prefix of `text` with at most `most` UTF-16 units.
fn beginning(text: &str, most: usize) -> &str {
    let mut room = most;
    let fits = text.chars().take_while(|character| {
        let taken = room.checked_sub(character.len_utf16());
        room = taken.unwrap_or(0);
        taken.is_some()
    });
    &text[..fits.map(char::len_utf8).sum()]
}

/// Omits the end of the text when its short lines alone are too many.
fn cut(text: RichText, longest: usize) -> RichText {
    if text.utf16_len() <= longest {
        return text;
    }
    let mut room = longest - 1;
    let mut kept = RichText::default();
    for piece in text.0 {
        let begins = beginning(&piece.text, room);
        let whole = begins.len() == piece.text.len();
        room -= units(begins);
        let text = if whole { piece.text } else { format!("{}{MARK}", begins.trim_end()) };
        kept.0.push(Piece { text, ..piece });
        if !whole {
            break;
        }
    }
    kept
}

/// Shortens a value to `longest` characters, for messages that show it beside other values.
pub fn clip(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::outgoing::Style;

    fn card(description: &str, solution: &str) -> RichText {
        let mut text = RichText::default();
        text.push("Caso #1", Style::Bold);
        text.push("\nEstado: Registrada", Style::Plain);
        text.push(format!("\n«{description}»"), Style::Italic);
        text.push(format!("\nSolución: {solution}"), Style::Plain);
        text
    }

    #[test]
    fn what_fits_stays_as_it_is() {
        let text = card("No imprime", "Cambié el tóner");
        assert_eq!(shorten_lines(text.clone(), 200), text);
    }

    #[test]
    fn the_longest_lines_become_excerpts_and_the_short_ones_stay() {
        for longest in [300, 1_000, 4_000] {
            let text = card(&"ñandú ".repeat(900), &"🖨".repeat(3_000));
            let short = shorten_lines(text, longest);
            assert!(short.utf16_len() <= longest, "{} of {longest}", short.utf16_len());
            assert!(short.utf16_len() > longest - 20, "as much as fits");
            let plain = short.to_plain();
            assert!(plain.starts_with("Caso #1\nEstado: Registrada\n«ñandú"), "{plain}");
            assert!(plain.contains("…»\nSolución: 🖨") && plain.ends_with('…'), "{plain}");
        }
    }

    #[test]
    fn too_many_short_lines_are_cut_at_the_end() {
        let text = RichText::plain("una línea\n".repeat(1_000));
        let short = shorten_lines(text, 500);
        assert!(short.utf16_len() <= 500 && short.to_plain().ends_with('…'));
    }
}
