//! `/cola` · `/queue`: what the person's groups have before them, the most pressing first; in a
//! private chat, what they have themselves comes first.

use crate::{
    chat::{
        button::List,
        commands::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
        view,
    },
    service::{Result, ticket::find},
};

/// Its entry in the catalogue.
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
            view::list::show(turn, List::Assigned, None).await?;
        }
    }
    view::list::show(turn, List::Queue, None).await
}
