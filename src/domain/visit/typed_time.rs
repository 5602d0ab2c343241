//! Parses the date and time that a person types for a visit: `mañana 10 a. m.`, `2026-03-05 10:00`,
//! `jueves 3 pm`, `5 de marzo a las 9:30`, `tomorrow 4pm`. Pure. Deliberately absent: guessing; a
//! missing day or hour, or a word without meaning here, gives no result.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::domain::{
    calendar::Calendar,
    text::folded,
    time::{HOUR, MINUTE, Timestamp},
};

const WEEKDAYS: [(&str, Weekday); 14] = [
    ("lunes", Weekday::Mon),
    ("martes", Weekday::Tue),
    ("miercoles", Weekday::Wed),
    ("jueves", Weekday::Thu),
    ("viernes", Weekday::Fri),
    ("sabado", Weekday::Sat),
    ("domingo", Weekday::Sun),
    ("monday", Weekday::Mon),
    ("tuesday", Weekday::Tue),
    ("wednesday", Weekday::Wed),
    ("thursday", Weekday::Thu),
    ("friday", Weekday::Fri),
    ("saturday", Weekday::Sat),
    ("sunday", Weekday::Sun),
];

/// Twelve in Spanish, then twelve in English; the first three letters are enough.
const MONTHS: [&str; 24] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Words without meaning of their own.
const FILLERS: [&str; 14] =
    ["a", "la", "las", "el", "de", "del", "en", "por", "on", "at", "in", "the", "proximo", "next"];

/// A half of the day, where it is stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Morning,
    Afternoon,
}

/// What was understood so far.
#[derive(Debug, Default)]
struct Said {
    date: Option<NaiveDate>,
    weekday: Option<NaiveDate>,
    /// A day of a month, and the month.
    called: Option<(u32, u32)>,
    /// A month whose day follows.
    month: Option<u32>,
    /// Numbers that may be a day or an hour.
    bare: Vec<u32>,
    time: Option<(u32, u32)>,
    half: Option<Half>,
}

/// The instant that a text names, relative to `now`; `None` when it names none. A date without a
/// year is the next such date. A weekday is the next such day, including today.
pub fn instant(text: &str, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
    let today = calendar.local(now).date_naive();
    let plain = plain(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let mut said = Said::default();
    for (place, word) in words.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| words[before]);
        match (before, *word) {
            (_, "pasado") if words.get(place + 1) == Some(&"manana") => {}
            (Some("pasado"), "manana") => said.put_date(later(today, 2)?)?,
            // "10 de la mañana" means the half of the day, not the next day.
            (Some("la"), "manana") => put(&mut said.half, Half::Morning)?,
            (_, word) => said.take(word, today)?,
        }
    }
    said.instant(calendar, today)
}

impl Said {
    /// Interprets a word. `None` when it has no meaning, or repeats a part that was stated already.
    fn take(&mut self, word: &str, today: NaiveDate) -> Option<()> {
        match word {
            "hoy" | "today" => return self.put_date(today),
            "manana" | "tomorrow" => return self.put_date(later(today, 1)?),
            "am" | "morning" => return put(&mut self.half, Half::Morning),
            "pm" | "tarde" | "afternoon" => return put(&mut self.half, Half::Afternoon),
            "mediodia" | "noon" => return put(&mut self.time, (12, 0)),
            filler if FILLERS.contains(&filler) => return Some(()),
            _ => {}
        }
        if let Some((_, weekday)) = WEEKDAYS.iter().find(|(name, _)| begins(name, word)) {
            let wanted = weekday.num_days_from_monday();
            let now = today.weekday();
            let ahead = (7 + wanted - now.num_days_from_monday()) % 7;
            return put(&mut self.weekday, later(today, ahead)?);
        }
        if let Some(at) = MONTHS.iter().position(|name| begins(name, word)) {
            let month = u32::try_from(at % 12).ok()? + 1;
            return match self.bare.pop() {
                Some(day) => put(&mut self.called, (day, month)),
                None => put(&mut self.month, month),
            };
        }
        self.take_figures(word)
    }

