//! `/personas` · `/people`: the people of the desk, its invitations and its linked chats, with the
//! buttons that change them.

use crate::{
    chat::{
        button::Step,
        catalogue::{Argument, Command},
        outgoing::Audience,
        roster,
        turn::Turn,
    },
    domain::id::PersonId,
    service::Result,
};

pub const COMMAND: Command = Command {
    spanish: "personas",
    english: "people",
    audience: Audience::Administrator,
    argument: Argument::Nothing,
    verb: None,
};

pub async fn run(turn: &Turn<'_>) -> Result<()> {
    roster::press(turn, Step::People(PersonId(0))).await
}
