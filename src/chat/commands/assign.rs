//! `/asignar N nombre` · `/assign N name`: gives a ticket to a technician of its group. Whom the name
//! does not tell is chosen from a list.

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
    spanish: "asignar",
    english: "assign",
    audience: Audience::Technician,
    argument: Argument::TicketAndTechnician,
    verb: Some(Verb::Assign),
};

/// Gives the ticket away, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, name) = ticket_and_words(turn, rest).await?;
    let form = Form::of(FormVerb::Assign, number);
    let Some(name) = name else { return form::begin(turn, form).await };
    let people = named::colleagues(turn.act.tx, turn.act.procedure, &turn.actor, number).await?;
    match named::technician(&people, name) {
        Meant::One(id) => form::begin(turn, Form { choice: Some(id.to_string()), ..form }).await,
        Meant::Several => form::begin(turn, form).await,
        Meant::Nothing => {
            let why = refusal::word(&turn.voice(), &Refusal::CannotTakeIt(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
    }
}
