//! Something to do to a ticket that needs a word more: which ticket, why, to whom, the solution.
//! What was given with the command is not asked again. With nothing left to ask it is done at once
//! (in `carry_out`).

mod carry_out;
mod choices;
pub(super) mod particulars;
mod verb;

use serde::{Deserialize, Serialize};

use super::{
    Answer, Choice, Dialogue, Options, Question, Step,
    fields::{Brought, Filling, today},
    offer,
};
use crate::{
    chat::{
        commands,
        incoming::Attachment,
        named::Meant,
        outgoing::{FORM_FIELDS, FormField},
        shorten::clip,
        wording::Voice,
    },
    domain::{field, id::TicketNumber, priority::Priority, procedure::Reason, status::Status},
};

pub use carry_out::{ask_comment, begin, begin_because, skip_comment};
pub(super) use carry_out::{carry_out, still_makes_sense};
pub use choices::{destinations, of_person, of_reason, of_some_person};
pub use verb::FormVerb;

/// What is known so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Form {
    /// What is to be done.
    pub verb: FormVerb,
    /// To which ticket.
    pub number: Option<TicketNumber>,
    /// The round of the survey that is answered; zero elsewhere.
    pub round: i32,
    /// The chosen reason, group, person or "yes".
    pub choice: Option<String>,
    /// What was written.
    pub text: Option<String>,
    /// What came that is not text.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// What is recorded with a solution, or what a new category asks for.
    #[serde(default, skip_serializing_if = "Filling::is_empty")]
    pub report: Filling,
    /// A typed name that fits several people; one of them is to be chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typed: Option<String>,
    /// Whether it took the place of the question why a ticket is not worked on.
    #[serde(default)]
    pub elsewhere: bool,
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

const YES: &str = "yes";
/// Among the reasons for not working on a ticket: it belongs to another procedure.
const ELSEWHERE: &str = "=route";
const TEXT: &str = "text";
const NO_COMMENT: &str = "skip";
const NO_PHOTO: &str = "none";

