//! `/cola` · `/queue`: the tickets in the queues of the person's groups, the most pressing first.
//! In a private chat the tickets assigned to the person come first.

use crate::{
    chat::{
        button::List,
        catalogue::{Argument, Command},
        commands::not_yours,
        outgoing::Audience,
        turn::Turn,
        view::{self, list::Shown},
    },
    service::{
        Result,
        ticket::find::{self, Cursor},
    },
};

pub const COMMAND: Command = Command {
    spanish: "cola",
    english: "queue",
    audience: Audience::Technician,
    argument: Argument::Nothing,
    verb: None,
};

/// Shows the first page.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    if !turn.in_group() {
        let own = find::assigned(turn.act.tx, turn.actor.id, None, 1).await?;
        if !own.tickets.is_empty() {
            page(turn, List::Assigned, None).await?;
        }
    }
    page(turn, List::Queue, None).await
}

/// Shows a page of a list to a person who may see it.
pub async fn page(turn: &Turn<'_>, list: List, after: Option<Cursor>) -> Result<()> {
    match view::list::show(turn, list, after).await? {
        Shown::Page => Ok(()),
        Shown::NotForThem => not_yours(turn, &COMMAND).await,
    }
}
