//! Parses what people type into a field: whole numbers with or without thousands separators, and
//! dates as people write them. Pure: the caller passes in the present date and the words for months
//! and days.

use chrono::{Datelike, Days, NaiveDate};

use super::{Field, Kind, NO, Value, Wrong, YES};

/// Words for dates, in every language of the desk.
#[derive(Debug, Clone, Default)]
pub struct DateWords {
    /// Names of months in lower case, with their numbers.
    pub months: Vec<(String, u32)>,
    /// Words such as "tomorrow", with their distance in days from today.
    pub days: Vec<(String, i64)>,
}

/// The years that a date may have.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2200;

/// Parses a text as the answer to a field. A person is taken by name only; a file is never typed.
///
/// # Errors
/// Why the text is no answer.
pub fn parse(
    field: &Field,
    text: &str,
    today: NaiveDate,
    words: &DateWords,
) -> Result<Value, Wrong> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Wrong::Empty);
    }
    match &field.kind {
        Kind::Text { longest } => match text.chars().count() {
            letters if letters > *longest => Err(Wrong::TooLong { longest: *longest, letters }),
            _ => Ok(Value::Text(text.to_owned())),
        },
        Kind::Number { min, max } => {
            let number = number(text).ok_or(Wrong::NotANumber)?;
            bounded(number, *min, *max).map(Value::Number)
        }
        Kind::Date { future } => {
            let date = date(text, today, *future, words).ok_or(Wrong::NotADate)?;
            if *future && date < today {
                return Err(Wrong::Past);
            }
            Ok(Value::Date(date))
        }
        Kind::Choice { choices } => {
            let typed = text.to_lowercase();
            let meant = choices.iter().find(|choice| {
                let names = [&choice.key, &choice.name.es, &choice.name.en];
                names.iter().any(|name| name.to_lowercase() == typed)
            });
            meant.map(|choice| Value::Choice(choice.key.clone())).ok_or(Wrong::NotAChoice)
        }
        Kind::Person => Ok(Value::Person { id: None, name: text.to_owned() }),
        Kind::YesNo => match text {
            YES => Ok(Value::YesNo(true)),
            NO => Ok(Value::YesNo(false)),
            _ => Err(Wrong::NotYesOrNo),
        },
        Kind::File => Err(Wrong::NotAFile),
    }
}

/// The number, if it is within its bounds.
///
/// # Errors
/// The bound that it violates.
pub fn bounded(number: i64, min: Option<i64>, max: Option<i64>) -> Result<i64, Wrong> {
    match (min, max) {
        (Some(min), _) if number < min => Err(Wrong::TooSmall(min)),
        (_, Some(max)) if number > max => Err(Wrong::TooLarge(max)),
        _ => Ok(number),
    }
}

/// A whole number: `12`, `-3`, `1200`, `1.200`, `1,200`, `1 200`.
fn number(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text),
    };
    let separator = digits.chars().find(|character| !character.is_ascii_digit());
    let plain = match separator {
        None => digits.to_owned(),
        Some(separator @ ('.' | ',' | ' ' | '\u{a0}')) => {
            let groups: Vec<&str> = digits.split(separator).collect();
            let (first, rest) = groups.split_first()?;
            let whole = (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3);
            whole.then(|| groups.concat())?
        }
        Some(_) => return None,
    };
    let all_digits = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    all_digits.then(|| plain.parse::<i64>().ok())?.map(|number| sign * number)
}

