//! A question in a form that every network can show, its possible answers, and the step that an
//! answer leads to. Deliberately absent: the questions of any one dialogue.

pub use super::choice::Choice;
use crate::{
    chat::{
        button::Code,
        incoming::Attachment,
        named::{Candidate, Found},
        outgoing::{Button, Form, FormField, Outgoing, RichText},
        wording::Voice,
    },
    domain::{
        calendar::Calendar,
        field::{self, Field},
        id::TicketNumber,
        time::Timestamp,
        visit::Visits,
    },
};

/// A person's answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    Text(String),
    /// The value of the pressed button.
    Choice(String),
    Attachment(Attachment),
    /// A submitted form: each field's key with its value, and the files.
    Fields(Vec<(String, String)>, Vec<Attachment>),
    /// The person wants the previous question again.
    Back,
}

impl Answer {
    /// The words of the answer: the text, or the caption of an attachment.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Attachment(attachment) => Some(&attachment.caption),
            Self::Choice(_) | Self::Fields(..) | Self::Back => None,
        }
    }
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step<D> {
    /// Asks the next question of this dialogue.
    Ask(D),
    /// Asks the same question again and says why.
    Again(D, String),
    /// Nothing is left to ask: the dialogue is carried out.
    Complete(D),
}

impl<D> Step<D> {
    /// The dialogue after this step.
    pub(super) fn dialogue(&self) -> &D {
        match self {
            Self::Ask(dialogue) | Self::Again(dialogue, _) | Self::Complete(dialogue) => dialogue,
        }
    }

    /// The same step of a dialogue that contains this one.
    pub(super) fn map<E>(self, wrap: impl FnOnce(D) -> E) -> Step<E> {
        match self {
            Self::Ask(dialogue) => Step::Ask(wrap(dialogue)),
            Self::Again(dialogue, why) => Step::Again(wrap(dialogue), why),
            Self::Complete(dialogue) => Step::Complete(wrap(dialogue)),
        }
    }
}

/// A question in a form that every network can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub text: RichText,
    pub choices: Vec<Choice>,
    /// How many buttons stand in a row.
    pub columns: usize,
    /// Whether a previous question exists to go back to.
    pub back: bool,
    /// Whether a button to cancel is shown. It is not where another button has the same effect.
    pub cancel: bool,
    /// The fields of a form that asks the same; empty where only buttons answer.
    pub form: Vec<FormField>,
    /// The title of the form; `None` shows a general one.
    pub title: Option<String>,
    /// The value that a plain "yes" stands for, where it answers the question. A plain "no" then
    /// cancels.
    pub yes: Option<&'static str>,
}

/// The data that a question needs, read from the database before the dialogue runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The tickets to choose from, with their titles.
    pub tickets: Vec<(TicketNumber, String)>,
    /// The ticket among them that waits for its requester's answer.
    pub awaited: Option<TicketNumber>,
    /// Whether no chat reaches the requester of the ticket. The question then does not say that the
    /// requester will read the words.
    pub unreached: bool,
    pub people: Vec<Candidate>,
    /// The place where the requester last asked for help.
    pub place: Option<String>,
    /// The group that has the ticket; the question does not offer it.
    pub group: Option<String>,
    /// The people whose name fits the typed one.
    pub found: Vec<Found>,
    /// Whether more people fit than are shown.
    pub more: bool,
    /// Whether the person who is asked belongs to a group of the procedure, and so can be given
    /// tickets.
    pub attends: bool,
    /// Whether typed names are looked up. Only the staff sees which people the desk knows.
    pub looks_up: bool,
    /// The fields that a solution, an answer or a new category asks for.
    pub recorded: Recorded,
    /// The visits and the equipment of the ticket, for questions about a visit.
    pub visiting: Option<Visiting>,
}

/// What a question about a visit needs to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visiting {
    /// The procedure's rules for visits.
    pub visits: Visits,
    /// The times to offer, UTC.
    pub slots: Vec<Timestamp>,
    /// The times of the technician's other visits, UTC.
    pub taken: Vec<Timestamp>,
    /// The time of the next visit, UTC.
    pub planned: Option<Timestamp>,
    /// Whether the technician has arrived and the visit is not over.
    pub there: bool,
    /// Whether equipment of the ticket is in the workshop or with the vendor.
    pub away: bool,
    /// Whether the procedure has a vendor.
    pub vendor: bool,
    /// The working hours of the technicians who visit.
    pub hours: Calendar,
}

/// The fields that are recorded with a solution, or that a ticket's new category asks for, by the
/// edition of the procedure that the ticket runs under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// The fields to ask.
    pub fields: Vec<Field>,
    /// The answers to the request's own fields, on which the conditions of the fields to ask may
    /// depend.
    pub before: Vec<field::Answer>,
}

impl Question {
    /// The value of the choice whose label was typed.
    pub(super) fn meant(&self, text: &str) -> Option<String> {
        let text = text.trim().to_lowercase();
        let is_typed = |choice: &&Choice| choice.label.to_lowercase() == text;
        let mut typed = self.choices.iter().filter(is_typed);
        let first = typed.next()?;
        // A label that occurs twice does not say which choice is meant.
        typed.next().is_none().then(|| first.value.clone())
    }

    /// The message that asks the question as number `serial`.
    pub(super) fn render(self, voice: &Voice<'_>, serial: i64) -> Outgoing {
        let form = (!self.form.is_empty()).then(|| Form {
            title: self.title.unwrap_or_else(|| voice.text("form-title")),
            code: Code::Dialogue(serial, FORM.to_owned()).encode(),
            fields: self.form,
        });
        let button = |choice: Choice| Button {
            label: choice.label,
            code: Code::Dialogue(serial, choice.value).encode(),
        };
        let columns = self.columns.max(1);
        let mut buttons: Vec<Vec<Button>> = Vec::new();
        for choice in self.choices {
            match buttons.last_mut() {
                Some(row) if row.len() < columns => row.push(button(choice)),
                _ => buttons.push(vec![button(choice)]),
            }
        }
        let mut last = Vec::new();
        if self.back {
            last.push(button(Choice::new(voice.text("button-back"), BACK)));
        }
        if self.cancel {
            last.push(button(Choice::new(voice.text("button-cancel"), CANCEL)));
        }
        if !last.is_empty() {
            buttons.push(last);
        }
        Outgoing { text: self.text, buttons, form, ..Outgoing::default() }
    }
}

/// The button value that asks the previous question again.
pub(super) const BACK: &str = "<";
/// The button value that cancels the dialogue.
pub(super) const CANCEL: &str = "x";
/// The button value that submits the form.
pub(super) const FORM: &str = "=";

/// Asks which of the people with this name is meant. The last choice, with the value `noted`, takes
/// the name as it was typed.
pub(super) fn which_person(
    voice: &Voice<'_>,
    options: &Options,
    name: &str,
    noted: &str,
) -> (RichText, Vec<Choice>) {
    let key = match (options.found.is_empty(), options.more) {
        (true, _) => "ask-which-none",
        (false, false) => "ask-which",
        (false, true) => "ask-which-many",
    };
    let args = [("name", name.into())];
    let found = options.found.iter();
    let mut choices: Vec<Choice> =
        found.map(|found| Choice::new(found.label.clone(), found.id.to_string())).collect();
    choices.push(Choice::new(voice.say("button-noted", &args), noted));
    (voice.plain(key, &args), choices)
}
