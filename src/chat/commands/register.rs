//! `/registrar [nombre]` · `/register [name]`: registers a request that came by telephone, mail or
//! in person, a fault that the desk found by itself, and work that was done on the spot (N1, C1,
//! V7).

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

pub const COMMAND: Command = Command {
    spanish: "registrar",
    english: "register",
    audience: Audience::Technician,
    argument: Argument::Person,
    verb: None,
};

/// Asks how the request came and for which person, and then the questions of any request.
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
        // The desk no longer knows the person that the suggestion filled in.
        (None, Some(_)) => Register::default(),
        (None, None) => Register::of(rest),
    };
    dialogue::begin(turn, Dialogue::Register(register)).await
}
