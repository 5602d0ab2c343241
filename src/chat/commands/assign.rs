//! `/asignar N nombre` · `/assign N name`: gives a ticket to a technician of its group. Whom the name
//! does not tell is chosen from a list.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named::{self, Candidate, Listed},
        outgoing::Audience,
        refusal,
        turn::Turn,
    },
    domain::{id::TicketNumber, refusal::Refusal, verb::Verb},
    service::{Result, people, ticket::find},
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
    let (conn, procedure) = (turn.act.tx, turn.act.procedure);
    let people = named::colleagues(conn, procedure, &turn.actor, number).await?;
    let listed = people.into_iter().map(Listed::from).collect();
    let people = named::candidates(conn, &turn.voice(), listed).await?;
    let several = || {
        let why = turn.voice().say("named-several", &[("name", name.into())]);
        let form = Form { typed: Some(name.to_owned()), ..form.clone() };
        form::begin_because(turn, form, Some(why))
    };
    match named::fitting(&people, name).as_slice() {
        // The name may have been meant for the technician who has the ticket already.
        [_] if holder_fits(turn, number, name).await? => several().await,
        [one] => {
            let choice = Some(one.id.to_string());
            form::begin(turn, Form { choice, ..form }).await
        }
        [] => {
            let why = refusal::word(&turn.voice(), &Refusal::CannotTakeIt(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
        _ => several().await,
    }
}

/// Whether a typed name also fits the technician who has the ticket.
async fn holder_fits(turn: &Turn<'_>, number: Option<TicketNumber>, name: &str) -> Result<bool> {
    let Some(number) = number else { return Ok(false) };
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let Some(holder) = ticket.technician_id else { return Ok(false) };
    let Some(holder) = people::person(turn.act.tx, holder).await? else { return Ok(false) };
    let holder = Candidate { id: holder.id, label: holder.name.clone(), name: holder.name };
    Ok(!named::fitting(&[holder], name).is_empty())
}
