//! `/sla N`: a ticket's clocks, explained interval by interval, to whoever may see the ticket.

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
    spanish: "sla",
    english: "sla",
    audience: Audience::Requester,
    argument: Argument::Ticket,
    verb: Some(Verb::View),
};

/// Explains the clocks of the ticket, or asks which.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, _) = ticket_and_words(turn, rest).await?;
    form::begin(turn, Form::of(FormVerb::Explain, number)).await
}
