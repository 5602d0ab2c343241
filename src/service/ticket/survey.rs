//! The requester's answer to a solution, once per round (G12): authorised, then rated with one tap,
//! which closes the ticket (U10), then an optional comment.

use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel};

use super::{Done, append, commit, find, prepare};
use crate::{
    domain::{ending::Ending, event::Event, id::TicketNumber, refusal::Refusal, verb::Verb},
    entity::{survey, ticket},
    service::{Act, Error, Result},
};

/// How far the requester has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Nothing was answered.
    Asked,
    /// Authorised; the rating is missing.
    Authorised,
    /// Rated; a comment may follow.
    Rated(u8),
}

/// How far the requester has answered the last solution.
pub async fn progress(
    conn: &impl sea_orm::ConnectionTrait,
    ticket: &ticket::Model,
) -> Result<Progress> {
    let row = survey::Entity::find_by_id((ticket.id, ticket.round)).one(conn).await?;
    Ok(match row {
        None => Progress::Asked,
        Some(survey::Model { stars: None, .. }) => Progress::Authorised,
        Some(survey::Model { stars: Some(stars), .. }) => {
            Progress::Rated(u8::try_from(stars).unwrap_or(u8::MAX))
        }
    })
}

/// The requester confirms the solution. A second confirmation changes nothing. A requester who gave
/// the solution is not asked for a rating, so the ticket closes.
///
/// # Errors
/// Refuses every other person, and an answer to an earlier solution.
pub async fn authorise(act: &Act<'_>, number: TicketNumber, round: i32) -> Result<Done> {
    let ticket = answerable(act, number, round).await?;
    if progress(act.tx, &ticket).await? != Progress::Asked {
        return Ok(Done { ticket, events: vec![] });
    }
    let row = survey::ActiveModel {
        ticket_id: Set(ticket.id),
        round: Set(round),
        authorised_at: Set(act.now),
        stars: Set(None),
        comment: Set(None),
    };
    survey::Entity::insert(row).exec_without_returning(act.tx).await?;
    if is_own(act.tx, &ticket).await? {
        let mut change = ticket::ActiveModel::from(ticket.clone());
        super::end(&mut change, Ending::Authorised, act.now);
        change.survey_asked = Set(Some(false));
        let events = vec![Event::Authorised, Event::Closed { ending: Ending::Authorised }];
        return commit(act, &ticket, change, events).await;
    }
    append(act, &ticket, &Event::Authorised).await?;
    Ok(Done { ticket, events: vec![Event::Authorised] })
}

/// Whether the requester gave the last solution, with any account that belongs to them now. Such a
/// ticket is never rated.
pub async fn is_own(conn: &impl sea_orm::ConnectionTrait, ticket: &ticket::Model) -> Result<bool> {
    let solver = find::solver(conn, ticket.id).await?;
    Ok(solver.is_some_and(|(solver, _)| solver == ticket.requester_id))
}

/// The requester rates the service; only the first rating counts. The ticket closes with the rating
/// (U10).
///
/// # Errors
/// Refuses every other person, an answer to an earlier solution, and a second rating.
pub async fn rate(act: &Act<'_>, number: TicketNumber, round: i32, stars: u8) -> Result<Done> {
    let authorised = authorise(act, number, round).await?;
    if is_own(act.tx, &authorised.ticket).await? {
        return end_unrated(act, authorised).await;
    }
    let ticket = authorised.ticket;
    let row = survey_row(act, &ticket).await?;
    if row.stars.is_some() || !(1..=5).contains(&stars) {
        return Err(Refusal::SurveyOver { number, status: ticket.status }.into());
    }
    let mut answer = row.into_active_model();
    answer.stars = Set(Some(i32::from(stars)));
    answer.update(act.tx).await?;
    let mut change = ticket::ActiveModel::from(ticket.clone());
    super::end(&mut change, Ending::Authorised, act.now);
    let events = vec![Event::Rated { stars }, Event::Closed { ending: Ending::Authorised }];
    commit(act, &ticket, change, events).await
}

/// Closes a ticket that may not be rated. The confirmation closed it already, unless it came before
/// the two accounts were joined.
async fn end_unrated(act: &Act<'_>, authorised: Done) -> Result<Done> {
    if authorised.ticket.status.is_final() {
        return Ok(authorised);
    }
    let ticket = authorised.ticket;
    let mut change = ticket::ActiveModel::from(ticket.clone());
    super::end(&mut change, Ending::Authorised, act.now);
    change.survey_asked = Set(Some(false));
    commit(act, &ticket, change, vec![Event::Closed { ending: Ending::Authorised }]).await
}

/// The requester adds a comment to the rating. The ticket is over and does not change; the comment
/// is stored with the survey and in the history.
///
/// # Errors
/// Refuses every other person, a survey without a rating, and a second comment.
pub async fn comment(act: &Act<'_>, number: TicketNumber, round: i32, text: &str) -> Result<Done> {
    let subject = find::locked(act, number).await?;
    let ticket = subject.ticket;
    let is_requester = act.doer.person().is_some_and(|actor| actor.id == ticket.requester_id);
    if !is_requester {
        return Err(Refusal::NotYourRequest(number).into());
    }
    let over = Refusal::SurveyOver { number, status: ticket.status };
    let row = survey::Entity::find_by_id((ticket.id, round)).one(act.tx).await?;
    let Some(row) = row.filter(|row| row.stars.is_some() && row.comment.is_none()) else {
        return Err(over.into());
    };
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(over.into());
    }
    let mut answer = row.into_active_model();
    answer.comment = Set(Some(text.clone()));
    answer.update(act.tx).await?;
    let commented = Event::Commented { text };
    append(act, &ticket, &commented).await?;
    Ok(Done { ticket, events: vec![commented] })
}

/// The ticket, when its requester may still answer this round.
async fn answerable(act: &Act<'_>, number: TicketNumber, round: i32) -> Result<ticket::Model> {
    let (subject, _) =
        prepare(act, number, Verb::Authorise).await.map_err(|error| late_answer(error, number))?;
    if subject.ticket.round != round {
        return Err(Refusal::SurveyOver { number, status: subject.ticket.status }.into());
    }
    Ok(subject.ticket)
}

/// Turns the refusal of a late answer into one that names the ticket's present status.
pub(crate) fn late_answer(error: Error, number: TicketNumber) -> Error {
    match error {
        Error::Refused(Refusal::NotNow { status, .. }) => {
            Refusal::SurveyOver { number, status }.into()
        }
        other => other,
    }
}

async fn survey_row(act: &Act<'_>, ticket: &ticket::Model) -> Result<survey::Model> {
    survey::Entity::find_by_id((ticket.id, ticket.round))
        .one(act.tx)
        .await?
        .ok_or_else(|| Error::Missing(format!("the survey of ticket {}", ticket.id)))
}
