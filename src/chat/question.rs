//! A question as every network can show it, what may be answered, and what follows. Deliberately
//! absent: any one dialogue's questions.

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

/// What somebody answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// They wrote.
    Text(String),
    /// They pressed the button with this value.
    Choice(String),
    /// They sent something that is not text.
    Attachment(Attachment),
    /// They filled in a form: what they filled in, by the key of each field, and the files with it.
    Fields(Vec<(String, String)>, Vec<Attachment>),
    /// They want the former question again.
    Back,
}

impl Answer {
    /// What was written.
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
    /// The next question, or the same again.
    Ask(D),
    /// The same question, with a word on why.
    Again(D, String),
    /// All is said: do it.
    Complete(D),
}

impl<D> Step<D> {
    /// The dialogue as it stands now.
    pub(super) fn dialogue(&self) -> &D {
        match self {
            Self::Ask(dialogue) | Self::Again(dialogue, _) | Self::Complete(dialogue) => dialogue,
        }
    }

    /// The same step of a dialogue that holds this one.
    pub(super) fn map<E>(self, wrap: impl FnOnce(D) -> E) -> Step<E> {
        match self {
            Self::Ask(dialogue) => Step::Ask(wrap(dialogue)),
            Self::Again(dialogue, why) => Step::Again(wrap(dialogue), why),
            Self::Complete(dialogue) => Step::Complete(wrap(dialogue)),
        }
    }
}

/// A question as every network can show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub text: RichText,
    /// What may be pressed.
    pub choices: Vec<Choice>,
    /// How many buttons stand side by side.
    pub columns: usize,
    /// Whether there is a former question to go back to.
    pub back: bool,
    /// Whether giving up differs from what the other buttons do.
    pub cancel: bool,
    /// The same as a form, where writing answers it.
    pub form: Vec<FormField>,
    /// What stands above the form; something general when there is nothing to say.
    pub title: Option<String>,
    /// What a plain "yes" stands for, where it answers the question; a plain "no" then cancels.
    pub yes: Option<&'static str>,
}

/// What a question offers that must be read first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Tickets to choose from, with their titles.
    pub tickets: Vec<(TicketNumber, String)>,
    /// The one among them that waits for its requester's answer.
    pub awaited: Option<TicketNumber>,
    /// Whether no chat reaches the requester of the ticket, so that nothing is said to be read there.
    pub unreached: bool,
    /// People to choose from.
    pub people: Vec<Candidate>,
    /// Where the requester last asked for help.
    pub place: Option<String>,
    /// The group that has the ticket, which is not offered.
    pub group: Option<String>,
    /// People who are called as somebody is looked for.
    pub found: Vec<Found>,
    /// Whether there are more of them.
    pub more: bool,
    /// Whether tickets may be given to the person who is asked.
    pub attends: bool,
    /// Whether names they type are looked up: only the desk's people see whom it knows.
    pub looks_up: bool,
    /// What is recorded when the ticket is solved, or asked by its new category.
    pub recorded: Recorded,
    /// How the ticket stands with visits.
    pub visiting: Option<Visiting>,
}

/// What a question about a visit must know first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visiting {
    /// How the procedure has visits.
    pub visits: Visits,
    /// The times that can be offered.
    pub slots: Vec<Timestamp>,
    /// When the technician is elsewhere.
    pub taken: Vec<Timestamp>,
    /// When the next visit is planned.
    pub planned: Option<Timestamp>,
    /// Whether somebody is there now.
    pub there: bool,
    /// Whether equipment is away.
    pub away: bool,
    /// Whether the procedure knows a vendor.
    pub vendor: bool,
    /// When the technicians who go work.
    pub hours: Calendar,
}

/// What is recorded when a ticket is solved, or asked by its new category, by the edition it runs under.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recorded {
    /// What is asked for.
    pub fields: Vec<Field>,
    /// What the request's own fields were answered with.
    pub before: Vec<field::Answer>,
}

impl Question {
    /// The value of the choice whose label was typed.
    pub(super) fn meant(&self, text: &str) -> Option<String> {
        let text = text.trim().to_lowercase();
        let is_typed = |choice: &&Choice| choice.label.to_lowercase() == text;
        let mut typed = self.choices.iter().filter(is_typed);
        let first = typed.next()?;
        // A label that stands twice says nothing about which of the two is meant.
        typed.next().is_none().then(|| first.value.clone())
    }

    /// The message that asks it as question number `serial`.
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

/// Asks the former question again.
pub(super) const BACK: &str = "<";
/// Gives up.
pub(super) const CANCEL: &str = "x";
/// Hands in the form.
pub(super) const FORM: &str = "=";

/// Which of the people called so is meant; the last choice, with the value `noted`, is the name alone.
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
