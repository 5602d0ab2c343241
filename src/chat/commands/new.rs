//! `/nuevo [categoría] texto` · `/new [category] text`: reports something; what is left out is asked
//! for. The category stands in brackets, for without them it could be the first of the words.

use crate::{
    chat::{
        catalogue::{Argument, Command},
        dialogue::new_ticket::{self, NewTicket},
        named::{self, Meant},
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

/// Its entry in the catalogue.
pub const COMMAND: Command = Command {
    spanish: "nuevo",
    english: "new",
    audience: Audience::Requester,
    argument: Argument::CategoryAndText,
    verb: None,
};

/// Starts a request.
pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let known = named::bracketed(rest).and_then(|(name, words)| {
        match named::category(turn.act.procedure, name) {
            Meant::One(key) => Some((key.to_owned(), words)),
            Meant::Several | Meant::Nothing => None,
        }
    });
    // Brackets with anything else in them belong to the words.
    let (category, words) = known.map_or((None, rest), |(key, words)| (Some(key), words));
    let new = NewTicket { category, ..NewTicket::with(words.to_owned(), vec![]) };
    new_ticket::begin(turn, new).await
}
