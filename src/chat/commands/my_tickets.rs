//! `/miscasos` · `/mytickets`: what the person asked for, the newest first.

use crate::{
    chat::{
        button::List,
        catalogue::{Argument, Command},
        commands::queue,
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "miscasos",
    english: "mytickets",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// Shows the first page.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    queue::page(turn, List::Mine, None).await
}