/// A date: `15/03/2026`, `15-3-26`, `2026-03-15`, `15 de marzo`, `March 15, 2026`, `mañana`.
/// Without a year it is the one closest to today, and with `future` not before today.
fn date(text: &str, today: NaiveDate, future: bool, words: &DateWords) -> Option<NaiveDate> {
    let text = text.trim().trim_end_matches('.').to_lowercase();
    if let Some((_, ahead)) = words.days.iter().find(|(word, _)| *word == text) {
        let days = Days::new(ahead.unsigned_abs());
        return match ahead {
            0.. => today.checked_add_days(days),
            _ => today.checked_sub_days(days),
        };
    }
    let separated = ['/', '-', '.'].into_iter().find(|separator| text.contains(*separator));
    let numbers = separated.and_then(|separator| {
        let parts = text.split(separator).map(|part| whole(part.trim()));
        parts.collect::<Option<Vec<u32>>>()
    });
    let (day, month, year) = match numbers.as_deref() {
        Some([year, month, day]) if *year > 999 => (*day, *month, Some(*year)),
        Some([day, month, year]) if *year < 100 => (*day, *month, Some(year + 2000)),
        Some([day, month, year]) => (*day, *month, Some(*year)),
        Some([day, month]) => (*day, *month, None),
        Some(_) => return None,
        None => worded(&text, words)?,
    };
    match year {
        Some(year) => {
            let year = i32::try_from(year).ok().filter(|year| YEARS.contains(year))?;
            NaiveDate::from_ymd_opt(year, month, day)
        }
        None => closest(day, month, today, future),
    }
}

fn whole(digits: &str) -> Option<u32> {
    let plain = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok())?
}

/// Day, month by name, and optionally a year, in any order: `15 de marzo del 2026`.
fn worded(text: &str, words: &DateWords) -> Option<(u32, u32, Option<u32>)> {
    let mut day = None;
    let mut month = None;
    let mut year = None;
    let pieces = text.split([' ', ',']).filter(|piece| !piece.is_empty());
    for piece in pieces.filter(|piece| !["de", "del", "el", "of", "the"].contains(piece)) {
        let digits = ["st", "nd", "rd", "th", "º", "°"]
            .iter()
            .find_map(|ending| piece.strip_suffix(ending))
            .unwrap_or(piece);
        let named = words.months.iter().find(|(name, _)| name == piece);
        match (whole(digits), named) {
            (Some(number), _) if number > 999 && year.is_none() => year = Some(number),
            (Some(number), _) if day.is_none() => day = Some(number),
            (None, Some((_, number))) if month.is_none() => month = Some(*number),
            _ => return None,
        }
    }
    Some((day?, month?, year))
}

