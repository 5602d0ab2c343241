//! `/cancelar` · `/cancel`: gives up what is being asked.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        dialogue,
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "cancelar",
    english: "cancel",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// Gives up the current dialogue.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    dialogue::cancel(turn).await
}
