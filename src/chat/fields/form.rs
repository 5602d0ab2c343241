//! Fields in forms, on networks that have forms: which fields one form asks, and how its answers
//! are taken. A field whose condition depends on another field of the same form waits for the next
//! form.

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

/// Separates the keys of fields from those of the dialogue's own questions.
const PREFIX: &str = "f:";
/// The longest text below a label, in characters.
const HINT: usize = 100;

/// The content of a submitted form.
pub(in crate::chat) struct Brought<'b> {
    /// What was filled in, by the key of each field.
    pub filled: &'b [(String, String)],
    pub files: &'b [Attachment],
    /// How many fields the form had room for.
    pub room: usize,
}

impl Filling {
    /// The fields that one form with this much room asks.
    pub(in crate::chat) fn form(
        &self,
        form: Form<'_>,
        voice: &Voice<'_>,
        room: usize,
    ) -> Vec<FormField> {
        self.shown(form, room).into_iter().map(|field| one(field, voice)).collect()
    }

    /// The fields that the form shows. A form takes files for one field alone, because they come
    /// back without the field's name.
    fn shown<'f>(&self, form: Form<'f>, room: usize) -> Vec<&'f Field> {
        let settled = form.settled(&self.answers);
        let mut files = 0;
        let fits = form.open(&settled).into_iter().filter(|field| {
            files += usize::from(field.kind == Kind::File);
            (field.kind != Kind::File || files == 1) && self.name_typed(field).is_none()
        });
        fits.take(room).collect()
    }

    /// Takes the answers of a form. Gives the reasons why some of them are invalid; those fields
    /// are asked again.
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
                // A platform that takes no files in a form did not show this field.
                None => {}
            }
        }
        // The reason needs no field name when the same field is asked again next.
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
    // The name may say less than the question, so the question stands below it.
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
