//! Turns [`Outgoing`] into Discord messages: always Components V2, because a message keeps that kind over
//! all its edits. Deliberately absent: markup of people; all of it is escaped, so that the reader sees what
//! the writer typed.

use serenity::all::{
    ButtonStyle, CreateActionRow, CreateButton, CreateSelectMenu, CreateSelectMenuKind,
    CreateSelectMenuOption,
};

use super::components::Message;
use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Form, Outgoing, Piece, RichText, Style},
    },
    domain::time::SECOND,
};

/// The longest text of a message, in UTF-16 units.
const LONGEST: usize = 4_000;
/// The most buttons of a row.
const ROW: usize = 5;
/// The most rows before buttons become a menu.
const ROWS: usize = 5;
/// The most entries of a menu.
const ENTRIES: usize = 25;
/// The longest label of a button.
const BUTTON_LABEL: usize = 80;
/// The longest label of a menu entry.
const ENTRY_LABEL: usize = 100;
/// The beginning of an instant in markup, which the app shows as "in five minutes".
const RELATIVE: &str = " (<t:";
/// The code of a menu that stands for buttons; its chosen value is the button's code.
const MENU: &str = "menu";

/// The messages that carry this, in order: as many as the escaped text takes. Buttons are on the last.
pub(super) fn messages(message: &Outgoing) -> Vec<Message> {
    let mut parts = split(markdown(&message.text));
    let last = parts.pop().unwrap_or_default();
    let mut messages: Vec<Message> =
        parts.into_iter().map(|text| Message::new(&text, Vec::new())).collect();
    messages.push(Message::new(&last, rows(message)));
    messages
}

/// The one message of an edit. A text too long for one message is cut and ends with `…`.
pub(super) fn single_message(message: &Outgoing) -> Message {
    let mut parts = split(markdown(&message.text));
    let rest = parts.len() > 1;
    let mut text = parts.swap_remove(0);
    if rest {
        text.truncate(text.trim_end().len());
        text.push_str("\n…");
    }
    Message::new(&text, rows(message))
}

/// Rows of buttons. With more rows than fit, all but the last become menus.
fn rows(message: &Outgoing) -> Vec<CreateActionRow> {
    let write = message.form.as_ref().and_then(write_button);
    let narrow = message.buttons.iter().flat_map(|row| row.chunks(ROW));
    let narrow: Vec<&[Button]> = narrow.filter(|row| !row.is_empty()).collect();
    let room = ROWS - usize::from(write.is_some());
    let mut rows: Vec<CreateActionRow> =
        write.into_iter().map(|button| CreateActionRow::Buttons(vec![button])).collect();
    match narrow.split_last() {
        Some((last, chosen)) if narrow.len() > room => {
            let mut entries: Vec<&Button> = Vec::new();
            for button in chosen.iter().copied().flatten() {
                // The platform refuses a menu in which a value stands twice.
                if !entries.iter().any(|known| known.code == button.code) {
                    entries.push(button);
                }
            }
            let menus = entries.chunks(ENTRIES).enumerate();
            rows.extend(menus.map(|(number, entries)| menu(number, entries)));
            rows.push(button_row(last));
        }
        _ => rows.extend(narrow.iter().map(|buttons| button_row(buttons))),
    }
    rows
}

fn button_row(buttons: &[Button]) -> CreateActionRow {
    CreateActionRow::Buttons(buttons.iter().map(button).collect())
}

fn button(button: &Button) -> CreateButton {
    debug_assert!((1..=100).contains(&button.code.len()), "a code has 1 to 100 bytes");
    CreateButton::new(button.code.as_str())
        .style(ButtonStyle::Secondary)
        .label(clip(&button.label, BUTTON_LABEL))
}

/// The button that opens the form, for where the form could not open at once.
fn write_button(form: &Form) -> Option<CreateButton> {
    let Some(Code::Dialogue(serial, _)) = Code::decode(&form.code) else { return None };
    let code = Code::Write(serial).encode();
    let label = clip(&form.title, BUTTON_LABEL);
    Some(CreateButton::new(code).style(ButtonStyle::Primary).label(label))
}

fn menu(number: usize, entries: &[&Button]) -> CreateActionRow {
    let entry = |button: &&Button| {
        CreateSelectMenuOption::new(clip(&button.label, ENTRY_LABEL), button.code.as_str())
    };
    let options = entries.iter().map(entry).collect();
    let kind = CreateSelectMenuKind::String { options };
    CreateActionRow::SelectMenu(CreateSelectMenu::new(format!("{MENU}:{number}"), kind))
}

/// At most `longest` UTF-16 units; a cut text ends with `…`.
pub(super) fn clip(text: &str, longest: usize) -> String {
    if text.encode_utf16().count() <= longest {
        return text.to_owned();
    }
    let mut units = 0;
    let fits = text.chars().take_while(|character| {
        units += character.len_utf16();
        units < longest
    });
    fits.chain(['…']).collect()
}

