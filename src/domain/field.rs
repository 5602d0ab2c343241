//! The typed fields of a form: what is asked, and what answers it. A category asks for fields when
//! a request is registered (U12) and when it is solved (N7). Pure. Deliberately absent: asking a
//! field and wording a wrong answer (`chat::dialogue::fields`), and reading what people type
//! ([`parse`]).

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{id::PersonId, locale::Localized};

pub mod parse;

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// A short name, unique within its category; at most 24 bytes.
    pub key: String,
    /// The label in front of its answer.
    pub name: Localized,
    /// The question in a chat; without it the label is used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub question: Option<Localized>,
    /// An explanation of the question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<Localized>,
    /// Whether an answer is required.
    pub required: bool,
    /// The key of the only group that fills it, for fields of a solution.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The conditions under which it is asked; without any, always.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub when: Vec<When>,
    /// The kind of answer it takes.
    #[serde(flatten)]
    pub kind: Kind,
}

/// A condition on the answer of an earlier field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct When {
    /// The earlier field: a choice, or a yes or no.
    pub field: String,
    /// The keys of choices, `yes` or `no`, one of which must be the answer.
    pub is: Vec<String>,
}

/// The kind of answer that a field takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    /// Text.
    Text {
        /// The maximum length, in characters.
        longest: usize,
    },
    /// A whole number.
    Number {
        /// The minimum.
        min: Option<i64>,
        /// The maximum.
        max: Option<i64>,
    },
    /// A date.
    Date {
        /// Whether past dates are refused.
        future: bool,
    },
    /// One of a list.
    Choice {
        /// The choices, in the order in which they are offered.
        choices: Vec<Choice>,
    },
    /// A person: known to the desk, or a name.
    Person,
    /// Yes or no.
    YesNo,
    /// A picture or a document.
    File,
}

/// One choice of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// A short name; at most 24 bytes.
    pub key: String,
    /// The text on its button.
    pub name: Localized,
    /// Why this choice is not available, and what to do instead. Choosing it does not answer the
    /// field (U11).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refuses: Option<Localized>,
}

/// The answer to a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The key of the field.
    pub field: String,
    /// The answer; `None` where it was skipped.
    pub value: Option<Value>,
}

/// The value of an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A date.
    Date(NaiveDate),
    /// The key of the chosen choice.
    Choice(String),
    /// A person.
    Person {
        /// The person's id, when the desk knows them.
        id: Option<PersonId>,
        /// The person's name.
        name: String,
    },
    /// Yes or no.
    YesNo(bool),
    /// A file that is kept with the ticket.
    File {
        /// Its kind, by the stable name.
        what: String,
        /// Its file name, when it has one.
        name: Option<String>,
    },
}

/// Why an answer is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wrong {
    /// The answer is empty.
    Empty,
    /// The text is too long.
    TooLong {
        /// The maximum length, in characters.
        longest: usize,
        /// The actual length, in characters.
        letters: usize,
    },
    /// Not a whole number.
    NotANumber,
    /// Less than this minimum.
    TooSmall(i64),
    /// More than this maximum.
    TooLarge(i64),
    /// Not a date, or one that the calendar lacks.
    NotADate,
    /// The date is in the past.
    Past,
    /// Not one of the choices.
    NotAChoice,
    /// Neither yes nor no.
    NotYesOrNo,
    /// A file was expected.
    NotAFile,
}

/// The words for yes and no in a [`When`].
pub const YES: &str = "yes";
/// See [`YES`].
pub const NO: &str = "no";

/// A form to be filled in: its fields, and answers from elsewhere that conditions may refer to.
#[derive(Debug, Clone, Copy)]
pub struct Form<'f> {
    /// The fields, in order.
    pub fields: &'f [Field],
    /// Answers that were given before, to other fields.
    pub before: &'f [Answer],
    /// The present date in the desk's time zone.
    pub today: NaiveDate,
}

