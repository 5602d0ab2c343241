//! Makes a text fit into one message: its longest lines become excerpts, its short ones stay whole. A
//! card is one message that is edited in place, so it cannot be split. Deliberately absent: splitting,
//! for what is said once ([`super::say`]).

use crate::chat::outgoing::{Piece, RichText};

/// Lines up to this length, in UTF-16 units, are never shortened while others can be.
const SHORT: usize = 80;
/// What stands for what was left out.
const MARK: char = '…';
/// What a quotation ends with, also where its end was left out.
const QUOTED: char = '»';

/// The text, in at most `longest` UTF-16 units.
pub(super) fn fit(text: RichText, longest: usize) -> RichText {
    if text.utf16_len() <= longest {
        return text;
    }
    let lengths: Vec<usize> = lines(&text).map(units).collect();
    let total = |most: usize| -> usize { lengths.iter().map(|length| *length.min(&most)).sum() };
    // A piece's line ends count as well.
    let ends = text.utf16_len() - total(usize::MAX);
    let (mut fits, mut too_much) = (SHORT, longest + 1);
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

/// A line in at most `most` units.
fn excerpt(line: &str, most: usize) -> String {
    if units(line) <= most {
        return line.to_owned();
    }
    let end: &[char] = if line.ends_with(QUOTED) { &[MARK, QUOTED] } else { &[MARK] };
    let mut short = beginning(line, most - end.len()).trim_end().to_owned();
    short.extend(end);
    short
}

/// As much of the beginning as fits.
fn beginning(text: &str, most: usize) -> &str {
    let mut room = most;
    let fits = text.chars().take_while(|character| {
        let taken = room.checked_sub(character.len_utf16());
        room = taken.unwrap_or(0);
        taken.is_some()
    });
    &text[..fits.map(char::len_utf8).sum()]
}

/// Leaves out the end, where there are more short lines than fit.
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
        assert_eq!(fit(text.clone(), 200), text);
    }

    #[test]
    fn the_longest_lines_become_excerpts_and_the_short_ones_stay() {
        for longest in [300, 1_000, 4_000] {
            let text = card(&"ñandú ".repeat(900), &"🖨".repeat(3_000));
            let short = fit(text, longest);
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
        let short = fit(text, 500);
        assert!(short.utf16_len() <= 500 && short.to_plain().ends_with('…'));
    }
}
