//! The answers to a form's fields, as lines of a summary, a card or a cell. An option is worded
//! with the fields of the procedure edition under which it was chosen.

use chrono::{Datelike, NaiveDate};

use crate::{
    chat::{shorten::clip, wording::Voice},
    domain::field::{Field, Value},
};

/// The most characters of one answer in a line.
const EXCERPT: usize = 300;
/// The most characters of all lines together on a card.
const ALL: usize = 1_200;

/// One line per answer: `Fecha de inicio: 15 de marzo de 2026`.
pub fn lines<'a>(
    voice: &Voice<'_>,
    answered: impl IntoIterator<Item = (&'a Field, &'a Value)>,
) -> Vec<String> {
    let line = |(field, value): (&Field, &Value)| {
        let shown = clip(&worded(voice, field, value), EXCERPT);
        let args = [("name", field.name.get(voice.locale).into()), ("value", shown.into())];
        voice.say("field-line", &args)
    };
    answered.into_iter().map(line).collect()
}

/// All lines as one text, clipped so that the rest of the card stays readable.
pub fn text(voice: &Voice<'_>, answered: &[(Field, Value)]) -> Option<String> {
    let pairs = answered.iter().map(|(field, value)| (field, value));
    let text = lines(voice, pairs).join("\n");
    (!text.is_empty()).then(|| clip(&text, ALL))
}

/// All answers in full, for a cell.
pub fn cell(voice: &Voice<'_>, answered: &[(Field, Value)]) -> Option<String> {
    let line = |(field, value): &(Field, Value)| {
        let name = field.name.get(voice.locale);
        let value = worded(voice, field, value);
        voice.say("field-line", &[("name", name.into()), ("value", value.into())])
    };
    let lines: Vec<String> = answered.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A date in words: `15 de marzo de 2026`.
pub fn day(voice: &Voice<'_>, date: NaiveDate) -> String {
    let args = [
        ("day", date.day().into()),
        ("month", date.month().into()),
        ("year", date.year().to_string().into()),
    ];
    voice.say("field-day", &args)
}

fn worded(voice: &Voice<'_>, field: &Field, value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Date(date) => day(voice, *date),
        Value::Choice(key) => {
            let choice = field.choice(key);
            choice.map_or(key.as_str(), |choice| choice.name.get(voice.locale)).to_owned()
        }
        Value::Person { name, .. } => name.clone(),
        Value::YesNo(true) => voice.text("button-yes"),
        Value::YesNo(false) => voice.text("button-no"),
        Value::File { name: Some(name), .. } => name.clone(),
        Value::File { what, name: None } => {
            voice.say("attachment", &[("kind", what.as_str().into())])
        }
    }
}
