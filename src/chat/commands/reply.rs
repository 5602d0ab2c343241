//! `/responder N texto` · `/reply N text`: writes to the other side of a ticket.

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
    spanish: "responder",
    english: "reply",
    audience: Audience::Requester,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Reply),
};

/// Writes the reply, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let text = words.map(str::to_owned);
    form::begin(turn, Form { text, ..Form::of(FormVerb::Reply, number) }).await
}
