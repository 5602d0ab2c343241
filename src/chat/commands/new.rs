//! `/nuevo texto` · `/new text`: reports something; without words they are asked for.

use crate::{
    chat::{
        commands::{Argument, Command},
        dialogue::{self, Dialogue, new_ticket::NewTicket},
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "nuevo",
    english: "new",
    audience: Audience::Requester,
    argument: Argument::Text,
};

/// Starts a request.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let new = NewTicket::with(rest.to_owned(), vec![]);
    dialogue::begin(turn, Dialogue::NewTicket(new)).await
}
