//! The outcome of a category's guidance (C5). When it helped, the request is registered and closed
//! at once; otherwise the ticket records how many steps were tried.

use sea_orm::ActiveValue::Set;

use super::{
    Done, append, commit, enter, find,
    open::{self, NewTicket},
};
use crate::{
    domain::{ending::Ending, event::Event, status::Status},
    entity::ticket,
    service::{Act, Result},
};

/// The step of the guidance that solved a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelpfulStep {
    /// Its place in the guidance, from 1.
    pub number: u8,
    /// The text that the requester read, which becomes the solution.
    pub text: String,
}

/// Registers a request that a step of the guidance solved, and closes it at once, without a survey.
///
/// # Errors
/// Refuses what [`open::open`] refuses.
pub async fn open_helped(act: &Act<'_>, new: NewTicket, step: HelpfulStep) -> Result<Done> {
    let opened = open::open(act, new).await?;
    let subject = find::locked(act, opened.ticket.number).await?;
    let HelpfulStep { number: step, text } = step;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.solution = Set(Some(text.clone()));
    change.solved_at = Set(Some(act.now));
    enter(&mut change, &subject, Status::Closed, act.now);
    super::end(&mut change, Ending::SelfHelp, act.now);
    let helped = vec![Event::SelfHelped { step, text }, Event::Closed { ending: Ending::SelfHelp }];
    let closed = commit(act, &subject.ticket, change, helped).await?;
    Ok(Done { ticket: closed.ticket, events: [opened.events, closed.events].concat() })
}

/// Registers a request after `steps` steps of the guidance that did not help.
///
/// # Errors
/// Refuses what [`open::open`] refuses, and a requester who has too many tickets open.
pub async fn open_after(act: &Act<'_>, new: NewTicket, steps: u8) -> Result<Done> {
    open::check_room(act, new.requester).await?;
    let mut opened = open::open(act, new).await?;
    if steps > 0 {
        let tried = Event::SelfHelpTried { steps };
        append(act, &opened.ticket, &tried).await?;
        opened.events.push(tried);
    }
    Ok(opened)
}
