//! `/miscasos` · `/mytickets`: the tickets that the person requested, the newest first.

use crate::{
    chat::{
        button::List,
        catalogue::{Argument, Command},
        commands::queue,
        outgoing::Audience,
        turn::Turn,
    },
    service::Result,
};

pub const COMMAND: Command = Command {
    spanish: "miscasos",
    english: "mytickets",
    audience: Audience::Requester,
    argument: Argument::Nothing,
    verb: None,
};

pub async fn run(turn: &Turn<'_>) -> Result<()> {
    queue::page(turn, List::Mine, None).await
}
