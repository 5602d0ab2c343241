//! Reads from the database what the question of a form offers. Deliberately absent: the people and
//! fields that one operation offers, which stand with the operation.

use super::Form;
use crate::{
    chat::{
        offered::{look_up, open_tickets, show},
        question::Options,
        turn::Turn,
    },
    service::{Result, people, ticket::find},
};

/// Reads what the question of an operation's form offers.
///
/// # Errors
/// When the database fails, or the person may not read the ticket.
pub async fn offers(turn: &Turn<'_>, form: &Form) -> Result<Options> {
    let mut options = Options { place: turn.place.clone(), ..Options::default() };
    let Some(number) = form.number else {
        options.tickets = open_tickets(turn, form.operation.verb()).await?;
        return Ok(options);
    };
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let requester = ticket.requester_id;
    options.unreached =
        requester != turn.actor.id && people::addresses(turn.act.tx, requester).await?.is_empty();
    form.operation.offer(turn, form, &ticket, &mut options).await?;
    if let Some(name) = form.looks_for(&turn.voice(), &options) {
        look_up(turn, &mut options, Some(&name)).await?;
    }
    options.looks_up = turn.is_staff();
    show(turn, &mut options).await?;
    options.group = Some(ticket.group_key);
    Ok(options)
}