    /// Interprets a date or a time in digits.
    fn take_figures(&mut self, word: &str) -> Option<()> {
        if let Some((date, time)) = word.split_once('t').filter(|(date, _)| date.contains('-')) {
            self.take_figures(date)?;
            return self.take_figures(time);
        }
        if word.contains('-') {
            return self.put_date(NaiveDate::parse_from_str(word, "%Y-%m-%d").ok()?);
        }
        if let Some((day, rest)) = word.split_once('/') {
            return match rest.split_once('/') {
                Some((month, year)) => {
                    let day = figures(day)?;
                    let month = figures(month)?;
                    self.put_date(NaiveDate::from_ymd_opt(year.parse().ok()?, month, day)?)
                }
                None => put(&mut self.called, (figures(day)?, figures(rest)?)),
            };
        }
        // "10am", "3:30pm"
        for (ending, half) in [("am", Half::Morning), ("pm", Half::Afternoon)] {
            if let Some(time) = word.strip_suffix(ending) {
                put(&mut self.time, clock(time)?)?;
                return put(&mut self.half, half);
            }
        }
        if word.contains(':') {
            return put(&mut self.time, clock(word)?);
        }
        let number = figures(word)?;
        match self.month.take() {
            Some(month) => put(&mut self.called, (number, month)),
            None => {
                self.bare.push(number);
                Some(())
            }
        }
    }

    fn put_date(&mut self, date: NaiveDate) -> Option<()> {
        put(&mut self.date, date)
    }

    fn instant(self, calendar: &Calendar, today: NaiveDate) -> Option<Timestamp> {
        let date = match (self.date, self.called, self.weekday) {
            (Some(date), None, weekday) => agreed(date, weekday)?,
            (None, Some((day, month)), weekday) => {
                agreed(next_called(today, day, month)?, weekday)?
            }
            (None, None, Some(weekday)) => weekday,
            _ => return None,
        };
        // A month without its day, or a number too many, is not understood.
        let (hour, minute) = match (self.month, self.time, self.bare.as_slice()) {
            (None, Some(time), []) => time,
            (None, None, [hour]) => (*hour, 0),
            _ => return None,
        };
        let hour = match (self.half, hour) {
            (None, 0..=23) | (Some(Half::Morning), 0..=11) => hour,
            (Some(Half::Morning), 12) => 0,
            (Some(Half::Afternoon), 12..=23) => hour,
            (Some(Half::Afternoon), 1..=11) => hour + 12,
            _ => return None,
        };
        Some(calendar.on_the_wall(date, i64::from(hour) * HOUR + i64::from(minute) * MINUTE))
    }
}

fn later(today: NaiveDate, days: u32) -> Option<NaiveDate> {
    today.checked_add_days(Days::new(days.into()))
}

/// A weekday next to a date is accepted when it is that date's weekday.
fn agreed(date: NaiveDate, weekday: Option<NaiveDate>) -> Option<NaiveDate> {
    weekday.is_none_or(|named| named.weekday() == date.weekday()).then_some(date)
}

/// The next date with this day and month, from `today` on.
fn next_called(today: NaiveDate, day: u32, month: u32) -> Option<NaiveDate> {
    let in_year = |year| NaiveDate::from_ymd_opt(year, month, day);
    let this = in_year(today.year()).filter(|date| *date >= today);
    this.or_else(|| in_year(today.year() + 1))
}

/// Sets a part that may be stated only once.
fn put<T>(place: &mut Option<T>, value: T) -> Option<()> {
    if place.is_some() {
        return None;
    }
    *place = Some(value);
    Some(())
}

fn begins(name: &str, word: &str) -> bool {
    word.len() >= 3 && name.starts_with(word)
}

fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = match text.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (figures(hour)?, figures(minute)?),
        Some(_) => return None,
        None => (figures(text)?, 0),
    };
    (hour <= 24 && minute < 60).then_some((hour, minute))
}

/// A number of one or two digits.
fn figures(text: &str) -> Option<u32> {
    let few = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    few.then(|| text.parse().ok()).flatten()
}

/// The text in lower case without accents, with `a. m.` and the like as one word and without other
/// punctuation.
fn plain(text: &str) -> String {
    let text = folded(text).replace([',', ';'], " ").replace('.', "");
    let mut words: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        // "a m" behind an hour, as in "10 a. m."
        let half = match (word, words.last().map(String::as_str)) {
            ("m", Some("a")) => Some("am"),
            ("m", Some("p")) => Some("pm"),
            _ => None,
        };
        match half {
            Some(half) => {
                words.pop();
                words.push(half.to_owned());
            }
            None => words.push(word.to_owned()),
        }
    }
    words.join(" ")
}
