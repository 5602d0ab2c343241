//! Reads the instants in Spanish messages, without the code that worded them.

use chrono::{Datelike, Duration, NaiveDate, NaiveDateTime};

const MONTHS: [&str; 12] = [
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
];

/// Phrases that promise the instant after them.
const PROMISES: [&str; 2] = ["a más tardar ", "se cierra "];

/// The instants that a text promises, as wall time.
pub fn promised(text: &str, now: NaiveDateTime) -> Vec<NaiveDateTime> {
    let text = text.replace('\u{a0}', " ");
    let behind = PROMISES.iter().flat_map(|words| text.split(words).skip(1));
    behind.filter_map(|rest| instant(rest, now)).collect()
}

/// The instant at the start of a text.
fn instant(text: &str, now: NaiveDateTime) -> Option<NaiveDateTime> {
    let near = |words: &str, days: i64| {
        let rest = text.strip_prefix(words)?;
        Some((now.date() + Duration::days(days), rest))
    };
    let (date, rest) = near("hoy ", 0)
        .or_else(|| near("mañana ", 1))
        .or_else(|| near("ayer ", -1))
        .or_else(|| dated(text, now))?;
    let rest = rest.strip_prefix("a las ").or_else(|| rest.strip_prefix("a la "))?;
    let (clock, half) = rest.split_once(' ')?;
    let (hour, minute) = clock.split_once(':')?;
    let hour: u32 = hour.parse().ok()?;
    let hour = match half.chars().next()? {
        'p' => hour % 12 + 12,
        'a' => hour % 12,
        _ => 12,
    };
    date.and_hms_opt(hour, minute.parse().ok()?, 0)
}

/// `el lunes 2 de marzo [de 2026] a las …`.
fn dated(text: &str, now: NaiveDateTime) -> Option<(NaiveDate, &str)> {
    let (_, rest) = text.strip_prefix("el ")?.split_once(' ')?;
    let (day, rest) = rest.split_once(" de ")?;
    let (month, rest) = rest.split_once(' ')?;
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let (year, rest) = match rest.strip_prefix("de ") {
        Some(rest) => {
            let (year, rest) = rest.split_once(' ')?;
            (year.parse().ok()?, rest)
        }
        None => (now.year(), rest),
    };
    let date = NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, day.parse().ok()?)?;
    Some((date, rest))
}

#[test]
fn promised_instants_are_found_in_a_text() {
    let now = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap().and_hms_opt(8, 0, 0).unwrap();
    let found = promised(
        "Esperamos solucionarlo a más tardar ayer a la 1:05 p. m.\nEl caso se cierra el martes 3 de \
         marzo a las 12:00 m.",
        now,
    );
    let at = |day, hour, minute| {
        NaiveDate::from_ymd_opt(2026, 3, day).unwrap().and_hms_opt(hour, minute, 0).unwrap()
    };
    assert_eq!(found, [at(1, 13, 5), at(3, 12, 0)]);
}
