//! The texts that ask for a field and that say why an answer is invalid, with an example of a valid
//! one.

use chrono::{Days, NaiveDate};

use super::today;
use crate::{
    chat::{
        outgoing::RichText,
        view::answers,
        wording::{Voice, say},
    },
    domain::{
        field::{Field, Kind, Wrong, parse::DateWords},
        locale::Locale,
    },
};

/// A field in a chat: its question, and the hint below it.
pub(super) fn question(voice: &Voice<'_>, field: &Field) -> RichText {
    let asked = field.question.as_ref().unwrap_or(&field.name).get(voice.locale);
    match hint(voice, field) {
        Some(hint) => RichText::plain(format!("{asked}\n{hint}")),
        None => RichText::plain(asked),
    }
}

/// The hint: the procedure's own words, or how to write a day or send a file.
pub(super) fn hint(voice: &Voice<'_>, field: &Field) -> Option<String> {
    match (&field.hint, &field.kind) {
        (Some(hint), _) => Some(hint.get(voice.locale).to_owned()),
        (None, Kind::Date { .. }) => Some(voice.text("field-hint-date")),
        (None, Kind::File) => Some(voice.text("field-hint-file")),
        (None, _) => None,
    }
}

/// Why an answer is invalid, with an example of a valid one.
pub(super) fn wrong(voice: &Voice<'_>, field: &Field, wrong: Wrong) -> String {
    let text = |number: i64| number.to_string();
    match wrong {
        Wrong::Empty => voice.text("field-empty"),
        Wrong::TooLong { longest, letters } => {
            let args = [("longest", longest.into()), ("letters", letters.into())];
            voice.say("field-too-long", &args)
        }
        Wrong::NotANumber => {
            let args = [("example", text(example_number(field)).into())];
            voice.say("field-not-a-number", &args)
        }
        Wrong::TooSmall(least) => voice.say("field-too-small", &[("least", text(least).into())]),
        Wrong::TooLarge(most) => voice.say("field-too-large", &[("most", text(most).into())]),
        Wrong::NotADate => {
            let args = [("example", example_day(voice).format("%d/%m/%Y").to_string().into())];
            voice.say("field-not-a-date", &args)
        }
        Wrong::Past => {
            let args = [("today", answers::day(voice, today(voice)).into())];
            voice.say("field-past", &args)
        }
        Wrong::NotAChoice => voice.text("choose-a-button"),
        Wrong::NotYesOrNo => voice.text("field-not-yes-or-no"),
        Wrong::NotAFile => voice.text("field-not-a-file"),
    }
}

/// A number that the field accepts.
fn example_number(field: &Field) -> i64 {
    match field.kind {
        Kind::Number { min, max } => {
            let least = min.unwrap_or(i64::MIN);
            12.clamp(least, max.unwrap_or(i64::MAX).max(least))
        }
        _ => 12,
    }
}

/// A future day as an example: two weeks from the present one.
fn example_day(voice: &Voice<'_>) -> NaiveDate {
    let today = today(voice);
    today.checked_add_days(Days::new(14)).unwrap_or(today)
}

/// The words for months and days in every language, because people mix languages.
pub(super) fn date_words() -> DateWords {
    let listed = |key: &str| -> Vec<Vec<String>> {
        let words = |locale: Locale| {
            let said = say(locale, key, &[]);
            said.split(',').map(|word| word.trim().to_lowercase()).collect()
        };
        Locale::ALL.into_iter().map(words).collect()
    };
    let months = listed("words-months").into_iter().flat_map(|months| months.into_iter().zip(1..));
    let mut days = Vec::new();
    for (key, ahead) in [
        ("words-today", 0),
        ("words-tomorrow", 1),
        ("words-after-tomorrow", 2),
        ("words-yesterday", -1),
    ] {
        days.extend(listed(key).into_iter().flatten().map(|word| (word, ahead)));
    }
    DateWords { months: months.collect(), days }
}
