//! What the fields of a form were answered with, as lines of a summary, a card or a cell. Choices are
//! read with the fields of the edition under which they were made.

use chrono::{Datelike, NaiveDate};

use crate::{
    chat::{say::clip, wording::Voice},
    domain::field::{Field, Value},
};

/// How much of an answer a line shows.
const EXCERPT: usize = 300;
/// How much all lines together show beside other things.
const ALL: usize = 1_200;

/// One line an answer: `Fecha de inicio: 15 de marzo de 2026`.
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

/// All lines as one text, cut where it would crowd out everything else.
pub fn text(voice: &Voice<'_>, answered: &[(Field, Value)]) -> Option<String> {
    let pairs = answered.iter().map(|(field, value)| (field, value));
    let text = lines(voice, pairs).join("\n");
    (!text.is_empty()).then(|| clip(&text, ALL))
}

/// The whole of what was answered, for a cell.
pub fn cell(voice: &Voice<'_>, answered: &[(Field, Value)]) -> Option<String> {
    let line = |(field, value): &(Field, Value)| {
        let (name, value) = (field.name.get(voice.locale), worded(voice, field, value));
        voice.say("field-line", &[("name", name.into()), ("value", value.into())])
    };
    let lines: Vec<String> = answered.iter().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// A day as people say it: `15 de marzo de 2026`.
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