fn closest(day: u32, month: u32, today: NaiveDate, future: bool) -> Option<NaiveDate> {
    // 29 February exists every fourth year, or every eighth around a century that skips it.
    let years = today.year() - 8..=today.year() + 8;
    let days = years.filter_map(|year| NaiveDate::from_ymd_opt(year, month, day));
    let fits = days.filter(|date| !future || *date >= today);
    fits.min_by_key(|date| date.signed_duration_since(today).num_days().abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{field::Choice, locale::Localized};

    fn words() -> DateWords {
        let months = [("marzo", 3), ("march", 3), ("febrero", 2), ("enero", 1), ("diciembre", 12)];
        let days = [("hoy", 0), ("mañana", 1), ("tomorrow", 1), ("ayer", -1)];
        DateWords {
            months: months.map(|(name, number)| (name.to_owned(), number)).to_vec(),
            days: days.map(|(word, ahead)| (word.to_owned(), ahead)).to_vec(),
        }
    }

    fn field(kind: Kind) -> Field {
        let name = Localized { es: "x".into(), en: "x".into() };
        Field {
            key: "x".into(),
            name,
            question: None,
            hint: None,
            required: true,
            by: None,
            when: vec![],
            kind,
        }
    }

    fn read(kind: Kind, text: &str) -> Result<Value, Wrong> {
        let today = NaiveDate::from_ymd_opt(2026, 3, 2).unwrap();
        parse(&field(kind), text, today, &words())
    }

    #[test]
    fn dates_are_parsed_in_every_usual_notation() {
        let date = |text: &str| match read(Kind::Date { future: false }, text) {
            Ok(Value::Date(date)) => date.to_string(),
            other => format!("{other:?}"),
        };
        for text in [
            "15/03/2026",
            "15/3/26",
            "15-03-2026",
            "2026-03-15",
            "15.3.2026",
            "15/3",
            "15 de marzo",
            " 15 de Marzo de 2026. ",
            "el 15 de marzo del 2026",
            "March 15, 2026",
            "15th of March",
        ] {
            assert_eq!(date(text), "2026-03-15", "{text}");
        }
        for (text, day) in [
            ("hoy", "2026-03-02"),
            ("Mañana", "2026-03-03"),
            ("ayer", "2026-03-01"),
            ("15 de diciembre", "2025-12-15"),
            ("29 de febrero", "2028-02-29"),
            ("29/02/2028", "2028-02-29"),
        ] {
            assert_eq!(date(text), day, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_date_is_refused() {
        for text in [
            "el otro día",
            "30/02/2026",
            "29/02/2026",
            "15/13/2026",
            "marzo",
            "15",
            "1/2/3/4",
            "15 de marzo de abril",
            "15/03/0926",
            "999999999999/1",
            "-1",
            "15 16 de marzo",
        ] {
            assert_eq!(read(Kind::Date { future: false }, text), Err(Wrong::NotADate), "{text}");
        }
    }

    #[test]
    fn a_future_field_refuses_past_dates() {
        let read = |text| read(Kind::Date { future: true }, text);
        let day = |text: &str| Ok(Value::Date(text.parse().unwrap()));
        assert_eq!(read("01/03/2026"), Err(Wrong::Past));
        assert_eq!(read("hoy"), day("2026-03-02"));
        assert_eq!(read("15 de diciembre"), day("2026-12-15"));
        assert_eq!(read("1/3"), day("2027-03-01"), "the next one");
    }

    #[test]
    fn numbers_must_be_whole_and_within_bounds() {
        let any = Kind::Number { min: None, max: None };
        for (text, number) in
            [("12", 12), ("1.200", 1200), ("52,123,456", 52_123_456), ("1 200", 1200), ("-3", -3)]
        {
            assert_eq!(read(any.clone(), text), Ok(Value::Number(number)), "{text}");
        }
        for text in ["doce", "1,5", "1.2", "1.200,5", ".", "-", "1..000", "99999999999999999999"] {
            assert_eq!(read(any.clone(), text), Err(Wrong::NotANumber), "{text}");
        }
        let few = || Kind::Number { min: Some(1), max: Some(5) };
        assert_eq!(read(few(), "0"), Err(Wrong::TooSmall(1)));
        assert_eq!(read(few(), "6"), Err(Wrong::TooLarge(5)));
        assert_eq!(read(few(), "5"), Ok(Value::Number(5)));
    }

    #[test]
    fn text_choice_person_and_yes_no_accept_only_their_kind() {
        let text = || Kind::Text { longest: 4 };
        assert_eq!(read(text(), " año "), Ok(Value::Text("año".into())));
        assert_eq!(read(text(), "años "), Ok(Value::Text("años".into())));
        assert_eq!(read(text(), "cinco"), Err(Wrong::TooLong { longest: 4, letters: 5 }));
        assert_eq!(read(text(), "  "), Err(Wrong::Empty));
        let name = Localized { es: "Funcionario".into(), en: "Staff".into() };
        let choices = vec![Choice { key: "f".into(), name, refuses: None }];
        for typed in ["f", "funcionario", "STAFF"] {
            let kind = Kind::Choice { choices: choices.clone() };
            assert_eq!(read(kind, typed), Ok(Value::Choice("f".into())), "{typed}");
        }
        assert_eq!(read(Kind::Choice { choices }, "otro"), Err(Wrong::NotAChoice));
        assert_eq!(read(Kind::YesNo, "yes"), Ok(Value::YesNo(true)));
        assert_eq!(read(Kind::YesNo, "quizás"), Err(Wrong::NotYesOrNo));
        assert_eq!(read(Kind::File, "foto"), Err(Wrong::NotAFile));
        let ana = Value::Person { id: None, name: "Ana".into() };
        assert_eq!(read(Kind::Person, "Ana"), Ok(ana));
    }
}
