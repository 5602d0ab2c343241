//! `/equipo N placa [verificado]` · `/asset N tag [verified]`: notes the equipment that was touched on
//! a ticket, by tag or serial number, and whether it was held against the inventory (V11). Several may
//! be noted, one at a time.

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
    spanish: "equipo",
    english: "asset",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::CheckAsset),
};

/// Notes the equipment, asking for what is missing. A mere number is a tag where the ticket is known.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let (number, words) = ticket_and_words(turn, rest).await?;
    let text = words.map(str::to_owned);
    form::begin(turn, Form { text, ..Form::of(FormVerb::CheckAsset, number) }).await
}
