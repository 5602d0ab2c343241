//! `/nogestionar N motivo` · `/notmanaged N reason`: ends a ticket that this desk will not work on, with a
//! reason the requester reads.

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
    spanish: "nogestionar",
    english: "notmanaged",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::NotManage),
};

/// Ends the ticket, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    // A reason of one's own needs no listed one.
    let choice = words.map(|_| String::new());
    let text = words.map(str::to_owned);
    form::begin(turn, Form { choice, text, ..Form::of(FormVerb::NotManage, number) }).await
}
