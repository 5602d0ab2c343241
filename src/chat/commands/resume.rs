//! `/reanudar N` · `/resume N`: goes on with a ticket that waits.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        outgoing::Audience,
        turn::Turn,
    },
    domain::verb::Verb,
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "reanudar",
    english: "resume",
    audience: Audience::Technician,
    argument: Argument::Ticket,
    verb: Some(Verb::Resume),
};

/// Goes on with the ticket, or asks which.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, _) = ticket_and_words(turn, rest).await?;
    form::begin(turn, Form::of(FormVerb::Resume, number)).await
}
