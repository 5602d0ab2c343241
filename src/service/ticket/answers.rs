//! The answers to form fields, as a ticket stores them. The answers are read with the fields of the
//! edition that the ticket runs under. Deliberately absent: asking the questions, and wording.

use chrono::NaiveDate;
use sea_orm::ConnectionTrait;

use crate::{
    domain::{
        field::{Answer, Field, Form, Value, answered},
        procedure::Procedure,
        refusal::Refusal,
    },
    entity::ticket,
    service::{Act, Result, editions, from_json, to_json},
};

/// A solution with its recorded answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solution {
    /// What was done, as the requester reads it.
    pub text: String,
    /// The answers to the category's solution fields.
    pub answers: Vec<Answer>,
    /// What the requester was trained in; `None` where no training is recorded (C7).
    pub training: Option<String>,
}

impl From<&str> for Solution {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// The answers of a ticket's forms.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// Given with the request.
    pub request: Vec<(Field, Value)>,
    /// Given with the last solution.
    pub solution: Vec<(Field, Value)>,
}

/// The present date in the desk's time zone.
pub fn today(act: &Act<'_>) -> NaiveDate {
    act.procedure.local(act.now).date_naive()
}

/// The answers that apply, when the form is complete.
///
/// # Errors
/// Refuses a form with a missing answer, and one with an answer that its field does not accept.
pub(super) fn complete(form: Form<'_>, answers: &[Answer]) -> Result<Vec<Answer>> {
    let settled = form.settled(answers);
    let lacks = form.open(&settled).iter().any(|field| field.required);
    if lacks || settled.len() < answers.len() {
        return Err(Refusal::FormIncomplete.into());
    }
    Ok(settled)
}

/// Answers as their column stores them; `None` when there are none.
pub(crate) fn stored(answers: &[Answer]) -> Option<String> {
    (!answers.is_empty()).then(|| to_json(&answers))
}

/// The stored answers of the request form.
///
/// # Errors
/// When the column is unreadable.
pub fn of_request(ticket: &ticket::Model) -> Result<Vec<Answer>> {
    read(ticket, ticket.answers.as_deref())
}

/// The stored answers of the last answer or solution.
///
/// # Errors
/// When the column is unreadable.
pub fn of_solution(ticket: &ticket::Model) -> Result<Vec<Answer>> {
    read(ticket, ticket.solution_answers.as_deref())
}

fn read(ticket: &ticket::Model, stored: Option<&str>) -> Result<Vec<Answer>> {
    stored.map_or(Ok(vec![]), |stored| from_json(stored, || format!("answers of {}", ticket.id)))
}

/// The answers of a ticket's forms.
///
/// # Errors
/// When its columns or its edition are unreadable.
pub async fn of(
    conn: &impl ConnectionTrait,
    present: &Procedure,
    ticket: &ticket::Model,
) -> Result<Answered> {
    if ticket.answers.is_none() && ticket.solution_answers.is_none() {
        return Ok(Answered::default());
    }
    let rules = editions::of(conn, present, ticket).await?;
    under(&rules, ticket)
}

/// The answers of a ticket's forms, given the edition that it runs under.
///
/// # Errors
/// When its columns are unreadable.
pub fn under(rules: &Procedure, ticket: &ticket::Model) -> Result<Answered> {
    let solution = read(ticket, ticket.solution_answers.as_deref())?;
    Ok(Answered {
        request: answered(rules.fields(&ticket.category), of_request(ticket)?),
        solution: answered(rules.solution_fields(&ticket.category), solution),
    })
}
