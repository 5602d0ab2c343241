//! `/registrar [nombre]` · `/register [name]`: registers what somebody asked for by telephone, mail or
//! in person, what the desk found by itself, and what was done on the spot (N1, C1, V7).

use crate::{
    chat::{
        commands::{Argument, Command},
        dialogue::{self, Dialogue, register::Register},
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
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    dialogue::begin(turn, Dialogue::Register(Register::of(rest))).await
}