impl Form {
    /// A form with nothing known but the ticket.
    pub fn of(verb: FormVerb, number: Option<TicketNumber>) -> Self {
        Self {
            verb,
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

    /// Whether nothing is as good an answer as any.
    pub(super) fn is_optional(&self) -> bool {
        self.verb == FormVerb::Comment
    }

    /// Whether nothing is left to ask of what records no fields.
    pub(super) fn is_complete(&self) -> bool {
        let chosen = self.choice.is_some() || !self.verb.asks_choice();
        self.number.is_some() && chosen && (self.text.is_some() || !self.verb.asks_text())
    }

    fn field(&self, recorded: field::Form<'_>) -> Field {
        if self.number.is_none() {
            Field::Ticket
        } else if self.verb.asks_choice() && (self.choice.is_none() || self.wants_person()) {
            Field::Choice
        } else if (self.verb.asks_text() || self.asks_requester()) && self.text.is_none() {
            Field::Text
        } else if self.report.next(recorded).is_some() {
            Field::Report
        } else if self.verb.asks_photo()
            && self.attachments.is_empty()
            && self.choice.is_none()
            && self.text.is_none()
        {
            Field::Photo
        } else {
            Field::Nothing
        }
    }

    /// Whose name is looked up for the field that is asked now.
    pub(super) fn looks_for(&self, voice: &Voice<'_>, options: &Options) -> Option<String> {
        let recorded = recorded(voice, options);
        let asks = self.field(recorded) == Field::Report;
        self.report.looks_for(recorded).filter(|_| asks).map(str::to_owned)
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let recorded = recorded(voice, options);
        let field = self.field(recorded);
        let mut columns = 1;
        let number = self.number.map_or(String::new(), |number| number.to_string());
        let not_managed = voice.status(Status::NotManaged);
        let reads = if options.unreached { "no" } else { "yes" };
        let args =
            [("number", number.into()), ("status", not_managed.into()), ("reads", reads.into())];
        let key = self.verb.key_in(voice.procedure);
        let (text, choices) = match field {
            Field::Ticket => {
                let what = [("verb", self.verb.key().into())];
                let nothing = options.tickets.is_empty();
                let key = if nothing { "ask-ticket-none" } else { "ask-ticket" };
                (voice.plain(key, &what), tickets(options))
            }
            Field::Choice if self.verb == FormVerb::Assign && options.people.is_empty() => {
                let [number, ..] = args;
                (voice.plain("ask-assign-none", &[number, voice.escalates()]), vec![])
            }
            Field::Choice if self.wants_person() && options.people.is_empty() => {
                (voice.plain("ask-escalate-nobody", &args), vec![])
            }
            Field::Choice if self.wants_person() => {
                (voice.plain("ask-escalate-person", &args), self.choices(voice, options))
            }
            Field::Choice => {
                (voice.plain(&format!("ask-{key}-choice"), &args), self.choices(voice, options))
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
                let skip = (self.verb == FormVerb::Comment)
                    .then(|| Choice::new(voice.text("button-skip"), NO_COMMENT));
                (voice.plain(&format!("ask-{key}-text"), &args), skip.into_iter().collect())
            }
        };
        let written = field == Field::Text && self.verb.asks_choice();
        let narrowed = field == Field::Choice && self.typed.is_some();
        let back =
            field == Field::Report || written || narrowed || self.wants_person() || self.elsewhere;
        let form = match field {
            Field::Text | Field::Report | Field::Nothing => self.form(field, recorded, voice),
            Field::Ticket | Field::Choice | Field::Photo => vec![],
        };
        // A rating stands without a comment: skipping it is all there is to give up.
        let cancel = !self.is_optional();
        let confirms = self.verb == FormVerb::Withdraw && field == Field::Choice;
        let yes = confirms.then_some(YES);
        Question { text, choices, columns, back, cancel, form, title: None, yes }
    }

    /// What one form asks: the text while it is wanted, and as many fields as there is room for.
    fn form(&self, field: Field, recorded: field::Form<'_>, voice: &Voice<'_>) -> Vec<FormField> {
        if self.report.looks_for(recorded).is_some() && field == Field::Report {
            return vec![];
        }
        let evidence = matches!(
            self.verb,
            FormVerb::Solve | FormVerb::Answer | FormVerb::Reply | FormVerb::Note | FormVerb::Miss
        );
        let text = FormField {
            key: TEXT.to_owned(),
            label: voice.text(&format!("form-{}", self.verb.key_in(voice.procedure))),
            value: self.text.clone(),
            optional: self.is_optional(),
            choices: vec![],
            ..FormField::default()
        };
        let mut fields = if field == Field::Report { vec![] } else { vec![text] };
        fields.extend(self.report.form(recorded, voice, room(field)));
        let takes_files = fields.iter().any(|field| field.files > 0);
        if evidence && !takes_files && fields.len() < FORM_FIELDS {
            fields.push(offer::file_field(voice));
        }
        fields
    }

    fn choices(&self, voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        match self.verb {
            FormVerb::Suspend => choices::to_suspend(voice),
            FormVerb::OpenChild => choices::destinations(voice, options),
            FormVerb::NotManage => {
                let elsewhere = (!voice.procedure.routes.is_empty())
                    .then(|| Choice::new(voice.text("button-elsewhere"), ELSEWHERE));
                let listed = reasons(voice, &voice.procedure.not_managed_reasons);
                listed.into_iter().chain(elsewhere).collect()
            }
            FormVerb::Route => {
                let routes = voice.procedure.routes.iter();
                routes.map(|r| Choice::new(r.name.get(voice.locale), r.key.clone())).collect()
            }
            FormVerb::Escalate if self.wants_person() => choices::specialists(self, options),
            FormVerb::Escalate => choices::groups(voice, options),
            FormVerb::Prioritise => {
                let all = Priority::ALL.into_iter();
                all.map(|one| Choice::new(voice.priority(one), one.as_str())).collect()
            }
            FormVerb::Categorise => {
                let all = voice.procedure.categories.iter();
                all.map(|one| Choice::new(one.name.get(voice.locale), one.key.clone())).collect()
            }
            FormVerb::Assign => choices::technicians(self, options),
            _ => vec![Choice::new(voice.text("button-yes-withdraw"), YES)],
        }
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let recorded = recorded(voice, options);
        self.report.settle(recorded);
        let field = self.field(recorded);
        let next = self.report.next(recorded).filter(|_| field == Field::Report);
        match (field, answer) {
            (Field::Report, Answer::Back) => {
                if !self.report.forget_last(recorded, &mut self.attachments) {
                    match self.verb {
                        FormVerb::Categorise => self.choice = None,
                        _ => self.text = None,
                    }
                }
            }
            (_, Answer::Back) if self.elsewhere => {
                self = Self::of(FormVerb::NotManage, self.number);
            }
            // A narrowed list is widened before the choice that led to it is given up.
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
                    return Step::Again(Dialogue::Form(self), why);
                }
                None => return self.keep(attachment, (field, recorded), voice),
            },
            (_, Answer::Fields(fields, attachments)) => {
                let room = room(field);
                let brought = Brought { filled: &fields, files: &attachments, room };
                let faults = self.report.fill(recorded, &brought, (voice, options));
                self.attachments.extend(attachments);
                if !faults.is_empty() {
                    self.text = self.text.or_else(|| written(&fields));
                    return Step::Again(Dialogue::Form(self), faults.join("\n"));
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
                let taken = next.map(|asked| self.report.choose(asked, &said, (voice, options)));
                if let Some(Err(why)) = taken {
                    return Step::Again(Dialogue::Form(self), why);
                }
            }
            (Field::Report, Answer::Text(said)) => {
                let taken = next.map(|asked| self.report.take(asked, &said, (voice, options)));
                if let Some(Err(why)) = taken {
                    return Step::Again(Dialogue::Form(self), why);
                }
            }
            (Field::Ticket, Answer::Choice(text) | Answer::Text(text)) => {
                match commands::ticket_number(&text) {
                    Some(number) => self.number = Some(number),
                    None => {
                        let why = voice.text("choose-a-ticket");
                        return Step::Again(Dialogue::Form(self), why);
                    }
                }
            }
            (Field::Choice, Answer::Choice(choice)) => {
                let known = self.choices(voice, options).iter().any(|c| c.value == choice);
                if !known {
                    let why = voice.text("choose-a-button");
                    return Step::Again(Dialogue::Form(self), why);
                }
                if self.verb == FormVerb::NotManage && choice == ELSEWHERE {
                    let form = Self { elsewhere: true, ..Self::of(FormVerb::Route, self.number) };
                    return Step::Ask(Dialogue::Form(form));
                }
                self.choice = Some(choice);
                self.typed = None;
            }
            // A reason of one's own is as good as a listed one.
            (Field::Choice, Answer::Text(text))
                if matches!(self.verb, FormVerb::Suspend | FormVerb::NotManage) =>
            {
                self.choice = Some(String::new());
                self.text = Some(text);
            }
            (Field::Choice, Answer::Text(text)) => {
                let why = match choices::called(&self, &text, (voice, options)) {
                    Meant::One(choice) => {
                        self.choice = Some(choice);
                        self.typed = None;
                        return self.step(recorded);
                    }
                    Meant::Several if self.names_person() => {
                        let why = voice.say("named-several", &[("name", text.as_str().into())]);
                        self.typed = Some(text);
                        why
                    }
                    Meant::Several | Meant::Nothing => voice.text("choose-a-button"),
                };
                return Step::Again(Dialogue::Form(self), why);
            }
            (Field::Text, Answer::Choice(choice)) if choice == NO_COMMENT => {
                self.text = Some(String::new());
            }
            // A question from before the absence counted at once has no photo to wait for.
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
                return Step::Again(Dialogue::Form(self), why);
            }
        }
        self.step(recorded)
    }

