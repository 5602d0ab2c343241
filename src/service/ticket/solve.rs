//! Giving a solution, and the requester's "no" to it.

use sea_orm::ActiveValue::Set;

use super::{Done, commit, enter, prepare};
use crate::{
    domain::{
        event::{Ending, Event},
        id::TicketNumber,
        promise::validation,
        refusal::Refusal,
        status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Gives a solution. A category with a survey waits for the requester's word until the validation
/// time passes; any other closes at once, the requester being told (U8, U9).
///
/// # Errors
/// Refuses an empty solution.
pub async fn solve(act: &Act<'_>, number: TicketNumber, solution: &str) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Solve).await?;
    let solution = solution.trim();
    if solution.is_empty() {
        return Err(Refusal::TextMissing(Verb::Solve).into());
    }
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.solution = Set(Some(solution.to_owned()));
    change.suspension = Set(None);
    change.solved_at = Set(Some(act.now));
    change.round = Set(subject.ticket.round + 1);
    if let (None, Some(actor)) = (subject.ticket.technician_id, act.doer.person()) {
        super::give_to(&mut change, &subject.ticket, actor.id, act.now);
    }
    if let Some(status) = status {
        enter(&mut change, &subject, status, act.now);
    }
    let surveyed =
        subject.rules.category(&subject.ticket.category).is_none_or(|category| category.survey);
    let mut events = Vec::new();
    let calendar = super::calendar(&subject.rules, &subject.ticket);
    let close_at = surveyed.then(|| {
        let validation = validation(calendar, &subject.times(), act.now);
        change.next_due_at = Set(Some(validation.remind_at));
        change.close_at = Set(Some(validation.close_at));
        validation.close_at
    });
    events.push(Event::Solved { solution: solution.to_owned(), close_at });
    if !surveyed {
        super::close::end(&mut change, Ending::NoSurvey, act.now);
        events.push(Event::Closed { ending: Ending::NoSurvey });
    }
    commit(act, &subject.ticket, change, events).await
}

/// The requester says what is missing: the ticket goes back to the same technician and its clock
/// goes on from where it stood.
///
/// # Errors
/// Refuses everybody else, an answer to an earlier solution, and an empty text.
pub async fn reject(
    act: &Act<'_>,
    number: TicketNumber,
    round: i32,
    missing: &str,
) -> Result<Done> {
    let (subject, status) = prepare(act, number, Verb::Reject)
        .await
        .map_err(|error| super::survey::over(error, number))?;
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
    commit(act, &subject.ticket, change, vec![reopened]).await
}
