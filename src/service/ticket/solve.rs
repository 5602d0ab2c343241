//! Solutions, and their rejection by the requester.

use sea_orm::ActiveValue::Set;

use super::{
    Done, Subject, answer,
    answers::{self, Solution},
    commit, enter, find, prepare, release,
};
use crate::{
    domain::{
        ending::Ending, event::Event, id::TicketNumber, promise::validation, refusal::Refusal,
        status::Status, verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Records a solution. In a category with a survey the ticket waits for the requester's answer
/// until the validation time passes. In any other category it closes at once and the requester is
/// told (U8, U9); the same holds for a ticket that its requester solved.
///
/// # Errors
/// Refuses an empty solution, and an incomplete solution form.
pub async fn solve(
    act: &Act<'_>,
    number: TicketNumber,
    solution: impl Into<Solution>,
) -> Result<Done> {
    let solution = solution.into();
    let (subject, status) = prepare(act, number, Verb::Solve).await?;
    let text = solution.text.trim();
    if text.is_empty() {
        return Err(Refusal::TextMissing(Verb::Solve).into());
    }
    let recorded = answer::with_parts(act, &subject, &solution.answers)?;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.solution = Set(Some(text.to_owned()));
    change.solution_answers = Set(answers::stored(&recorded));
    change.suspension = Set(None);
    change.solved_at = Set(Some(act.now));
    change.round = Set(subject.ticket.round + 1);
    if let (None, Some(actor)) = (subject.ticket.technician_id, act.doer.person()) {
        super::give_to(&mut change, &subject.ticket, actor.id, act.now);
    }
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    let own = act.doer.person().is_some_and(|actor| actor.id == subject.ticket.requester_id);
    // A requester who gave the solution would confirm and rate their own work.
    let surveyed = !own && is_surveyed(act, &subject).await?;
    let mut events = Vec::new();
    let calendar = super::calendar(&subject.rules, &subject.ticket);
    let close_at = surveyed.then(|| {
        let validation = validation(calendar, &subject.times(), act.now);
        change.next_due_at = Set(Some(validation.remind_at));
        change.close_at = Set(Some(validation.close_at));
        validation.close_at
    });
    let training = solution.training.iter().map(|text| text.trim()).filter(|text| !text.is_empty());
    events.extend(training.map(|text| Event::TrainingRecorded { text: text.to_owned() }));
    events.push(Event::Solved { solution: text.to_owned(), close_at, answers: recorded });
    if !surveyed {
        super::end(&mut change, Ending::NoSurvey, act.now);
        events.push(Event::Closed { ending: Ending::NoSurvey });
    }
    commit(act, &subject.ticket, change, events).await
}

/// Whether the requester is asked for an answer: by category, and for a related case only where the
/// procedure says so.
async fn is_surveyed(act: &Act<'_>, subject: &Subject<'_>) -> Result<bool> {
    let rules = &subject.rules;
    let ticket = &subject.ticket;
    if rules.category(&ticket.category).is_some_and(|category| !category.survey) {
        return Ok(false);
    }
    let asked = rules.children.is_none_or(|children| children.child_survey);
    Ok(asked || find::parent_of(act.tx, ticket).await?.is_none())
}

/// The requester rejects the solution and says what is missing. The ticket goes back to the same
/// technician, and its clock continues from where it stopped.
///
/// # Errors
/// Refuses every other person, an answer to an earlier solution, and an empty text.
pub async fn reject(
    act: &Act<'_>,
    number: TicketNumber,
    round: i32,
    missing: &str,
) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Reject)
        .await
        .map_err(|error| super::survey::late_answer(error, number))?;
    if subject.ticket.round != round {
        return Err(Refusal::SurveyOver { number, status: subject.ticket.status }.into());
    }
    let missing = missing.trim();
    if missing.is_empty() {
        return Err(Refusal::TextMissing(Verb::Reject).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.next_due_at = Set(None);
    change.close_at = Set(None);
    change.solved_at = Set(None);
    if let Some(status) = status {
        debug_assert_eq!(status, Status::Reopened);
        enter(&mut change, &subject, status, act.now);
    }
    let reopened = Event::Reopened { missing: missing.to_owned() };
    let mut done = commit(act, &subject.ticket, change, vec![reopened]).await?;
    // The technician who solved it may have lost the right to hold it since.
    if let Some(released) = release::release_one(act, &done.ticket).await? {
        done.ticket = released.ticket;
        done.events.extend(released.events);
    }
    Ok(done)
}
