//! `/cancelar` · `/cancel`: cancels the open dialogue.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        dialogue,
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

pub const COMMAND: Command = Command {
    spanish: "cancelar",
    english: "cancel",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

pub async fn run(turn: &Turn<'_>) -> Result<()> {
    dialogue::cancel(turn).await
}
