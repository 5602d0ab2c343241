//! The form of an operation: the answers so far, the next question, and the effect of an answer.
//! What came with the command is not asked again. Deliberately absent: reading the data that a
//! question offers (see [`Options`]), and carrying the operation out.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::{Ask, Operation, named, words::ticket_number};
use crate::{
    chat::{
        attached,
        fields::{Brought, Filling, today},
        incoming::Attachment,
        limit,
        named::Meant,
        offered::tickets,
        outgoing::{FORM_FIELDS, FormField},
        question::{Answer, Choice, Options, Question, Step},
        wording::Voice,
    },
    domain::{
        field, id::TicketNumber, limits::Limits, refusal::Refusal, status::Status, verb::Verb,
    },
};

/// The answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    #[serde(rename = "verb", serialize_with = "store", deserialize_with = "restore")]
    pub operation: &'static dyn Operation,
    pub number: Option<TicketNumber>,
    /// The round of the survey that is answered; zero for other operations.
    pub round: i32,
    /// The value of the chosen button; empty where words replace the choice.
    pub choice: Option<String>,
    pub text: Option<String>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The fields that are recorded with a solution, or that a new category asks for.
    #[serde(default, skip_serializing_if = "Filling::is_empty")]
    pub report: Filling,
    /// A typed name that fits several people, of which the person has to choose one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// Whether this form replaced the question why a ticket is not worked on. Back then asks that
    /// question again.
    #[serde(default)]
    pub elsewhere: bool,
}

fn store<S: Serializer>(
    operation: &&'static dyn Operation,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(operation.name())
}

fn restore<'de, D: Deserializer<'de>>(deserializer: D) -> Result<&'static dyn Operation, D::Error> {
    let name = String::deserialize(deserializer)?;
    named(&name).ok_or_else(|| D::Error::unknown_variant(&name, &[]))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Ticket,
    Choice,
    Text,
    /// A field that is recorded with a solution, or that a new category asks for.
    Report,
    Photo,
    Nothing,
}

/// The value of a plain yes.
pub(super) const YES: &str = "yes";
const TEXT: &str = "text";
const NO_COMMENT: &str = "skip";
const NO_PHOTO: &str = "none";

impl Form {
    /// A form with no answers but the ticket.
    pub fn of(operation: &'static dyn Operation, number: Option<TicketNumber>) -> Self {
        Self {
            operation,
            number,
            round: 0,
            choice: None,
            text: None,
            attachments: vec![],
            report: Filling::default(),
            typed: None,
            elsewhere: false,
        }
    }

    /// The written text; empty where there is none.
    pub fn text(&self) -> &str {
        self.text.as_deref().unwrap_or_default()
    }

    /// The value of the chosen button; empty where there is none or words replace it.
    pub fn choice(&self) -> &str {
        self.choice.as_deref().unwrap_or_default()
    }

