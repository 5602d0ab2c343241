//! `/nuevo [categoría] texto` · `/new [category] text`: starts a request and asks for what is left
//! out. The category stands in brackets, because without them it could be the first of the words.

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

pub const COMMAND: Command = Command {
    spanish: "nuevo",
    english: "new",
    audience: Audience::Requester,
    argument: Argument::CategoryAndText,
    verb: None,
};

pub async fn run(turn: &Turn<'_>, rest: &str) -> Result<()> {
    let known = named::bracketed(rest).and_then(|(name, words)| {
        match named::category(turn.act.procedure, name) {
            Meant::One(key) => Some((key.to_owned(), words)),
            Meant::Several | Meant::Nothing => None,
        }
    });
    // Brackets that hold no category's name belong to the words.
    let (category, words) = known.map_or((None, rest), |(key, words)| (Some(key), words));
    let new = NewTicket { category, ..NewTicket::with(words.to_owned(), vec![]) };
    new_ticket::begin(turn, new).await
}
