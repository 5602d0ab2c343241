//! `/ayuda` · `/help`: the commands that this person may use.

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

pub const COMMAND: Command = Command {
    spanish: "ayuda",
    english: "help",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

/// Shows the commands that this person may use.
pub async fn run(turn: &Turn<'_>) -> Result<()> {
    let message = view::help::message(
        &turn.voice(),
        commands::of(turn.act.procedure),
        turn.actor.role,
        turn.incoming.channel,
    );
    turn.post_privately(message, About::default()).await
}

/// Answers an unknown command. In groups such commands are for other bots, so the desk is silent.
pub async fn unknown(turn: &Turn<'_>, name: &str) -> Result<()> {
    if turn.in_group() {
        return Ok(());
    }
    let name = crate::chat::shorten::clip(name, 32);
    turn.tell("command-unknown", &[("name", name.into())]).await
}
