//! `/ayuda` · `/help`: what the desk can do for this person.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        commands,
        outgoing::Audience,
        posting::About,
        turn::Turn,
        view,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "ayuda",
    english: "help",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// Shows the commands this person has.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    let message = view::help::message(
        &turn.voice(),
        commands::of(turn.act.procedure),
        turn.actor.role,
        turn.incoming.channel,
    );
    turn.post_privately(message, About::default()).await
}

/// Answers a command that nobody knows. In groups such commands are for other bots.
pub async fn unknown(turn: &Turn<'_>, name: &str) -> Result<()> {
    if turn.in_group() {
        return Ok(());
    }
    let name = crate::chat::shorten::clip(name, 32);
    turn.tell("command-unknown", &[("name", name.into())]).await
}
