//! `/subcaso N [categoría o grupo] texto` · `/child N [category or group] text`: opens a related case
//! for another group, for the same requester at the same place (V6). What is left out is asked for.

use crate::{
    chat::{
        commands::{Argument, Command, ticket_and_words},
        dialogue::{
            Options,
            form::{self, Form, FormVerb},
        },
        named::{self, Meant},
        outgoing::Audience,
        refusal,
        turn::Turn,
    },
    domain::{refusal::Refusal, verb::Verb},
    service::{Result, ticket::find},
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "subcaso",
    english: "child",
    audience: Audience::Technician,
    argument: Argument::TicketDestinationAndText,
    verb: Some(Verb::OpenChild),
};

/// Opens the related case, asking for what is missing.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let words = words.unwrap_or_default();
    let (name, text) = match named::bracketed(words) {
        Some((name, text)) => (Some(name), text),
        None => (None, words),
    };
    let text = Some(text.to_owned()).filter(|text| !text.is_empty());
    let form = Form { text, ..Form::of(FormVerb::OpenChild, number) };
    let Some(name) = name else { return form::begin(turn, form).await };
    let group = match number {
        Some(number) => Some(find::one(turn.act.tx, turn.reader(), number).await?.group_key),
        None => None,
    };
    let options = Options { group, ..Options::default() };
    let choices = form::destinations(&turn.voice(), &options);
    match named::choice(&choices, name) {
        Meant::One(choice) => form::begin(turn, Form { choice: Some(choice), ..form }).await,
        Meant::Several => form::begin(turn, form).await,
        Meant::Nothing => {
            let why = refusal::text(&turn.voice(), &Refusal::UnknownDestination(name.to_owned()));
            form::begin_because(turn, form, Some(why)).await
        }
    }
}
