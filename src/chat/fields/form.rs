//! The fields of a form on networks that have forms: what one of them can ask at once, and what it
//! brought. A field whose condition hangs on another of the same form waits for the next one.

use super::{Filling, offered, wording};
use crate::{
    chat::{
        incoming::Attachment,
        outgoing::{FormChoice, FormField},
        question::{Choice, Options},
        shorten::clip,
        wording::Voice,
    },
    domain::field::{Field, Form, Kind},
};

/// Sets the keys of fields apart from those of the dialogue's own questions.
const PREFIX: &str = "f:";
/// The longest text below a label.
const HINT: usize = 100;

/// What came back from a form.
pub(in crate::chat) struct Brought<'b> {
    /// What was filled in, by the key of each field.
    pub filled: &'b [(String, String)],
    /// The files that were given.
    pub files: &'b [Attachment],
    /// How many fields there was room for.
    pub room: usize,
}

impl Filling {
    /// The fields that one form with so much room asks.
    pub(in crate::chat) fn form(
        &self,
        form: Form<'_>,
        voice: &Voice<'_>,
        room: usize,
    ) -> Vec<FormField> {
        self.shown(form, room).into_iter().map(|field| one(field, voice)).collect()
    }

    /// A form takes files for one field alone, for they come back without its name.
    fn shown<'f>(&self, form: Form<'f>, room: usize) -> Vec<&'f Field> {
        let settled = form.settled(&self.answers);
        let mut files = 0;
        let fits = form.open(&settled).into_iter().filter(|field| {
            files += usize::from(field.kind == Kind::File);
            (field.kind != Kind::File || files == 1) && self.name_typed(field).is_none()
        });
        fits.take(room).collect()
    }

    /// Takes what a form brought. Gives why some of it will not do, in words; that stays unknown and
    /// is asked again.
    pub(in crate::chat) fn fill(
        &mut self,
        form: Form<'_>,
        brought: &Brought<'_>,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Vec<String> {
        let mut faults = Vec::new();
        for field in self.shown(form, brought.room) {
            if let (Kind::File, Some(file)) = (&field.kind, brought.files.first()) {
                self.take_file(field, file);
                continue;
            }
            let filled = brought
                .filled
                .iter()
                .find(|(key, _)| key.strip_prefix(PREFIX).is_some_and(|key| key == field.key));
            match filled.map(|(_, text)| text.trim()).filter(|text| !text.is_empty()) {
                Some(text) => {
                    if let Err(why) = self.take(field, text, voice, options) {
                        faults.push((field, why));
                    }
                }
                None if !field.required => self.keep(field, None),
                // A platform that takes no files in a form has not shown this field.
                None => {}
            }
        }
        // What is asked again next needs no name beside it.
        if let [(field, why)] = &faults[..]
            && form.next(&self.answers).is_some_and(|next| next.key == field.key)
        {
            return vec![why.clone()];
        }
        let named = |(field, why): (&Field, String)| {
            let args = [("name", field.name.get(voice.locale).into()), ("why", why.into())];
            voice.say("field-wrong", &args)
        };
        faults.into_iter().map(named).collect()
    }
}

fn one(field: &Field, voice: &Voice<'_>) -> FormField {
    let choice = |Choice { label, value }| FormChoice { label, value };
    let hint = wording::hint(voice, field).filter(|_| field.kind != Kind::File);
    // Where the name says less than the question, the question stands below it.
    let question = field.question.as_ref().map(|question| question.get(voice.locale).to_owned());
    FormField {
        key: format!("{PREFIX}{}", field.key),
        label: field.name.get(voice.locale).to_owned(),
        hint: hint.or(question).map(|hint| clip(&hint, HINT - 1)),
        value: None,
        optional: !field.required,
        choices: offered(field, voice).into_iter().map(choice).collect(),
        files: u8::from(field.kind == Kind::File),
        short: matches!(field.kind, Kind::Number { .. } | Kind::Date { .. } | Kind::Person),
        longest: match field.kind {
            Kind::Text { longest } => Some(longest),
            _ => None,
        },
    }
}
