//! What a category's own guidance came to (C5): it helped, and the request is registered and closed
//! at once; or it did not, and the ticket keeps how much of it was tried.

use sea_orm::ActiveValue::Set;

use super::{
    Done, append, commit, enter, find,
    open::{self, NewTicket},
};
use crate::{
    domain::{
        event::{Ending, Event},
        status::Status,
    },
    entity::ticket,
    service::{Act, Result},
};

/// Registers what a step of the guidance solved, and closes it at once. `step` is its place, from 1,
/// and the words that the requester read, which become the solution. Nobody is asked for a rating.
///
/// # Errors
/// Refuses what [`open::open`] refuses.
pub async fn open_helped(act: &Act<'_>, new: NewTicket, step: (u8, String)) -> Result<Done> {
    let opened = open::open(act, new).await?;
    let subject = find::locked(act, opened.ticket.number).await?;
    let (step, text) = step;
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.solution = Set(Some(text.clone()));
    change.solved_at = Set(Some(act.now));
    enter(&mut change, &subject, Status::Closed, act.now);
    super::close::end(&mut change, Ending::SelfHelp, act.now);
    let helped = vec![Event::SelfHelped { step, text }, Event::Closed { ending: Ending::SelfHelp }];
    let closed = commit(act, &subject.ticket, change, helped).await?;
    Ok(Done { ticket: closed.ticket, events: [opened.events, closed.events].concat() })
}

/// Registers a request after so many steps of the guidance that did not help.
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
