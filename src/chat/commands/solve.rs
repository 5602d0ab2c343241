//! `/solucionar N solución` · `/solve N solution`: gives a solution and asks whether it is solved.

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
    spanish: "solucionar",
    english: "solve",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Solve),
};

/// Gives the solution, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let text = words.map(str::to_owned);
    form::begin(turn, Form { text, ..Form::of(FormVerb::Solve, number) }).await
}
