//! `/prioridad N alta` · `/priority N high`: gives a ticket another priority, and with it another
//! promise (N3). What is left out is chosen from a list.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named::{self, Meant},
        outgoing::Audience,
        refusal,
        turn::Turn,
    },
    domain::{refusal::Refusal, verb::Verb},
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "prioridad",
    english: "priority",
    audience: Audience::Technician,
    argument: Argument::TicketAndPriority,
    verb: Some(Verb::Prioritise),
};

/// Gives the priority, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, name) = ticket_and_words(turn, rest).await?;
    let form = Form::of(FormVerb::Prioritise, number);
    let Some(name) = name else { return form::begin(turn, form).await };
    match named::priority(name) {
        Meant::One(priority) => {
            form::begin(turn, Form { choice: Some(priority.as_str().to_owned()), ..form }).await
        }
        Meant::Several => form::begin(turn, form).await,
        Meant::Nothing => {
            let why = refusal::text(&turn.voice(), &Refusal::UnknownPriority(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
    }
}
