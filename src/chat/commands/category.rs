//! `/categoria N [categoría]` · `/category N [category]`: gives a ticket another category (N3). What is
//! left out is chosen from a list. The brackets may be left out.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::form::{self, Form, FormVerb},
        named::{self, Meant},
        outgoing::Audience,
        turn::Turn,
    },
    domain::verb::Verb,
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "categoria",
    english: "category",
    audience: Audience::Technician,
    argument: Argument::TicketAndCategory,
    verb: Some(Verb::Categorise),
};

/// Gives the category, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let form = Form::of(FormVerb::Categorise, number);
    let Some(words) = words else { return form::begin(turn, form).await };
    let name = named::bracketed(words).map_or(words, |(name, _)| name);
    match named::category(turn.act.procedure, name) {
        Meant::One(key) => form::begin(turn, Form { choice: Some(key.to_owned()), ..form }).await,
        Meant::Several => form::begin(turn, form).await,
        Meant::Nothing => {
            let why = turn.voice().say("choose-category", &[("name", name.into())]);
            form::begin_because(turn, form, Some(why)).await
        }
    }
}
