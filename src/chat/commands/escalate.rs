//! `/escalar N` · `/escalate N`: passes a ticket to another group with a justification (U6).

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "escalar",
    english: "escalate",
    audience: Audience::Technician,
    argument: Argument::Ticket,
};

/// Asks for the group and the justification.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, _) = ticket_and_words(turn, rest).await?;
    form::begin(turn, Form::of(FormVerb::Escalate, number)).await
}
