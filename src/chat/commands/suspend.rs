//! `/suspender N motivo` · `/suspend N reason`: lets a ticket wait, with a reason the requester reads.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named,
        outgoing::Audience,
        turn::Turn,
    },
    domain::verb::Verb,
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "suspender",
    english: "suspend",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Suspend),
};

/// Lets the ticket wait, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let procedure = turn.act.procedure;
    let listed = words.and_then(|words| named::suspend_reason(procedure, words));
    let (choice, text) = match (words, listed) {
        (_, Some(key)) => (Some(form::of_reason(key, procedure.answer_resumes(key))), None),
        // A reason of one's own needs no listed one.
        (Some(words), None) => (Some(String::new()), Some(words.to_owned())),
        (None, None) => (None, None),
    };
    form::begin(turn, Form { choice, text, ..Form::of(FormVerb::Suspend, number) }).await
}
