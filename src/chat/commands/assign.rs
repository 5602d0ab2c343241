//! `/asignar N` · `/assign N`: gives a ticket to a technician of its group, chosen from a list.

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
    spanish: "asignar",
    english: "assign",
    audience: Audience::Technician,
    argument: Argument::Ticket,
};

/// Asks for the technician.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, _) = ticket_and_words(turn, rest).await?;
    form::begin(turn, Form::of(FormVerb::Assign, number)).await
}