impl<'f> Form<'f> {
    /// The answers that still count, in the order of the form. The answer to a field that no longer
    /// exists, is not asked now, or would no longer accept it is dropped.
    pub fn settled(&self, answers: &[Answer]) -> Vec<Answer> {
        let mut settled: Vec<Answer> = Vec::new();
        for field in self.fields {
            let given = answers.iter().find(|answer| answer.field == field.key);
            let Some(given) = given.filter(|_| self.asks(field, &settled)) else { continue };
            let counts = match &given.value {
                None => !field.required,
                Some(value) => field.takes(value, self.today),
            };
            if counts {
                settled.push(given.clone());
            }
        }
        settled
    }

    /// The first field that is asked and not answered.
    pub fn next(&self, answers: &[Answer]) -> Option<&'f Field> {
        self.open(&self.settled(answers)).first().copied()
    }

    /// Every field that is asked and not answered, in order.
    pub fn open(&self, settled: &[Answer]) -> Vec<&'f Field> {
        let answered = |field: &Field| settled.iter().any(|answer| answer.field == field.key);
        let asked = |field: &&Field| !answered(field) && self.asks(field, settled);
        self.fields.iter().filter(asked).collect()
    }

    /// Whether a field is asked, given the answers so far.
    fn asks(&self, field: &Field, settled: &[Answer]) -> bool {
        field.when.iter().all(|when| {
            let mut known = settled.iter().chain(self.before);
            let given = known.find(|answer| answer.field == when.field);
            let value = given.and_then(|answer| answer.value.as_ref()).and_then(Value::word);
            value.is_some_and(|value| when.is.iter().any(|wanted| wanted == value))
        })
    }
}

impl Field {
    /// Whether a value is acceptable for this field.
    pub fn takes(&self, value: &Value, today: NaiveDate) -> bool {
        match (&self.kind, value) {
            (Kind::Text { longest }, Value::Text(text)) => text.chars().count() <= *longest,
            (Kind::Number { min, max }, Value::Number(number)) => {
                parse::bounded(*number, *min, *max).is_ok()
            }
            (Kind::Date { future }, Value::Date(date)) => !future || *date >= today,
            (Kind::Choice { .. }, Value::Choice(key)) => {
                self.choice(key).is_some_and(|choice| choice.refuses.is_none())
            }
            (Kind::Person, Value::Person { .. })
            | (Kind::YesNo, Value::YesNo(_))
            | (Kind::File, Value::File { .. }) => true,
            _ => false,
        }
    }

    /// The choice with this key.
    pub fn choice(&self, key: &str) -> Option<&Choice> {
        match &self.kind {
            Kind::Choice { choices } => choices.iter().find(|choice| choice.key == key),
            _ => None,
        }
    }
}

impl Value {
    /// What a condition compares: the key of a choice, `yes` or `no`.
    fn word(&self) -> Option<&str> {
        match self {
            Self::Choice(key) => Some(key),
            Self::YesNo(true) => Some(YES),
            Self::YesNo(false) => Some(NO),
            _ => None,
        }
    }
}

