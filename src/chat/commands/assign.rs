//! `/asignar N nombre` · `/assign N name`: gives a ticket to a technician of its group. Whom the name
//! does not tell is chosen from a list.

use crate::{
    chat::{
        Doing,
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
pub fn run<'a>(turn: &'a Turn<'_>, rest: &'a str) -> Doing<'a> {
    Box::pin(give(turn, rest))
}

async fn give(turn: &Turn<'_>, rest: &str) -> Result<()> {
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
        [_] if holder(turn, number, name).await?.is_some() => several().await,
        [one] => {
            let choice = Some(one.id.to_string());
            form::begin(turn, Form { choice, ..form }).await
        }
        [] => {
            let why = match holder(turn, number, name).await? {
                Some(refusal) => refusal,
                None => Refusal::CannotTakeIt(name.to_owned()),
            };
            form::begin_because(turn, form, Some(refusal::text(&turn.voice(), &why))).await
        }
        _ => several().await,
    }
}

/// Says that the technician whom a typed name fits has the ticket already, when that is so.
async fn holder(
    turn: &Turn<'_>,
    number: Option<TicketNumber>,
    name: &str,
) -> Result<Option<Refusal>> {
    let Some(number) = number else { return Ok(None) };
    let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
    let Some(holder) = ticket.technician_id else { return Ok(None) };
    let Some(holder) = people::person(turn.act.tx, holder).await? else { return Ok(None) };
    let known = Candidate { id: holder.id, label: holder.name.clone(), name: holder.name };
    Ok(match named::fitting(std::slice::from_ref(&known), name).as_slice() {
        [] => None,
        _ if known.id == turn.actor.id => Some(Refusal::AlreadyYours(number)),
        _ => Some(Refusal::AlreadyTaken { number, technician: known.name }),
    })
}
