//! `/registrar [nombre]` · `/register [name]`: registers what somebody asked for by telephone, mail or
//! in person, what the desk found by itself, and what was done on the spot (N1, C1, V7).

use crate::{
    chat::{
        Doing,
        catalogue::{Argument, Command},
        dialogue::{self, Dialogue, register::Register},
        named,
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "registrar",
    english: "register",
    audience: Audience::Technician,
    argument: Argument::Person,
    verb: None,
};

/// Asks how it came and for whom, and then what any request is asked.
pub fn run<'a>(turn: &'a Turn<'_>, rest: &'a str) -> Doing<'a> {
    Box::pin(ask(turn, rest))
}

async fn ask(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let picked = match named::numbered(rest) {
        Some(id) if turn.is_staff() => named::picked(turn.act.tx, id, turn.actor.id).await?,
        _ => None,
    };
    let register = match (picked, named::numbered(rest)) {
        (Some(found), _) => Register::picked(&found),
        // The person of a suggestion is not there any more.
        (None, Some(_)) => Register::default(),
        (None, None) => Register::of(rest),
    };
    dialogue::begin(turn, Dialogue::Register(register)).await
}
