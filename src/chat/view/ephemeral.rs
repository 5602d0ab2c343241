//! Messages to a person who can be reached in the current chat and perhaps not in private: the
//! ticket that they just registered, and the surveys that waited while their private chat was
//! closed. In a group they are ephemeral: only that person sees them. Deliberately absent:
//! detecting a closed private chat, which only a rejected delivery shows.

use crate::{
    chat::{
        posting::About,
        turn::{Alone, Turn},
        view::card,
    },
    domain::status::Status,
    entity::{card::CardView, ticket},
    service::{Result, people::Address, ticket::find},
};

/// How many open tickets of the person are read.
const MANY: u64 = 50;
/// How many surveys are sent at once.
const SHOWN: usize = 5;

/// Shows a person the ticket that they registered in a group, and says where they will read its
/// news.
///
/// # Errors
/// When the database fails.
pub async fn show_registered(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    card::show(turn, ticket).await?;
    turn.say("news-in-private", &[]).await
}

/// Sends again the surveys that waited while a person could not be reached: as ephemeral answers in
/// a group, or in their private chat when they wrote there.
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
            card::draw(&turn.act, &to, CardView::Survey, ticket, About::critical(ticket.id))
                .await?;
        }
    }
    Ok(())
}

/// Shows the next question of a survey to a person who answered the last one in a group.
///
/// # Errors
/// When the database fails.
pub async fn show_next(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<()> {
    let Some(Alone { to, .. }) = turn.alone() else { return Ok(()) };
    let to = Address { person: Some(turn.actor.id), ..to };
    match card::content(&turn.act, &to, CardView::Survey, ticket).await? {
        Some(content) => turn.post(content).await,
        None => Ok(()),
    }
}
