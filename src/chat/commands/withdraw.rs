//! `/retirar N` · `/withdraw N`: takes a request back while nobody works on it.

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
    spanish: "retirar",
    english: "withdraw",
    audience: Audience::Requester,
    argument: Argument::Ticket,
    verb: Some(Verb::Withdraw),
};

/// Asks whether they are sure.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, _) = ticket_and_words(turn, rest).await?;
    form::begin(turn, Form::of(FormVerb::Withdraw, number)).await
}
