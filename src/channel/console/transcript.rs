//! Prints outputs as lines of a terminal. Pure. A message is framed and names its chat: `→` is a new message, `✎` an
//! edit, `⚡` a short answer to a press. Deliberately absent: words; every printed word comes from the desk or from
//! people.

use super::{Output, OutputKind};
use crate::chat::outgoing::{Button, Outgoing, RichText, Style};

/// The desk's name in a transcript.
const DESK: &str = "mesabot";

/// The appearance of a transcript.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Whether styles are shown by escape sequences of the terminal.
    pub colour: bool,
    /// The width in columns; `None` for lines of any length.
    pub columns: Option<usize>,
}

const DIM: &str = "2";
const BOLD: &str = "1";
const ITALIC: &str = "3";
const BUTTON: &str = "36";
const FRAME: &str = "  │";

impl Look {
    /// An output. Empty when its text is known to the reader.
    pub fn output(self, output: &Output) -> String {
        let (mark, body) = match &output.what {
            OutputKind::Said(message) => ("→", self.message(message)),
            OutputKind::Answered(text) => ("⚡", self.text(&RichText::plain(text.as_str()))),
            OutputKind::Changed { from, to } if from.text != to.text => ("✎", self.message(to)),
            // An answered question loses its buttons and has no new text.
            OutputKind::Changed { to, .. } if to.buttons.is_empty() => return String::new(),
            OutputKind::Changed { to, .. } => ("✎", self.new_buttons(to)),
        };
        let head = self.dim(&format!("  {DESK} {mark} {}", output.chat));
        let mut lines = vec![head];
        lines.extend(body.into_iter().map(|line| format!("{} {line}", self.dim(FRAME))));
        lines.iter().map(|line| format!("{}\n", line.trim_end())).collect()
    }

    pub fn clock(self, wall: &str) -> String {
        format!("{}\n", self.dim(&format!("  ⏱ {wall}")))
    }

    pub fn button(self, button: &Button) -> String {
        let label = harmless(&button.label).replace('\u{a0}', " ");
        self.styled(&format!("[{label}]"), BUTTON)
    }

    /// A text that is no part of the conversation.
    pub fn dim(self, text: &str) -> String {
        self.styled(text, DIM)
    }

    fn message(self, message: &Outgoing) -> Vec<String> {
        let mut lines = self.text(&message.text);
        lines.extend(self.rows(message));
        lines
    }

    /// New buttons of a message whose text is known: the first line stands for the text.
    fn new_buttons(self, message: &Outgoing) -> Vec<String> {
        let text = message.text.to_plain();
        let first = format!("{} …", harmless(text.lines().next().unwrap_or_default()));
        let mut lines = vec![self.dim(&first)];
        lines.extend(self.rows(message));
        lines
    }

    fn rows(self, message: &Outgoing) -> impl Iterator<Item = String> {
        let row = move |row: &Vec<Button>| {
            row.iter().map(|button| self.button(button)).collect::<Vec<_>>().join(" ")
        };
        let rows = message.buttons.iter().filter(|row| !row.is_empty()).map(row);
        rows.collect::<Vec<_>>().into_iter()
    }

    /// The lines of a text with its styles, broken between words to the width.
    fn text(self, text: &RichText) -> Vec<String> {
        let width = self.columns.map_or(usize::MAX, |columns| columns.saturating_sub(5).max(20));
        let mut lines = vec![String::new()];
        let mut used = 0;
        for piece in &text.0 {
            for (at, line) in harmless(&piece.text).split('\n').enumerate() {
                if at > 0 {
                    lines.push(String::new());
                    used = 0;
                }
                for word in line.split_inclusive(' ') {
                    let length = word.trim_end().chars().count();
                    if used > 0 && used + length > width {
                        lines.push(String::new());
                        used = 0;
                    }
                    used += word.chars().count();
                    let last = lines.len() - 1;
                    // After line breaking, ordinary spaces make the transcript searchable.
                    let word = word.replace('\u{a0}', " ");
                    lines[last].push_str(&self.styled(&word, code(piece.style)));
                }
            }
        }
        lines
    }

    fn styled(self, text: &str, code: &str) -> String {
        if self.colour && !code.is_empty() && !text.trim().is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}

fn code(style: Style) -> &'static str {
    match style {
        Style::Plain => "",
        Style::Bold => BOLD,
        Style::Italic => ITALIC,
    }
}

/// The text without control characters, so that a text of one person cannot control the terminal of another.
fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str, rows: &[&[&str]]) -> Outgoing {
        let button = |label: &&str| Button { label: (*label).into(), code: "c".into() };
        let buttons = rows.iter().map(|row| row.iter().map(button).collect()).collect();
        Outgoing { text: RichText::plain(text), buttons, ..Default::default() }
    }

    fn plain(what: OutputKind) -> String {
        Look::default().output(&Output { chat: "ana".into(), what })
    }

    #[test]
    fn a_message_is_framed_with_its_buttons_row_by_row() {
        let said =
            plain(OutputKind::Said(message("Hola\n\n¿Abro?", &[&["Sí", "No"], &["Cancelar"]])));
        assert_eq!(
            said,
            "  mesabot → ana\n  │ Hola\n  │\n  │ ¿Abro?\n  │ [Sí] [No]\n  │ [Cancelar]\n"
        );
        assert_eq!(
            plain(OutputKind::Answered("Ya pasó.".into())),
            "  mesabot ⚡ ana\n  │ Ya pasó.\n"
        );
    }

    #[test]
    fn a_change_shows_what_is_new() {
        let from = message("Uno\nmás", &[&["Sí"]]);
        let changed = |to: Outgoing| plain(OutputKind::Changed { from: from.clone(), to });
        assert_eq!(changed(message("Dos", &[])), "  mesabot ✎ ana\n  │ Dos\n");
        assert_eq!(changed(message("Uno\nmás", &[])), "");
        assert_eq!(
            changed(message("Uno\nmás", &[&["No"]])),
            "  mesabot ✎ ana\n  │ Uno …\n  │ [No]\n"
        );
    }

    #[test]
    fn texts_of_people_cannot_control_the_terminal() {
        let said = plain(OutputKind::Said(message("a\u{1b}[2Jb\u{7}\rc", &[&["\u{1b}x"]])));
        assert_eq!(said, "  mesabot → ana\n  │ a [2Jb  c\n  │ [ x]\n");
    }

    #[test]
    fn lines_are_broken_between_words_where_there_is_a_width() {
        let look = Look { columns: Some(25), colour: false };
        let lines = look.text(&RichText::plain("uno dos tres cuatro cinco seis"));
        assert_eq!(lines, ["uno dos tres cuatro ", "cinco seis"]);
    }

    #[test]
    fn colour_is_used_only_where_requested() {
        let mut text = RichText::plain("a ");
        text.push("b", Style::Bold);
        let look = Look { colour: true, columns: None };
        assert_eq!(look.text(&text), ["a \u{1b}[1mb\u{1b}[0m"]);
        assert_eq!(Look::default().text(&text), ["a b"]);
    }
}
