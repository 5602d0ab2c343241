//! `/visita N cuándo` · `/visit N when`: plans a visit to the requester's workplace (N5), or
//! records the outcome of one. What is left out is asked for, with free times to choose from.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        dialogue::visit,
        operation::ticket_and_words,
        outgoing::Audience,
        turn::Turn,
    },
    domain::verb::Verb,
    service::Result,
};

pub const COMMAND: Command = Command {
    spanish: "visita",
    english: "visit",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Visit),
};

/// Plans the visit, and asks for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    visit::begin(turn, number, words).await
}