/// The text as Discord's Markdown that displays exactly as it was written.
pub(super) fn markdown(text: &RichText) -> String {
    let mut out = String::new();
    let mut previous = Style::Plain;
    let pieces = joined(text);
    for (number, piece) in pieces.iter().enumerate() {
        let next = pieces.get(number + 1).and_then(|next| next.text.chars().next());
        let glued = piece.instant.is_none() && next.is_some_and(|next| !next.is_whitespace());
        for line in piece.text.split_inclusive('\n') {
            let core = line.trim();
            let start = line.len() - line.trim_start().len();
            let before = &line[..start];
            let after = &line[start + core.len()..];
            // Two styled stretches without a character between them would display stray asterisks.
            let touches = before.is_empty() && previous != Style::Plain && out.ends_with('*');
            let marker = match piece.style {
                _ if core.is_empty() || touches => "",
                Style::Plain => "",
                Style::Bold => "**",
                Style::Italic => "*",
            };
            out.push_str(before);
            let fresh = out.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
            out.push_str(marker);
            let fresh = fresh && marker.is_empty();
            let stretch = Stretch { text: core, fresh, glued: glued && after.is_empty() };
            escape(stretch, &mut out);
            out.push_str(marker);
            out.push_str(after);
        }
        if let Some(at) = piece.instant {
            // The app words the distance in its own language and keeps it up to date.
            out.push_str(&format!("{RELATIVE}{}:R>)", at.0.div_euclid(SECOND)));
        }
        previous = piece.style;
    }
    out
}

/// The pieces, with neighbours of one style joined. A piece that ends in an instant is not lengthened.
fn joined(text: &RichText) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for piece in &text.0 {
        match pieces.last_mut() {
            Some(last) if last.style == piece.style && last.instant.is_none() => {
                last.text.push_str(&piece.text);
                last.instant = piece.instant;
            }
            _ => pieces.push(piece.clone()),
        }
    }
    pieces
}

/// A part of one line in one style.
struct Stretch<'t> {
    text: &'t str,
    /// Whether it begins the line.
    fresh: bool,
    /// Whether a character other than white space follows it.
    glued: bool,
}

fn escape(stretch: Stretch<'_>, out: &mut String) {
    let Stretch { text, fresh, glued } = stretch;
    let mut rest = text;
    if fresh {
        rest = escape_opening(rest, out);
    }
    while let Some(character) = rest.chars().next() {
        if let Some(address) = address(rest).filter(|found| !glued || found.len() < rest.len()) {
            out.push_str(address);
            rest = &rest[address.len()..];
            continue;
        }
        let after = &rest[character.len_utf8()..];
        let special = match character {
            '\\' | '*' | '_' | '~' | '`' | '|' | '<' | '>' | '[' | ']' => true,
            '@' => mentions_all(after),
            // The colon of an address that is not left alone, or of the name of an emoji.
            ':' => after.starts_with("//") || names_emoji(after),
            _ => false,
        };
        if special {
            out.push('\\');
        }
        out.push(character);
        rest = after;
    }
}

/// Escapes the beginning of a heading, a quotation or a list.
fn escape_opening<'l>(line: &'l str, out: &mut String) -> &'l str {
    if line.starts_with(['#', '-', '+']) {
        out.push('\\');
        out.push_str(&line[..1]);
        return &line[1..];
    }
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && line[digits..].starts_with(['.', ')']) {
        out.push_str(&line[..digits]);
        out.push('\\');
        out.push_str(&line[digits..=digits]);
        return &line[digits + 1..];
    }
    line
}

/// The address at the beginning of a text, if its characters need no escape and the app can open it.
fn address(text: &str) -> Option<&str> {
    if !text.starts_with("https://") && !text.starts_with("http://") {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace()).unwrap_or(text.len());
    let address = &text[..end];
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:/?#&'+,;=%".contains(&byte);
    let whole = address.bytes().all(plain)
        && address.ends_with(|last: char| last.is_ascii_alphanumeric() || last == '/')
        && !address.ends_with("//");
    whole.then_some(address)
}

fn mentions_all(after: &str) -> bool {
    ["everyone", "here"]
        .iter()
        .any(|word| after.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))
}

fn names_emoji(after: &str) -> bool {
    let name = after.find(|c: char| !c.is_alphanumeric() && !"_+-".contains(c));
    name.is_some_and(|end| end > 0 && after[end..].starts_with(':'))
}

/// Cuts Markdown into parts that fit a message, at line ends where possible, never behind a backslash.
fn split(text: String) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.as_str();
    while rest.encode_utf16().count() > LONGEST {
        let mut units = 0;
        let fits = rest.char_indices().find(|(_, character)| {
            units += character.len_utf16();
            units > LONGEST - 2
        });
        let room = fits.map_or(rest.len(), |(at, _)| at);
        let line = rest[..room].rfind('\n').map(|at| at + 1);
        let mut cut = line.filter(|at| *at > room / 2).unwrap_or(room);
        let backslashes = rest[..cut].bytes().rev().take_while(|byte| *byte == b'\\').count();
        cut -= backslashes % 2;
        cut = before_instant(rest, cut);
        parts.push(rest[..cut].to_owned());
        rest = &rest[cut..];
    }
    parts.push(rest.to_owned());
    parts
}

/// The cut moved before an instant that it would tear. Only the desk writes instants: in texts of people
/// a backslash stands before the bracket.
fn before_instant(text: &str, cut: usize) -> usize {
    let named = text.match_indices(RELATIVE).map(|(at, _)| at).take_while(|at| *at < cut).last();
    let torn = named.filter(|at| text[*at..].find(')').is_some_and(|end| at + end >= cut));
    torn.filter(|at| *at > 0).unwrap_or(cut)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
