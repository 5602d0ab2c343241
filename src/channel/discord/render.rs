//! From [`Outgoing`] to what Discord takes: components of the second version always, because a
//! message keeps that kind over all its edits. A message with buttons is a container, one without
//! is bare text. Deliberately absent: markup that somebody wrote; all of it is escaped, so that what
//! is read is what was written.

use serde_json::{Value, json};

use crate::{
    chat::{
        button::Code,
        outgoing::{Button, Form, Outgoing, Piece, RichText, Style},
    },
    domain::time::SECOND,
};

/// The flag of a message that consists of components.
const COMPONENTS: u64 = 1 << 15;
/// The flag of a message that one person alone sees.
const EPHEMERAL: u64 = 1 << 6;
/// The longest text of a message, in UTF-16 units.
const LONGEST: usize = 4_000;
/// The most buttons that stand side by side.
const ROW: usize = 5;
/// The most rows before buttons become a menu.
const ROWS: usize = 5;
/// The most entries of a menu.
const ENTRIES: usize = 25;
/// The longest text on a button.
const BUTTON_LABEL: usize = 80;
/// The longest text of an entry of a menu.
const ENTRY_LABEL: usize = 100;
/// What begins the name of an instant, which the app shows as "in five minutes".
const RELATIVE: &str = " (<t:";
/// What names a menu that stands for buttons; its chosen value is the button's code.
pub const MENU: &str = "menu";

/// The messages that say this, in order: as many as its text takes once it is escaped. Buttons
/// hang on the last.
pub fn messages(message: &Outgoing) -> Vec<Value> {
    let mut parts = split(markdown(&message.text));
    let last = parts.pop().unwrap_or_default();
    let mut bodies: Vec<Value> = parts.into_iter().map(|text| body(&text, Vec::new())).collect();
    bodies.push(body(&last, rows(message)));
    bodies
}

/// The one message that an edit leaves. A text too long for it is cut where that can be seen.
pub fn face(message: &Outgoing) -> Value {
    let mut parts = split(markdown(&message.text));
    let rest = parts.len() > 1;
    let mut text = parts.swap_remove(0);
    if rest {
        text.truncate(text.trim_end().len());
        text.push_str("\n…");
    }
    body(&text, rows(message))
}

/// Makes a message visible to one person alone.
pub fn ephemeral(mut body: Value) -> Value {
    let flags = body["flags"].as_u64().unwrap_or_default();
    body["flags"] = json!(flags | EPHEMERAL);
    body
}

/// A mention of a person above a message.
pub fn mentioning(mut body: Value, person: u64) -> Value {
    let mention = json!({ "type": 10, "content": format!("<@{person}>") });
    if let Some(components) = body["components"].as_array_mut() {
        components.insert(0, mention);
    }
    body
}

fn body(text: &str, rows: Vec<Value>) -> Value {
    // The platform takes no empty text, and something has to carry the buttons.
    let text = if text.trim().is_empty() { "\u{200b}" } else { text };
    let text = json!({ "type": 10, "content": text });
    let components = if rows.is_empty() {
        vec![text]
    } else {
        let inside: Vec<Value> = std::iter::once(text).chain(rows).collect();
        vec![json!({ "type": 17, "components": inside })]
    };
    json!({ "flags": COMPONENTS, "components": components })
}

/// Rows of buttons; with too many rows, all but the last become menus.
fn rows(message: &Outgoing) -> Vec<Value> {
    let write = message.form.as_ref().and_then(write_button);
    let narrow = message.buttons.iter().flat_map(|row| row.chunks(ROW));
    let narrow: Vec<&[Button]> = narrow.filter(|row| !row.is_empty()).collect();
    let room = ROWS - usize::from(write.is_some());
    let mut rows: Vec<Value> = write.into_iter().map(|button| row(vec![button])).collect();
    match narrow.split_last() {
        Some((last, chosen)) if narrow.len() > room => {
            let mut entries: Vec<&Button> = Vec::new();
            for button in chosen.iter().copied().flatten() {
                // The platform refuses a menu in which something stands twice.
                if !entries.iter().any(|known| known.code == button.code) {
                    entries.push(button);
                }
            }
            let menus = entries.chunks(ENTRIES).enumerate();
            rows.extend(menus.map(|(number, entries)| row(vec![menu(number, entries)])));
            rows.push(row(last.iter().map(button).collect()));
        }
        _ => rows.extend(narrow.iter().map(|buttons| row(buttons.iter().map(button).collect()))),
    }
    rows
}

