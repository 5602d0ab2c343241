//! `/capacitacion N texto` · `/training N text`: records what the requester was trained in (C7).

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
    spanish: "capacitacion",
    english: "training",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Train),
};

/// Records the training, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let text = words.map(str::to_owned);
    form::begin(turn, Form { text, ..Form::of(FormVerb::Train, number) }).await
}
