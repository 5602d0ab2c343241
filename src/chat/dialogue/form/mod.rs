//! Something to do to a ticket that needs a word more: which ticket, why, to whom, the solution.
//! What was given with the command is not asked again. With nothing left to ask it is done at once
//! ([`carry_out`]).

mod carry_out;
mod verb;

use serde::{Deserialize, Serialize};

use super::{Answer, Choice, Dialogue, Options, Question, Step, offer};
use crate::{
    chat::{commands, incoming::Attachment, outgoing::FormField, say::clip, wording::Voice},
    domain::{id::TicketNumber, procedure::Reason},
};

pub use carry_out::{ask_comment, begin, begin_because, skip_comment};
pub(super) use carry_out::{carry_out, still_makes_sense};
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
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Ticket,
    Choice,
    Text,
    Nothing,
}

const YES: &str = "yes";
const TEXT: &str = "text";
const NO_COMMENT: &str = "skip";

impl Form {
    /// A form with nothing known but the ticket.
    pub fn of(verb: FormVerb, number: Option<TicketNumber>) -> Self {
        Self { verb, number, round: 0, choice: None, text: None, attachments: vec![] }
    }

    /// Whether nothing is as good an answer as any.
    pub(super) fn is_optional(&self) -> bool {
        self.verb == FormVerb::Comment
    }

    fn field(&self) -> Field {
        if self.number.is_none() {
            Field::Ticket
        } else if self.verb.asks_choice() && self.choice.is_none() {
            Field::Choice
        } else if self.verb.asks_text() && self.text.is_none() {
            Field::Text
        } else {
            Field::Nothing
        }
    }

    pub(super) fn question(&self, voice: &Voice<'_>, options: &Options) -> Question {
        let number = self.number.map_or(String::new(), |number| number.to_string());
        let args = [("number", number.into())];
        let key = self.verb.key();
        let (text, choices) = match self.field() {
            Field::Ticket => {
                let what = [("verb", key.into())];
                let nothing = options.tickets.is_empty();
                let key = if nothing { "ask-ticket-none" } else { "ask-ticket" };
                (voice.plain(key, &what), tickets(options))
            }
            Field::Choice if self.verb == FormVerb::Assign && options.people.is_empty() => {
                (voice.plain("ask-assign-none", &args), vec![])
            }
            Field::Choice => {
                (voice.plain(&format!("ask-{key}-choice"), &args), self.choices(voice, options))
            }
            Field::Text | Field::Nothing => {
                let skip = (self.verb == FormVerb::Comment)
                    .then(|| Choice::new(voice.text("button-skip"), NO_COMMENT));
                (voice.plain(&format!("ask-{key}-text"), &args), skip.into_iter().collect())
            }
        };
        let back = self.field() == Field::Text && self.verb.asks_choice();
        let writes = matches!(self.field(), Field::Text | Field::Nothing);
        let form = if writes { self.form(voice) } else { vec![] };
        // A rating stands without a comment: skipping it is all there is to give up.
        let cancel = !self.is_optional();
        let confirms = self.verb == FormVerb::Withdraw && self.field() == Field::Choice;
        let yes = confirms.then_some(YES);
        Question { text, choices, columns: 1, back, cancel, form, title: None, yes }
    }

    fn form(&self, voice: &Voice<'_>) -> Vec<FormField> {
        let evidence = matches!(self.verb, FormVerb::Solve | FormVerb::Reply | FormVerb::Note);
        let text = FormField {
            key: TEXT.to_owned(),
            label: voice.text(&format!("form-{}", self.verb.key())),
            value: self.text.clone(),
            optional: self.is_optional(),
            choices: vec![],
            ..FormField::default()
        };
        std::iter::once(text).chain(evidence.then(|| offer::file_field(voice))).collect()
    }

    fn choices(&self, voice: &Voice<'_>, options: &Options) -> Vec<Choice> {
        match self.verb {
            FormVerb::Suspend => reasons(voice, &voice.procedure.suspend_reasons),
            FormVerb::NotManage => reasons(voice, &voice.procedure.not_managed_reasons),
            FormVerb::Escalate => {
                let groups = voice.procedure.groups.iter();
                let others = groups.filter(|group| Some(&group.key) != options.group.as_ref());
                others.map(|g| Choice::new(g.name.get(voice.locale), g.key.clone())).collect()
            }
            FormVerb::Assign => {
                let people = options.people.iter();
                people.map(|(id, name)| Choice::new(name.clone(), id.to_string())).collect()
            }
            _ => vec![Choice::new(voice.text("button-yes-withdraw"), YES)],
        }
    }

    pub(super) fn advance(mut self, answer: Answer, voice: &Voice<'_>, options: &Options) -> Step {
        let field = self.field();
        match (field, answer) {
            (_, Answer::Back) => self.choice = None,
            (_, Answer::Attachment(attachment)) => return self.keep(attachment, voice),
            (_, Answer::Fields(fields, attachments)) => {
                self.attachments.extend(attachments);
                let written = fields.into_iter().find(|(key, _)| key == TEXT);
                let text = written.map(|(_, text)| text).unwrap_or_default();
                if text.trim().is_empty() && !self.is_optional() {
                    return self.nothing_said(voice);
                }
                self.text = Some(text);
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
                self.choice = Some(choice);
            }
            // A reason of one's own is as good as a listed one.
            (Field::Choice, Answer::Text(text))
                if matches!(self.verb, FormVerb::Suspend | FormVerb::NotManage) =>
            {
                self.choice = Some(String::new());
                self.text = Some(text);
            }
            (Field::Choice, Answer::Text(_)) => {
                let why = voice.text("choose-a-button");
                return Step::Again(Dialogue::Form(self), why);
            }
            (Field::Text, Answer::Choice(choice)) if choice == NO_COMMENT => {
                self.text = Some(String::new());
            }
            (Field::Text | Field::Nothing, Answer::Text(text)) if text.trim().is_empty() => {
                return self.nothing_said(voice);
            }
            (Field::Text | Field::Nothing, Answer::Text(text)) => self.text = Some(text),
            (Field::Text | Field::Nothing, Answer::Choice(_)) => {
                let why = voice.text("choose-a-button");
                return Step::Again(Dialogue::Form(self), why);
            }
        }
        match self.field() {
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
    fn keep(mut self, kept: Attachment, voice: &Voice<'_>) -> Step {
        let caption = kept.caption.trim().to_owned();
        self.attachments.push(kept);
        if self.field() == Field::Text && !caption.is_empty() {
            self.text = Some(caption);
            return Step::Complete(Dialogue::Form(self));
        }
        let why = voice.text("attachment-needs-words");
        Step::Again(Dialogue::Form(self), why)
    }
}

fn reasons(voice: &Voice<'_>, listed: &[Reason]) -> Vec<Choice> {
    let choice = |reason: &Reason| Choice::new(reason.name.get(voice.locale), reason.key.clone());
    listed.iter().map(choice).collect()
}

fn tickets(options: &Options) -> Vec<Choice> {
    let choice = |(number, title): &(TicketNumber, String)| {
        Choice::new(format!("#{number} {}", clip(title, 30)), number.to_string())
    };
    options.tickets.iter().map(choice).collect()
}
