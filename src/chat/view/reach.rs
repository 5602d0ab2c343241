//! What a person is shown who can be reached here and perhaps not in private: the ticket that they just
//! registered, and the questions that waited while their private chat was closed. Deliberately absent:
//! finding out whether it is closed, which only a delivery tells.

use crate::{
    chat::{
        say::About,
        turn::{Alone, Turn},
        view::card,
    },
    domain::status::Status,
    entity::ticket,
    service::{Result, people::Address, ticket::find},
};

/// How many open tickets of a person are looked at.
const MANY: u64 = 50;
/// How many questions are shown at once.
const SHOWN: usize = 5;

/// Shows a person the ticket that they registered where others read along, and says how they will hear
/// of it.
///
/// # Errors
/// When the database fails.
pub async fn show_registered(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    card::show(turn, ticket).await?;
    turn.say("news-in-private", &[]).await
}

/// Asks again what waited for a person who could not be told anything for a while and was seen now: in
/// answers that only they see, or in their private chat when they wrote there.
///
/// # Errors
/// When the database fails.
pub async fn ask_again(turn: &Turn<'_>) -> Result<()> {
    let mut waiting = find::mine_open(turn.act.tx, turn.actor.id, MANY).await?;
    waiting.retain(|ticket| ticket.status == Status::Solved);
    for ticket in waiting.iter().take(SHOWN) {
        if turn.alone().is_some() {
            show_next(turn, ticket).await?;
        } else if let Some(to) = turn.private() {
            card::draw(&turn.act, (&to, card::SURVEY), ticket, About::critical(ticket.id)).await?;
        }
    }
    Ok(())
}

/// Shows what a survey asks next to a person who answered it where others read along.
///
/// # Errors
/// When the database fails.
pub async fn show_next(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    let Some(Alone { to, .. }) = turn.alone() else { return Ok(()) };
    let to = Address { person: Some(turn.actor.id), ..to };
    match card::face(&turn.act, &to, card::SURVEY, ticket).await? {
        Some(face) => turn.post(face).await,
        None => Ok(()),
    }
}
