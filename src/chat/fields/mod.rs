//! Asks for the typed fields of a form, one by one, and takes their answers: a part that any
//! dialogue may have. The next field follows from the fields that are still unknown; Back forgets
//! the last answer. Deliberately absent: which fields there are, which the procedure says, and the
//! use of the answers.

mod form;
mod wording;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::{
    chat::{
        incoming::Attachment,
        outgoing::RichText,
        question::{Choice, Options, which_person},
        shorten::clip,
        wording::{Voice, attachment_name},
    },
    domain::{
        field::{Answer, Field, Form, Kind, NO, Value, YES, parse::parse},
        id::PersonId,
    },
};

pub(super) use form::Brought;

/// The button value that leaves an optional field out.
const SKIP: &str = "~";
/// The button value that takes a name as it was typed.
const NOTED: &str = "+";
/// The longest name of a person that is kept, in characters.
const NAME: usize = 80;

/// The answers to the fields of a form so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    pub answers: Vec<Answer>,
    /// Typed names, by the key of their field, that are being looked up because they may fit
    /// several people.
    #[serde(default)]
    typed: Vec<(String, String)>,
}

/// The question about one field.
pub(super) struct Asked {
    pub text: RichText,
    pub choices: Vec<Choice>,
    /// How many buttons stand in a row.
    pub columns: usize,
}

/// The present day in the desk's time zone.
pub(super) fn today(voice: &Voice<'_>) -> NaiveDate {
    voice.procedure.local(voice.now).date_naive()
}

