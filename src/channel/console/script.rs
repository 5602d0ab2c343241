//! The script language that plays people: `empleado> text` writes, `empleado> [Label]` presses, `@ +3d` moves the
//! clock, `#` comments. Pure. Deliberately absent: which people and buttons there are.

use chrono::NaiveDateTime;

use crate::domain::time::{DAY, HOUR, MINUTE};

/// A line of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// White space at most.
    Blank,
    Comment,
    /// A person acts.
    Act {
        /// The name before `>`, in lower case.
        who: String,
        act: Act,
    },
    Clock(Move),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    Say(String),
    /// Press the button with this label.
    Press(String),
}

/// A move of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Move {
    /// Ahead by milliseconds.
    Ahead(i64),
    /// To a wall time.
    To(NaiveDateTime),
}

/// The forms of a line, shown after a line of another form.
pub const FORMS: &str = "  empleado> El computador no enciende   says something
  tecnico> /aceptar 1                   says a command
  empleado> [Sí]                        presses the button with that label
  @ +3d                                 moves the clock ahead: m, h or d
  @ 2026-03-02 08:00                    moves the clock to a wall time
  # anything                            is a comment";

/// Why a line cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The line has none of the forms.
    #[error("a line has one of these forms:\n{FORMS}")]
    Form,
    /// No text follows the name.
    #[error("there is nothing after `>` to say or to press")]
    Nothing,
    /// The line is not UTF-8.
    #[error("a script is written in UTF-8, and this line is not")]
    Encoding,
    /// The clock cannot move there.
    #[error("the clock moves by +15m, +2h or +3d, or to a time such as 2026-03-02 08:00")]
    Clock,
}

/// Reads a line, without its byte-order mark and line end.
///
/// # Errors
/// When the line has none of the forms.
pub fn read(line: &str) -> Result<Line, Unreadable> {
    let line = bare(line).trim();
    if line.is_empty() {
        return Ok(Line::Blank);
    }
    if line.starts_with('#') {
        return Ok(Line::Comment);
    }
    if let Some(instant) = line.strip_prefix('@') {
        return clock(instant).map(Line::Clock);
    }
    let (who, rest) = speaker(line).ok_or(Unreadable::Form)?;
    if rest.is_empty() {
        return Err(Unreadable::Nothing);
    }
    Ok(Line::Act { who, act: act(rest) })
}

/// A line without a byte-order mark and its line end.
pub fn bare(line: &str) -> &str {
    line.trim_start_matches('\u{feff}').trim_end_matches(['\r', '\n'])
}

/// Splits `name> rest`; `None` when it does not begin with a single word and `>`.
pub fn speaker(line: &str) -> Option<(String, &str)> {
    let (who, rest) = line.split_once('>')?;
    let who = who.trim();
    let word = !who.is_empty() && who.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    word.then(|| (who.to_lowercase(), rest.trim()))
}

/// Reads the text after the name: `[Label]` presses, any other text writes.
pub fn act(text: &str) -> Act {
    let label = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim);
    match label.filter(|label| !label.is_empty() && !label.contains(['[', ']'])) {
        Some(label) => Act::Press(label.to_owned()),
        None => Act::Say(text.to_owned()),
    }
}

/// Reads the text after `@`.
///
/// # Errors
/// When the text is neither a span nor a wall time.
pub fn clock(text: &str) -> Result<Move, Unreadable> {
    let text = text.trim();
    let Some(span) = text.strip_prefix('+') else {
        let wall = |format| NaiveDateTime::parse_from_str(text, format).ok();
        let wall = wall("%Y-%m-%d %H:%M").or_else(|| wall("%Y-%m-%dT%H:%M"));
        return wall.map(Move::To).ok_or(Unreadable::Clock);
    };
    let unit = match span.chars().last() {
        Some('m') => MINUTE,
        Some('h') => HOUR,
        Some('d') => DAY,
        _ => return Err(Unreadable::Clock),
    };
    // Four digits reach 27 years ahead, longer than any ticket waits.
    let amount = &span[..span.len() - 1];
    let digits = (1..=4).contains(&amount.len()) && amount.bytes().all(|b| b.is_ascii_digit());
    match amount.parse::<i64>() {
        Ok(amount) if digits => Ok(Move::Ahead(amount * unit)),
        _ => Err(Unreadable::Clock),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn does(who: &str, act: Act) -> Result<Line, Unreadable> {
        Ok(Line::Act { who: who.into(), act })
    }

    #[test]
    fn every_form_is_read() {
        let say = |text: &str| Act::Say(text.into());
        let press = |label: &str| Act::Press(label.into());
        assert_eq!(read("empleado> No imprime"), does("empleado", say("No imprime")));
        assert_eq!(read("  Tecnico >/aceptar 1  \r\n"), does("tecnico", say("/aceptar 1")));
        assert_eq!(read("\u{feff}técnico> a > b"), does("técnico", say("a > b")));
        assert_eq!(read("empleado> [Sí]"), does("empleado", press("Sí")));
        assert_eq!(read("empleado> [ Abrir caso ]"), does("empleado", press("Abrir caso")));
        assert_eq!(read("# a > b"), Ok(Line::Comment));
        assert_eq!(read("\u{feff}# a"), Ok(Line::Comment));
        assert_eq!(read(" \t\r"), Ok(Line::Blank));
    }

    #[test]
    fn brackets_that_enclose_no_single_label_are_said() {
        for text in ["[]", "[ ]", "[a] y [b]", "vea [Sí]", "[Sí] por favor", "["] {
            assert_eq!(read(&format!("a> {text}")), does("a", Act::Say(text.into())), "{text}");
        }
    }

    #[test]
    fn the_clock_is_moved_by_spans_and_to_wall_times() {
        let wall = chrono::NaiveDate::from_ymd_opt(2026, 3, 2).and_then(|d| d.and_hms_opt(8, 0, 0));
        let wall = wall.expect("a date of the calendar");
        assert_eq!(read("@ +3d"), Ok(Line::Clock(Move::Ahead(3 * DAY))));
        assert_eq!(read("@+2h"), Ok(Line::Clock(Move::Ahead(2 * HOUR))));
        assert_eq!(read("@ +15m\r"), Ok(Line::Clock(Move::Ahead(15 * MINUTE))));
        assert_eq!(read("@ 2026-03-02 08:00"), Ok(Line::Clock(Move::To(wall))));
        assert_eq!(read("@2026-03-02T08:00"), Ok(Line::Clock(Move::To(wall))));
        for wrong in ["@", "@ 3d", "@ +d", "@ +-3d", "@ +3", "@ +3x", "@ +3é", "@ +99999d"] {
            assert_eq!(read(wrong), Err(Unreadable::Clock), "{wrong}");
        }
        for wrong in ["@ 2026-02-30 08:00", "@ 08:00", "@ mañana"] {
            assert_eq!(read(wrong), Err(Unreadable::Clock), "{wrong}");
        }
    }

    #[test]
    fn the_rest_is_unreadable() {
        for wrong in ["hola", "> hola", "dos palabras> hola", "a/b> c", "[Sí]"] {
            assert_eq!(read(wrong), Err(Unreadable::Form), "{wrong}");
        }
        assert_eq!(read("empleado>"), Err(Unreadable::Nothing));
        assert_eq!(read("empleado>  \r\n"), Err(Unreadable::Nothing));
    }
}
