//! Words for instants, in a sentence and on a button, and the form of a sentence about a past
//! instant, which promises nothing. All wall times are in the procedure's time zone. Deliberately
//! absent: which instants a sentence has.

use chrono::{Datelike, NaiveDate, Timelike};

use super::{Arg, Value, Voice};
use crate::{
    chat::outgoing::{RichText, Style},
    domain::time::Timestamp,
};

/// Placeholders for the instants while Fluent formats the message. They are stripped from every
/// other value.
const PLACEHOLDERS: [char; 4] = ['\u{e000}', '\u{e001}', '\u{e002}', '\u{e003}'];

/// An instant in a message.
#[derive(Debug, Clone, Copy)]
pub struct Instant {
    /// The variable that the instant replaces.
    name: &'static str,
    /// The variable that selects the form of the sentence: future, past or none.
    form: &'static str,
    /// `None` where nothing is promised.
    at: Option<Timestamp>,
}

/// The instant until which a solution is promised, as `$due` with `$due-form`.
pub fn due(at: Option<Timestamp>) -> Instant {
    Instant { name: "due", form: "due-form", at }
}

/// The instant until which a first answer is promised, as `$own` with `$own-form`.
pub fn own(at: Timestamp) -> Instant {
    Instant { name: "own", form: "own-form", at: Some(at) }
}

/// Any other instant, as `$when` with `$when-form`.
pub fn when(at: Option<Timestamp>) -> Instant {
    Instant { name: "when", form: "when-form", at }
}

/// How an instant names its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dates {
    /// Relative where possible (`hoy`, `mañana`): the message is never edited, so the word stays
    /// true of the day on which it was sent.
    Relative,
    /// With its date: the message is edited on later days.
    Full,
}

/// A wall time, and the values by which a message selects its article and its half of the day.
struct Hour {
    clock: String,
    half: &'static str,
    hour: u32,
}

impl Voice<'_> {
    /// A message with values and instants, for a message that is never edited. Future instants are
    /// marked as such, so that a client may show the time left. An absent instant adds no words.
    pub fn rich(&self, key: &str, args: &[Arg<'_>], instants: &[Instant]) -> RichText {
        self.format(key, Dates::Relative, args, instants)
    }

    /// The same for a card or another message that is edited on later days: instants have their
    /// dates.
    pub fn on_card(&self, key: &str, args: &[Arg<'_>], instants: &[Instant]) -> RichText {
        self.format(key, Dates::Full, args, instants)
    }

    fn format(&self, key: &str, dates: Dates, args: &[Arg<'_>], instants: &[Instant]) -> RichText {
        debug_assert!(instants.len() <= PLACEHOLDERS.len(), "{key}");
        let cleaned = args.iter().map(|(name, value)| match value {
            Value::Text(text) if text.contains(PLACEHOLDERS) => {
                (*name, text.replace(PLACEHOLDERS, "").into())
            }
            value => (*name, value.clone()),
        });
        let placeholders = instants.iter().zip(PLACEHOLDERS);
        let placeholders = placeholders
            .map(|(instant, placeholder)| (instant.name, String::from(placeholder).into()));
        let forms = instants.iter().map(|instant| (instant.form, self.form(instant.at).into()));
        let args: Vec<Arg<'_>> = cleaned.chain(placeholders).chain(forms).collect();
        let message = self.say(key, &args);
        let mut text = RichText::default();
        let mut rest = message.trim_end();
        while let Some((at, placeholder)) =
            rest.char_indices().find(|(_, c)| PLACEHOLDERS.contains(c))
        {
            text.push(&rest[..at], Style::Plain);
            rest = &rest[at + placeholder.len_utf8()..];
            let known = PLACEHOLDERS.iter().position(|known| *known == placeholder);
            match known.and_then(|known| instants.get(known)).and_then(|instant| instant.at) {
                Some(at) if at > self.now => text.push_instant(self.instant(at, dates), at),
                Some(at) => text.push(self.instant(at, dates), Style::Plain),
                None => {}
            }
        }
        text.push(rest, Style::Plain);
        text
    }

    /// The form of a sentence about an instant: future, past or none.
    pub fn form(&self, at: Option<Timestamp>) -> &'static str {
        match at {
            Some(at) if at >= self.now => "future",
            Some(_) => "past",
            None => "none",
        }
    }

    /// An instant in words: `hoy a las 10:30 a. m.`, `el lunes 8 de marzo a la 1:05 p. m.`, in the
    /// procedure's time zone. For messages that are never edited.
    pub fn when(&self, at: Timestamp) -> String {
        self.instant(at, Dates::Relative)
    }

    /// The same with its date, for messages that are edited on later days.
    pub fn date(&self, at: Timestamp) -> String {
        self.instant(at, Dates::Full)
    }

    fn instant(&self, at: Timestamp, dates: Dates) -> String {
        let calendar = self.procedure.desk_calendar();
        let today = calendar.local(self.now);
        let then = calendar.local(at);
        let days = then.date_naive().signed_duration_since(today.date_naive()).num_days();
        let hour = self.hour(then.hour(), then.minute());
        let near = match days {
            0 => Some("when-today"),
            1 => Some("when-tomorrow"),
            -1 => Some("when-yesterday"),
            _ => None,
        };
        let key = match near.filter(|_| dates == Dates::Relative) {
            Some(near) => near,
            None if then.year() == today.year() => "when-date",
            None => "when-date-year",
        };
        self.say(
            key,
            &[
                ("weekday", then.weekday().num_days_from_monday().into()),
                ("day", then.day().into()),
                ("month", then.month().into()),
                ("year", then.year().to_string().into()),
                ("time", self.time(&hour).into()),
                ("hour", hour.hour.into()),
            ],
        )
    }

    /// A day without a time: `el viernes 6 de marzo`.
    pub fn day(&self, date: NaiveDate) -> String {
        self.say(
            "when-day",
            &[
                ("weekday", date.weekday().num_days_from_monday().into()),
                ("day", date.day().into()),
                ("month", date.month().into()),
            ],
        )
    }

    /// The same with the name of the day, where it has one.
    pub fn named_day(&self, date: NaiveDate, name: Option<&str>) -> String {
        match name {
            Some(name) => {
                self.say("named-day", &[("day", self.day(date).into()), ("name", name.into())])
            }
            None => self.day(date),
        }
    }

    /// An instant for a button: `Mañana 10:00 a. m.`, `Jue 5, 3:00 p. m.`.
    pub fn slot(&self, at: Timestamp) -> String {
        let calendar = self.procedure.desk_calendar();
        let today = calendar.local(self.now);
        let then = calendar.local(at);
        let days = then.date_naive().signed_duration_since(today.date_naive()).num_days();
        let time = self.time(&self.hour(then.hour(), then.minute()));
        match days {
            0 => self.say("slot-today", &[("time", time.into())]),
            1 => self.say("slot-tomorrow", &[("time", time.into())]),
            _ => self.say(
                "slot-date",
                &[
                    ("weekday", then.weekday().num_days_from_monday().into()),
                    ("day", then.day().into()),
                    ("time", time.into()),
                ],
            ),
        }
    }

    fn hour(&self, hour: u32, minute: u32) -> Hour {
        let half = match (hour, minute) {
            (12, 0) => "noon",
            (0..12, _) => "morning",
            _ => "afternoon",
        };
        let hour = match hour % 12 {
            0 => 12,
            hour => hour,
        };
        Hour { clock: format!("{hour}:{minute:02}"), half, hour }
    }

    fn time(&self, hour: &Hour) -> String {
        self.say("time", &[("clock", hour.clock.as_str().into()), ("half", hour.half.into())])
    }
}