impl Filling {
    /// Whether no field has been answered yet.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty() && self.typed.is_empty()
    }

    /// The texts among the answers.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.answers.iter().filter_map(|answer| match &answer.value {
            Some(Value::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Drops answers that no longer apply, for example because the procedure has changed since.
    pub(super) fn settle(&mut self, form: Form<'_>) {
        self.answers = form.settled(&self.answers);
        self.typed.retain(|(key, _)| form.fields.iter().any(|field| field.key == *key));
    }

    /// The field that is asked now.
    pub(super) fn next<'f>(&self, form: Form<'f>) -> Option<&'f Field> {
        form.next(&self.answers)
    }

    /// The name to look up for the field that is asked now.
    pub(super) fn looks_for(&self, form: Form<'_>) -> Option<&str> {
        let field = self.next(form)?;
        self.name_typed(field)
    }

    fn name_typed(&self, field: &Field) -> Option<&str> {
        let typed = self.typed.iter().find(|(key, _)| *key == field.key);
        typed.filter(|_| field.kind == Kind::Person).map(|(_, name)| name.as_str())
    }

    /// The question about a field.
    pub(super) fn asks(&self, field: &Field, voice: &Voice<'_>, options: &Options) -> Asked {
        if let Some(name) = self.name_typed(field) {
            // A form may have asked for several names, so the question says which field this name
            // belongs to.
            let whose = [("name", field.name.get(voice.locale).into()), ("value", name.into())];
            let mut text = voice.plain("field-line", &whose);
            let (which, choices) = which_person(voice, options, name, NOTED);
            text.append("\n", which);
            return Asked { text, choices, columns: 1 };
        }
        let mut choices: Vec<Choice> = offered(field, voice);
        let columns = if field.kind == Kind::YesNo { 2 } else { 1 };
        if !field.required {
            choices.push(Choice::new(voice.text("button-skip"), SKIP));
        }
        Asked { text: wording::question(voice, field), choices, columns }
    }

    /// Takes a pressed button.
    ///
    /// # Errors
    /// Why the answer is invalid, in words.
    pub(super) fn choose(
        &mut self,
        field: &Field,
        choice: &str,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Result<(), String> {
        if choice == SKIP && !field.required {
            self.keep(field, None);
            return Ok(());
        }
        if let Some(name) = self.name_typed(field).map(str::to_owned) {
            let found = options.found.iter().find(|found| found.id.to_string() == choice);
            let (id, name) = match found {
                Some(found) => (Some(found.id), found.name.clone()),
                None if choice == NOTED => (None, name),
                None => return Err(voice.text("choose-a-button")),
            };
            self.keep_person(field, id, name);
            return Ok(());
        }
        match &field.kind {
            Kind::Choice { .. } | Kind::YesNo => self.take(field, choice, voice, options),
            _ => Err(voice.text("choose-a-button")),
        }
    }

    /// Takes a typed answer. A name that a staff member types is looked up, because it may be a
    /// person that the desk knows. A name that a requester types is kept as it stands.
    ///
    /// # Errors
    /// Why the answer is invalid, in words.
    pub(super) fn take(
        &mut self,
        field: &Field,
        text: &str,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Result<(), String> {
        let said = voice.yes_or_no(text).filter(|_| field.kind == Kind::YesNo);
        let text = match said {
            Some(true) => YES,
            Some(false) => NO,
            None => text,
        };
        let words = wording::date_words();
        let value = parse(field, text, today(voice), &words)
            .map_err(|wrong| wording::wrong(voice, field, wrong))?;
        match value {
            Value::Choice(key) => {
                let refuses = field.choice(&key).and_then(|choice| choice.refuses.as_ref());
                if let Some(refusal) = refuses {
                    return Err(refusal.get(voice.locale).to_owned());
                }
                self.keep(field, Some(Value::Choice(key)));
            }
            Value::Person { name, .. } => {
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                let name = clip(&name, NAME);
                if options.looks_up {
                    self.typed.retain(|(key, _)| *key != field.key);
                    self.typed.push((field.key.clone(), name));
                } else {
                    self.keep_person(field, None, name);
                }
            }
            value => self.keep(field, Some(value)),
        }
        Ok(())
    }

    /// Takes an attachment as the answer to a field for files; false for other fields.
    pub(super) fn take_file(&mut self, field: &Field, given: &Attachment) -> bool {
        let wanted = field.kind == Kind::File;
        if wanted {
            let what = attachment_name(given.kind).to_owned();
            self.keep(field, Some(Value::File { what, name: given.name.clone() }));
        }
        wanted
    }

    /// Forgets the last answer, with its file, or the name that is being looked up; false when
    /// there is none.
    pub(super) fn forget_last(&mut self, form: Form<'_>, kept: &mut Vec<Attachment>) -> bool {
        self.settle(form);
        let looked_up = form.next(&self.answers).map(|field| field.key.clone());
        let typed = self.typed.len();
        self.typed.retain(|(key, _)| Some(key) != looked_up.as_ref());
        if self.typed.len() < typed {
            return true;
        }
        let Some(forgotten) = self.answers.pop() else { return false };
        if let Some(Value::File { what, name }) = &forgotten.value {
            let is_it = |one: &Attachment| attachment_name(one.kind) == what && one.name == *name;
            if let Some(at) = kept.iter().rposition(is_it) {
                kept.remove(at);
            }
        }
        true
    }

    fn keep(&mut self, field: &Field, value: Option<Value>) {
        self.answers.retain(|answer| answer.field != field.key);
        self.answers.push(Answer { field: field.key.clone(), value });
    }

    fn keep_person(&mut self, field: &Field, id: Option<PersonId>, name: String) {
        self.typed.retain(|(key, _)| *key != field.key);
        self.keep(field, Some(Value::Person { id, name }));
    }
}

/// The choices of a field.
fn offered(field: &Field, voice: &Voice<'_>) -> Vec<Choice> {
    match &field.kind {
        Kind::Choice { choices } => {
            let one = |choice: &crate::domain::field::Choice| {
                Choice::new(choice.name.get(voice.locale), choice.key.clone())
            };
            choices.iter().map(one).collect()
        }
        Kind::YesNo => vec![
            Choice::new(voice.text("button-yes"), YES),
            Choice::new(voice.text("button-no"), NO),
        ],
        _ => vec![],
    }
}
