//! What the fields of a form were answered with, as a ticket keeps it. Each ticket's answers are read
//! with the fields of the edition it runs under. Deliberately absent: asking, and wording.

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

/// A solution with what is recorded beside it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Solution {
    /// What was done, as the requester reads it.
    pub text: String,
    /// What the category's solution fields were answered with.
    pub answers: Vec<Answer>,
    /// What the requester was trained in; none where that was not required (C7).
    pub training: Option<String>,
}

impl From<&str> for Solution {
    fn from(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::default() }
    }
}

/// What a ticket's forms were answered with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answered {
    /// With the request.
    pub request: Vec<(Field, Value)>,
    /// With the last solution.
    pub solution: Vec<(Field, Value)>,
}

/// The present day where the desk is.
pub fn today(act: &Act<'_>) -> NaiveDate {
    act.procedure.local(act.now).date_naive()
}

/// Those of the answers that count, when they are all there.
///
/// # Errors
/// Refuses a form that lacks an answer, and one with an answer that its field does not take.
pub(super) fn whole(form: Form<'_>, answers: &[Answer]) -> Result<Vec<Answer>> {
    let settled = form.settled(answers);
    let lacks = form.open(&settled).iter().any(|field| field.required);
    if lacks || settled.len() < answers.len() {
        return Err(Refusal::FormIncomplete.into());
    }
    Ok(settled)
}

/// Answers as a column holds them; none where there are none.
pub(crate) fn stored(answers: &[Answer]) -> Option<String> {
    (!answers.is_empty()).then(|| to_json(&answers))
}

/// What the fields of a request were answered with, as they were stored.
///
/// # Errors
/// When the column cannot be read.
pub fn of_request(ticket: &ticket::Model) -> Result<Vec<Answer>> {
    read(ticket, ticket.answers.as_deref())
}

/// What was recorded with the last answer or solution, as it was stored.
///
/// # Errors
/// When the column cannot be read.
pub fn of_solution(ticket: &ticket::Model) -> Result<Vec<Answer>> {
    read(ticket, ticket.solution_answers.as_deref())
}

fn read(ticket: &ticket::Model, stored: Option<&str>) -> Result<Vec<Answer>> {
    stored.map_or(Ok(vec![]), |stored| from_json(stored, || format!("answers of {}", ticket.id)))
}

/// What a ticket's forms were answered with.
///
/// # Errors
/// When its columns or its edition cannot be read.
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

/// What a ticket's forms were answered with, when the rules it runs under are at hand.
///
/// # Errors
/// When its columns cannot be read.
pub fn under(rules: &Procedure, ticket: &ticket::Model) -> Result<Answered> {
    let solution = read(ticket, ticket.solution_answers.as_deref())?;
    Ok(Answered {
        request: answered(rules.fields(&ticket.category), of_request(ticket)?),
        solution: answered(rules.solution_fields(&ticket.category), solution),
    })
}