    /// Goes on with what is still to be asked, or does what is complete.
    fn step(self, recorded: field::Form<'_>) -> Step {
        match self.field(recorded) {
            Field::Nothing => Step::Complete(Dialogue::Form(self)),
            _ => Step::Ask(Dialogue::Form(self)),
        }
    }

    /// Nothing is no answer, however it was given.
    fn nothing_said(self, voice: &Voice<'_>) -> Step {
        let why = voice.say("refuse-text-missing", &[("verb", self.verb.key().into())]);
        Step::Again(Dialogue::Form(self), why)
    }

    /// A caption answers; what it came with is kept with the answer as a reference, whenever that
    /// comes.
    fn keep(
        mut self,
        kept: Attachment,
        (field, recorded): (Field, field::Form<'_>),
        voice: &Voice<'_>,
    ) -> Step {
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
        Step::Again(Dialogue::Form(self), why)
    }
}

/// What is recorded with a solution or asked by a new category, where that is what is being given.
fn recorded<'f>(voice: &Voice<'_>, options: &'f Options) -> field::Form<'f> {
    let recorded = &options.recorded;
    field::Form { fields: &recorded.fields, before: &recorded.before, today: today(voice) }
}

/// How many fields a form has room for beside the text.
fn room(field: Field) -> usize {
    FORM_FIELDS - usize::from(field != Field::Report)
}

fn written(fields: &[(String, String)]) -> Option<String> {
    let written = fields.iter().find(|(key, _)| key == TEXT);
    written.map(|(_, text)| text.clone()).filter(|text| !text.trim().is_empty())
}

fn reasons(voice: &Voice<'_>, listed: &[Reason]) -> Vec<Choice> {
    let choice = |reason: &Reason| Choice::new(reason.name.get(voice.locale), reason.key.clone());
    listed.iter().map(choice).collect()
}

/// The tickets to choose from.
pub(super) fn tickets(options: &Options) -> Vec<Choice> {
    let choice = |(number, title): &(TicketNumber, String)| {
        Choice::new(format!("#{number} {}", clip(title, 30)), number.to_string())
    };
    options.tickets.iter().map(choice).collect()
}