/// Pairs answers with their fields. An answer whose field no longer exists is dropped.
pub fn answered(fields: &[Field], answers: Vec<Answer>) -> Vec<(Field, Value)> {
    let known = |answer: Answer| {
        let field = fields.iter().find(|field| field.key == answer.field)?;
        Some((field.clone(), answer.value?))
    };
    answers.into_iter().filter_map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(key: &str, kind: Kind) -> Field {
        let name = Localized { es: key.to_owned(), en: key.to_owned() };
        let key = key.to_owned();
        let required = true;
        let when = vec![];
        Field { key, name, question: None, hint: None, required, by: None, when, kind }
    }

    fn choice(key: &str, refuses: bool) -> Choice {
        let words = || Localized { es: key.to_owned(), en: key.to_owned() };
        Choice { key: key.to_owned(), name: words(), refuses: refuses.then(words) }
    }

    fn form() -> Vec<Field> {
        let choices = vec![choice("staff", false), choice("contractor", false)];
        let mut end = named("end", Kind::Date { future: true });
        end.when = vec![When { field: "link".into(), is: vec!["contractor".into()] }];
        let mut note = named("note", Kind::Text { longest: 5 });
        note.required = false;
        vec![named("link", Kind::Choice { choices }), end, note]
    }

    fn answer(field: &str, value: Option<Value>) -> Answer {
        Answer { field: field.to_owned(), value }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn conditions_on_earlier_answers_select_the_next_field() {
        let fields = form();
        let form = Form { fields: &fields, before: &[], today: day("2026-03-02") };
        let next = |answers: &[Answer]| form.next(answers).map(|field| field.key.clone());
        let link = |key: &str| answer("link", Some(Value::Choice(key.into())));
        assert_eq!(next(&[]).as_deref(), Some("link"));
        assert_eq!(next(&[link("staff")]).as_deref(), Some("note"));
        assert_eq!(next(&[link("contractor")]).as_deref(), Some("end"));
        let end = answer("end", Some(Value::Date(day("2026-03-02"))));
        assert_eq!(next(&[link("contractor"), end.clone()]).as_deref(), Some("note"));
        assert_eq!(next(&[link("contractor"), end, answer("note", None)]), None);
    }

    #[test]
    fn answers_that_no_longer_apply_are_dropped_and_asked_again() {
        let fields = form();
        let form = Form { fields: &fields, before: &[], today: day("2026-03-10") };
        let given = [
            answer("gone", Some(Value::Number(1))),
            answer("note", Some(Value::Text("breve".into()))),
            answer("end", Some(Value::Date(day("2026-03-09")))),
            answer("link", Some(Value::Choice("contractor".into()))),
        ];
        let settled = form.settled(&given);
        assert_eq!(settled, [given[3].clone(), given[1].clone()], "in the order of the form");
        assert_eq!(form.next(&given).map(|field| field.key.as_str()), Some("end"));
        let staff = [answer("link", Some(Value::Choice("staff".into()))), given[2].clone()];
        assert_eq!(form.settled(&staff), staff[..1], "what is not asked now does not count");
        let other = answer("link", Some(Value::Choice("visitor".into())));
        assert_eq!(form.settled(&[other]), [], "a choice that is gone is no answer");
        assert_eq!(form.settled(&[answer("link", None)]), [], "it has to be answered");
        let long = answer("note", Some(Value::Text("demasiado".into())));
        assert_eq!(form.settled(&[long]), [], "there is no room for it now");
    }

    #[test]
    fn a_condition_may_refer_to_another_form() {
        let mut induction = named("induction", Kind::YesNo);
        induction.when = vec![When { field: "link".into(), is: vec!["staff".into()] }];
        let fields = [induction];
        let before = [answer("link", Some(Value::Choice("staff".into())))];
        let today = day("2026-03-02");
        assert!(Form { fields: &fields, before: &before, today }.next(&[]).is_some());
        assert!(Form { fields: &fields, before: &[], today }.next(&[]).is_none());
    }

    #[test]
    fn a_refusing_choice_does_not_answer_the_field() {
        let choices = vec![choice("content", false), choice("design", true)];
        let field = named("what", Kind::Choice { choices });
        let today = day("2026-03-02");
        assert!(field.takes(&Value::Choice("content".into()), today));
        assert!(!field.takes(&Value::Choice("design".into()), today));
        assert!(!field.takes(&Value::YesNo(true), today), "another kind is no answer");
    }

    #[test]
    fn answers_survive_serialisation() {
        let values = [
            Value::Text("Hola".into()),
            Value::Number(-3),
            Value::Date(day("2026-03-15")),
            Value::Choice("staff".into()),
            Value::Person { id: Some(PersonId(7)), name: "Ana".into() },
            Value::YesNo(false),
            Value::File { what: "photo".into(), name: None },
        ];
        for value in values {
            let given = answer("x", Some(value));
            let stored = serde_json::to_string(&given).unwrap();
            assert_eq!(serde_json::from_str::<Answer>(&stored).unwrap(), given, "{stored}");
        }
        for field in form() {
            let stored = serde_json::to_string(&field).unwrap();
            assert_eq!(serde_json::from_str::<Field>(&stored).unwrap(), field, "{stored}");
        }
    }
}