fn row(components: Vec<Value>) -> Value {
    json!({ "type": 1, "components": components })
}

fn button(button: &Button) -> Value {
    debug_assert!((1..=100).contains(&button.code.len()), "a code has 1 to 100 bytes");
    let label = clip(&button.label, BUTTON_LABEL);
    json!({ "type": 2, "style": 2, "label": label, "custom_id": button.code })
}

/// The button that opens the form where it could not be shown at once.
fn write_button(form: &Form) -> Option<Value> {
    let Some(Code::Dialogue(serial, _)) = Code::decode(&form.code) else { return None };
    let label = clip(&form.title, BUTTON_LABEL);
    let code = Code::Write(serial).encode();
    Some(json!({ "type": 2, "style": 1, "label": label, "custom_id": code }))
}

fn menu(number: usize, entries: &[&Button]) -> Value {
    let entry = |button: &&Button| json!({ "label": clip(&button.label, ENTRY_LABEL), "value": button.code });
    let options: Vec<Value> = entries.iter().map(entry).collect();
    json!({ "type": 3, "custom_id": format!("{MENU}:{number}"), "options": options })
}

/// At most `longest` characters, cut where that can be seen.
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

/// The text as Discord's Markdown that reads exactly as it was written.
pub fn markdown(text: &RichText) -> String {
    let mut out = String::new();
    let mut previous = Style::Plain;
    let pieces = joined(text);
    for (number, piece) in pieces.iter().enumerate() {
        let next = pieces.get(number + 1).and_then(|next| next.text.chars().next());
        let glued = piece.instant.is_none() && next.is_some_and(|next| !next.is_whitespace());
        for line in piece.text.split_inclusive('\n') {
            let core = line.trim();
            let start = line.len() - line.trim_start().len();
            let (before, after) = (&line[..start], &line[start + core.len()..]);
            // Two styles without anything between them would read as one with stray asterisks.
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
            escape(core, (fresh, glued && after.is_empty()), &mut out);
            out.push_str(marker);
            out.push_str(after);
        }
        if let Some(at) = piece.instant {
            // The app words how far off it is, in its own language, and keeps that true.
            out.push_str(&format!("{RELATIVE}{}:R>)", at.0.div_euclid(SECOND)));
        }
        previous = piece.style;
    }
    out
}

/// The pieces, with neighbours in one style made one. What an instant's name follows ends a piece.
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

/// Escapes a stretch of one line; `fresh` when it begins the line, `glued` when what follows it is
/// no blank.
fn escape(line: &str, (fresh, glued): (bool, bool), out: &mut String) {
    let mut rest = line;
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
            // An address that cannot stand as it is, or the name of an emoji.
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

/// Escapes what makes a heading, a quotation or a list at the beginning of a line.
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

/// The address at the beginning of a text, if it can stand as it is and be opened.
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

/// Cuts Markdown into stretches that fit, at line ends where there are any, never behind a
/// backslash.
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

/// Where to cut instead, so that the name of an instant stays whole. Nobody but us writes what it
/// begins with: in what people write a backslash stands before the bracket.
fn before_instant(text: &str, cut: usize) -> usize {
    let named = text.match_indices(RELATIVE).map(|(at, _)| at).take_while(|at| *at < cut).last();
    let torn = named.filter(|at| text[*at..].find(')').is_some_and(|end| at + end >= cut));
    torn.filter(|at| *at > 0).unwrap_or(cut)
}

#[cfg(test)]
#[path = "render_tests.rs"]
mod tests;
