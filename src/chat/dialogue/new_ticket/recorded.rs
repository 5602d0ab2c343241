//! The typed fields of a request, and of a solution where the work was done already: the field that
//! is asked now, and its answer. Deliberately absent: asking one field, which is the same in every
//! dialogue ([`crate::chat::fields`]).

use super::{Field, NewTicket};
use crate::{
    chat::{
        dialogue::{Dialogue, Step},
        fields::{Asked, Brought, Filling, today},
        incoming::Attachment,
        outgoing::{FORM_FIELDS, FormField},
        question::Options,
        wording::Voice,
    },
    domain::{
        field::{self, Answer, Form, Value},
        source::Source,
    },
};

/// An answer to one field.
#[derive(Clone, Copy)]
pub(super) enum Said<'s> {
    /// The value of a pressed button.
    Pressed(&'s str),
    Typed(&'s str),
}

impl Field {
    /// Whether it is a field that the procedure defines.
    pub(super) fn is_recorded(self) -> bool {
        matches!(self, Self::Filled | Self::Report)
    }
}

/// The fields that a category asks for.
fn request<'f>(voice: &Voice<'f>, category: Option<&str>) -> Form<'f> {
    let fields = category.map_or(&[][..], |key| voice.procedure.fields(key));
    Form { fields, before: &[], today: today(voice) }
}

/// The fields that are recorded with a solution. Their conditions may depend on the request's own
/// fields.
fn report<'f>(voice: &Voice<'f>, category: Option<&str>, before: &'f [Answer]) -> Form<'f> {
    let fields = category.map_or(&[][..], |key| voice.procedure.solution_fields(key));
    Form { fields, before, today: today(voice) }
}

impl NewTicket {
    /// The request without answers that no longer apply, for example because the procedure has
    /// changed since.
    pub(super) fn settled(mut self, voice: &Voice<'_>) -> Self {
        self.category = self.category.filter(|key| voice.procedure.category(key).is_some());
        let category = self.category.as_deref();
        self.filled.settle(request(voice, category));
        self.report.settle(report(voice, category, &self.filled.answers));
        self
    }

    /// The fields of the request.
    pub(super) fn request<'f>(&self, voice: &Voice<'f>) -> Form<'f> {
        request(voice, self.category.as_deref())
    }

    /// Whether fields of the solution are still to be asked.
    pub(super) fn records(&self, voice: &Voice<'_>) -> bool {
        let form = report(voice, self.category.as_deref(), &self.filled.answers);
        self.source == Source::AfterTheFact && self.report.next(form).is_some()
    }

    fn of(&self, field: Field) -> &Filling {
        if field == Field::Report { &self.report } else { &self.filled }
    }

    fn form_of<'f>(&'f self, field: Field, voice: &Voice<'f>) -> Form<'f> {
        match field {
            Field::Report => report(voice, self.category.as_deref(), &self.filled.answers),
            _ => self.request(voice),
        }
    }

    fn filling<'f>(&'f mut self, field: Field, voice: &Voice<'f>) -> (&'f mut Filling, Form<'f>) {
        let category = self.category.as_deref();
        match field {
            Field::Report => (&mut self.report, report(voice, category, &self.filled.answers)),
            _ => (&mut self.filled, request(voice, category)),
        }
    }

    /// The name to look up for the field that is asked now.
    pub(in crate::chat::dialogue) fn looks_for(&self, voice: &Voice<'_>) -> Option<String> {
        let settled = self.clone().settled(voice);
        let field = settled.field(voice);
        let form = settled.form_of(field, voice);
        let name = settled.of(field).looks_for(form).filter(|_| field.is_recorded());
        name.map(str::to_owned)
    }

    /// The question about a field.
    pub(super) fn asks(&self, field: Field, voice: &Voice<'_>, options: &Options) -> Asked {
        let form = self.form_of(field, voice);
        let filling = self.of(field);
        let asked = filling.next(form).expect("a field is asked only while one is open");
        filling.asks(asked, voice, options)
    }

    /// The fields that one form asks; none while a typed name is being looked up.
    pub(super) fn record_form(&self, field: Field, voice: &Voice<'_>) -> Vec<FormField> {
        let form = self.form_of(field, voice);
        match self.of(field).looks_for(form) {
            Some(_) => vec![],
            None => self.of(field).form(form, voice, FORM_FIELDS),
        }
    }

    /// Takes an answer to a field: a pressed button or words.
    pub(super) fn record(
        mut self,
        field: Field,
        said: Said<'_>,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Step {
        let (filling, form) = self.filling(field, voice);
        let taken = match (filling.next(form), said) {
            (Some(asked), Said::Pressed(choice)) => filling.choose(asked, choice, voice, options),
            (Some(asked), Said::Typed(text)) => filling.take(asked, text, voice, options),
            (None, _) => Ok(()),
        };
        match taken {
            Ok(()) => Step::Ask(Dialogue::NewTicket(self)),
            Err(why) => Step::Again(Dialogue::NewTicket(self), why),
        }
    }

    /// Takes an attachment as the answer to a field for files, and keeps it.
    pub(super) fn take_file(
        &mut self,
        field: Field,
        given: &Attachment,
        voice: &Voice<'_>,
    ) -> bool {
        let (filling, form) = self.filling(field, voice);
        let asked = filling.next(form).filter(|_| field.is_recorded());
        let taken = asked.is_some_and(|asked| filling.take_file(asked, given));
        if taken {
            self.attachments.push(given.clone());
        }
        taken
    }

    /// Takes a submitted form's answers to the fields. Gives the reasons why some of them are
    /// invalid.
    pub(super) fn record_all(
        &mut self,
        field: Field,
        brought: &Brought<'_>,
        voice: &Voice<'_>,
        options: &Options,
    ) -> Vec<String> {
        if !field.is_recorded() {
            return vec![];
        }
        let (filling, form) = self.filling(field, voice);
        filling.fill(form, brought, voice, options)
    }

    /// Forgets the last answer to a field, with its file.
    pub(super) fn forget_recorded(&mut self, field: Field, voice: &Voice<'_>) -> bool {
        let category = self.category.as_deref();
        let attachments = &mut self.attachments;
        match field {
            Field::Report => {
                let form = report(voice, category, &self.filled.answers);
                self.report.forget_last(form, attachments)
            }
            _ => self.filled.forget_last(request(voice, category), attachments),
        }
    }

    /// The answers so far, for the summary.
    pub(super) fn recorded(&self, field: Field, voice: &Voice<'_>) -> Vec<(field::Field, Value)> {
        field::answered(self.form_of(field, voice).fields, self.of(field).answers.clone())
    }
}