    /// Whether both forms are for the same operation on the same ticket.
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.operation == other.operation && self.number == other.number
    }

    /// Whether the person may leave the text out.
    pub fn is_optional(&self) -> bool {
        self.asks(Ask::OptionalText)
    }

    /// Whether nothing is left to ask, for an operation that records no fields.
    pub fn is_complete(&self) -> bool {
        let chosen = self.choice.is_some() || !self.asks_choice();
        let written = self.text.is_some() || !self.operation.asks_text(self.choice.as_deref());
        self.number.is_some() && chosen && written
    }

    /// Whether nothing is left to ask, fields included.
    pub(super) fn is_complete_without(&self, voice: &Voice<'_>, options: &Options) -> bool {
        self.field(recorded(voice, options)) == Field::Nothing
    }

    /// The refusal when the texts or the files exceed the operator's limits.
    pub fn over(&self, limits: &Limits) -> Option<Refusal> {
        limit::text_over(self.text.as_deref(), limits.message)
            .or_else(|| limit::text_over(self.report.texts(), limits.message))
            .or_else(|| limit::files_over(self.attachments.len(), limits))
    }

    fn asks(&self, ask: Ask) -> bool {
        self.operation.asks().contains(&ask)
    }

    fn asks_choice(&self) -> bool {
        let choices = [Ask::Choice, Ask::ChoiceOrWords, Ask::Confirmation];
        choices.into_iter().any(|ask| self.asks(ask))
    }

    /// Whether the choice leads to another list.
    fn chooses_on(&self) -> bool {
        self.choice.as_deref().is_some_and(|choice| self.operation.chooses_on(choice))
    }

    fn field(&self, recorded: field::Form<'_>) -> Field {
        let nothing_said = self.choice.is_none() && self.text.is_none();
        if self.number.is_none() {
            Field::Ticket
        } else if self.asks_choice() && (self.choice.is_none() || self.chooses_on()) {
            Field::Choice
        } else if self.operation.asks_text(self.choice.as_deref()) && self.text.is_none() {
            Field::Text
        } else if self.report.next(recorded).is_some() {
            Field::Report
        } else if self.asks(Ask::Photo) && self.attachments.is_empty() && nothing_said {
            Field::Photo
        } else {
            Field::Nothing
        }
    }

    /// The name to look up for the field that is asked now.
    pub fn looks_for(&self, voice: &Voice<'_>, options: &Options) -> Option<String> {
        let recorded = recorded(voice, options);
        let asks = self.field(recorded) == Field::Report;
        self.report.looks_for(recorded).filter(|_| asks).map(str::to_owned)
    }

    /// The question that is asked now.
    pub fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let recorded = recorded(voice, options);
        let field = self.field(recorded);
        let mut columns = 1;
        let number = self.number.map_or(String::new(), |number| number.to_string());
        let not_managed = voice.status(Status::NotManaged);
        let reads = if options.unreached { "no" } else { "yes" };
        let args = [
            ("number", number.into()),
            ("status", not_managed.into()),
            ("reads", reads.into()),
            voice.escalates(),
        ];
        let key = self.operation.key_in(voice.procedure);
        let (text, choices) = match field {
            Field::Ticket => {
                let what = [("verb", self.operation.key().into())];
                let nothing = options.tickets.is_empty();
                let key = if nothing { "ask-ticket-none" } else { "ask-ticket" };
                (voice.plain(key, &what), tickets(options))
            }
            Field::Choice => {
                let key = self.operation.choice_question(self, voice, options);
                (voice.plain(&key, &args), self.operation.choices(self, voice, options))
            }
            Field::Report => {
                let next = self.report.next(recorded);
                let next = next.expect("a field is asked only while one is open");
                let asked = self.report.asks(next, voice, options);
                columns = asked.columns;
                (asked.text, asked.choices)
            }
            Field::Photo => {
                let without = Choice::new(voice.text("button-no-photo"), NO_PHOTO);
                (voice.plain(&format!("ask-{key}-photo"), &args), vec![without])
            }
            Field::Text | Field::Nothing => {
                let skip =
                    self.is_optional().then(|| Choice::new(voice.text("button-skip"), NO_COMMENT));
                (voice.plain(&format!("ask-{key}-text"), &args), skip.into_iter().collect())
            }
        };
        let back = match field {
            Field::Report => true,
            Field::Text => self.asks_choice() || self.elsewhere,
            Field::Choice => self.typed.is_some() || self.chooses_on() || self.elsewhere,
            Field::Ticket | Field::Photo | Field::Nothing => self.elsewhere,
        };
        let form = match field {
            Field::Text | Field::Report | Field::Nothing => self.form(field, recorded, voice),
            Field::Ticket | Field::Choice | Field::Photo => vec![],
        };
        // The rating stands without a comment, so the button that skips replaces the one that cancels.
        let cancel = !self.is_optional();
        let confirms = self.asks(Ask::Confirmation) && field == Field::Choice;
        let yes = confirms.then_some(YES);
        Question { text, choices, columns, back, cancel, form, title: None, yes }
    }

    /// The fields of one form: the text while it is asked, and as many recorded fields as fit.
    fn form(&self, field: Field, recorded: field::Form<'_>, voice: &Voice<'_>) -> Vec<FormField> {
        if self.report.looks_for(recorded).is_some() && field == Field::Report {
            return vec![];
        }
        let text = FormField {
            key: TEXT.to_owned(),
            label: voice.text(&format!("form-{}", self.operation.key_in(voice.procedure))),
            value: self.text.clone(),
            optional: self.is_optional(),
            choices: vec![],
            ..FormField::default()
        };
        let mut fields = if field == Field::Report { vec![] } else { vec![text] };
        fields.extend(self.report.form(recorded, voice, room(field)));
        let takes_files = fields.iter().any(|field| field.files > 0);
        let offers_files = self.asks(Ask::Files) || self.asks(Ask::InternalFiles);
        if offers_files && !takes_files && fields.len() < FORM_FIELDS {
            fields.push(attached::file_field(voice));
        }
        fields
    }

    pub fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step<Self> {
        let recorded = recorded(voice, options);
        self.report.settle(recorded);
        let field = self.field(recorded);
        let next = self.report.next(recorded).filter(|_| field == Field::Report);
        match (field, answer) {
            (Field::Report, Answer::Back) => {
                if !self.report.forget_last(recorded, &mut self.attachments) {
                    match self.asks_choice() {
                        true => self.choice = None,
                        false => self.text = None,
                    }
                }
            }
            (_, Answer::Back) if self.elsewhere => {
                if let Some(operation) = super::of_verb(Verb::NotManage) {
                    self = Self::of(operation, self.number);
                }
            }
            // Back first shows the whole list again, and then the choice that led to it.
            (_, Answer::Back) => match self.typed.take() {
                Some(_) => {}
                None => self.choice = None,
            },
            (_, Answer::Attachment(attachment)) => match next {
                Some(asked) if self.report.take_file(asked, &attachment) => {
                    self.attachments.push(attachment);
                }
                Some(_) => {
                    self.attachments.push(attachment);
                    let why = voice.text("attachment-needs-words");
                    return Step::Again(self, why);
                }
                None => return self.keep(attachment, field, recorded, voice),
            },
            (_, Answer::Fields(fields, attachments)) => {
                let room = room(field);
                let brought = Brought { filled: &fields, files: &attachments, room };
                let faults = self.report.fill(recorded, &brought, voice, options);
                self.attachments.extend(attachments);
                if !faults.is_empty() {
                    self.text = self.text.or_else(|| written(&fields));
                    return Step::Again(self, faults.join("\n"));
                }
                if field == Field::Report {
                    return self.step(recorded);
                }
                let text = written(&fields).unwrap_or_default();
                if text.trim().is_empty() && !self.is_optional() {
                    return self.nothing_said(voice);
                }
                self.text = Some(text);
            }
            (Field::Report, Answer::Choice(said)) => {
                let taken = next.map(|asked| self.report.choose(asked, &said, voice, options));
                if let Some(Err(why)) = taken {
                    return Step::Again(self, why);
                }
            }
            (Field::Report, Answer::Text(said)) => {
                let taken = next.map(|asked| self.report.take(asked, &said, voice, options));
                if let Some(Err(why)) = taken {
                    return Step::Again(self, why);
                }
            }
            (Field::Ticket, Answer::Choice(text) | Answer::Text(text)) => {
                match ticket_number(&text) {
                    Some(number) => self.number = Some(number),
                    None => {
                        let why = voice.text("choose-a-ticket");
                        return Step::Again(self, why);
                    }
                }
            }
            (Field::Choice, Answer::Choice(choice)) => {
                let choices = self.operation.choices(&self, voice, options);
                if choices.iter().all(|known| known.value != choice) {
                    let why = voice.text("choose-a-button");
                    return Step::Again(self, why);
                }
                if let Some(operation) = self.operation.turns_into(&choice) {
                    let form = Self::of(operation, self.number);
                    return Step::Ask(Self { elsewhere: true, ..form });
                }
                self.choice = Some(choice);
                self.typed = None;
            }
            (Field::Choice, Answer::Text(text)) if self.asks(Ask::ChoiceOrWords) => {
                self.choice = Some(String::new());
                self.text = Some(text);
            }
            (Field::Choice, Answer::Text(text)) => {
                let why = match self.operation.called(&self, &text, voice, options) {
                    Meant::One(choice) => {
                        self.choice = Some(choice);
                        self.typed = None;
                        return self.step(recorded);
                    }
                    Meant::Several if self.operation.names_person(&self) => {
                        let why = voice.say("named-several", &[("name", text.as_str().into())]);
                        self.typed = Some(text);
                        why
                    }
                    Meant::Several | Meant::Nothing => voice.text("choose-a-button"),
                };
                return Step::Again(self, why);
            }
            (Field::Text, Answer::Choice(choice)) if choice == NO_COMMENT => {
                self.text = Some(String::new());
            }
            // In questions of an earlier release this button said that there is no photo; the
            // absence now counts at once.
            (Field::Photo | Field::Nothing, Answer::Choice(choice)) if choice == NO_PHOTO => {
                self.choice = Some(choice);
            }
            // Words before the photo are kept at once, as the note was.
            (Field::Photo, Answer::Text(text)) => self.text = Some(text),
            (Field::Text | Field::Nothing, Answer::Text(text)) if text.trim().is_empty() => {
                return self.nothing_said(voice);
            }
            (Field::Text | Field::Nothing, Answer::Text(text)) => self.text = Some(text),
            (Field::Text | Field::Photo | Field::Nothing, Answer::Choice(_)) => {
                let why = voice.text("choose-a-button");
                return Step::Again(self, why);
            }
        }
        self.step(recorded)
    }

    /// Asks what is left, or completes the form.
    fn step(self, recorded: field::Form<'_>) -> Step<Self> {
        match self.field(recorded) {
            Field::Nothing => Step::Complete(self),
            _ => Step::Ask(self),
        }
    }

    /// Asks again: an empty text is no answer.
    fn nothing_said(self, voice: &Voice<'_>) -> Step<Self> {
        let why = voice.say("refuse-text-missing", &[("verb", self.operation.key().into())]);
        Step::Again(self, why)
    }

    /// Takes the caption as the answer. The attachment is kept with the answer, also when the
    /// answer comes later.
    fn keep(
        mut self,
        kept: Attachment,
        field: Field,
        recorded: field::Form<'_>,
        voice: &Voice<'_>,
    ) -> Step<Self> {
        let caption = kept.caption.trim().to_owned();
        self.attachments.push(kept);
        if field == Field::Text && !caption.is_empty() {
            self.text = Some(caption);
            return self.step(recorded);
        }
        if field == Field::Photo {
            return self.step(recorded);
        }
        let why = voice.text("attachment-needs-words");
        Step::Again(self, why)
    }
}

/// The fields that are recorded with a solution or that a new category asks for; empty for other
/// operations.
fn recorded<'f>(voice: &Voice<'_>, options: &'f Options) -> field::Form<'f> {
    let recorded = &options.recorded;
    field::Form { fields: &recorded.fields, before: &recorded.before, today: today(voice) }
}

/// How many recorded fields a form has room for beside the text.
fn room(field: Field) -> usize {
    FORM_FIELDS - usize::from(field != Field::Report)
}

fn written(fields: &[(String, String)]) -> Option<String> {
    let written = fields.iter().find(|(key, _)| key == TEXT);
    written.map(|(_, text)| text.clone()).filter(|text| !text.trim().is_empty())
}
