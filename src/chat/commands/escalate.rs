//! `/escalar N [grupo] texto` · `/escalate N [group] text`: passes a ticket to another group with a
//! justification (U6). What is left out is asked for. The group stands in brackets, unless nothing
//! comes behind it.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named::{self, Meant},
        outgoing::Audience,
        refusal,
        turn::Turn,
    },
    domain::refusal::Refusal,
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "escalar",
    english: "escalate",
    audience: Audience::Technician,
    argument: Argument::TicketGroupAndText,
};

/// Passes the ticket on, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let (words, procedure) = (words.unwrap_or_default(), turn.act.procedure);
    let (name, text) = match named::bracketed(words) {
        Some((name, text)) => (Some(name), text),
        None if named::is_group(procedure, words) => (Some(words), ""),
        None => (None, words),
    };
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let form = Form { text: some(text), ..Form::of(FormVerb::Escalate, number) };
    let Some(name) = name else { return form::begin(turn, form).await };
    match named::group(procedure, name) {
        Meant::One(group) => form::begin(turn, Form { choice: some(group), ..form }).await,
        Meant::Several => form::begin(turn, form).await,
        Meant::Nothing => {
            let why = refusal::word(&turn.voice(), &Refusal::UnknownGroup(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
    }
}
