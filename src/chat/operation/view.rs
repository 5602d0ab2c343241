//! `/caso N` · `/ticket N`: shows the ticket.

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
        view,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::find},
};

pub const COMMAND: Command = Command {
    spanish: "caso",
    english: "ticket",
    audience: Audience::Requester,
    argument: Argument::Ticket,
    verb: Some(Verb::View),
};

#[derive(Debug)]
pub struct View;

#[async_trait]
impl Operation for View {
    fn name(&self) -> &'static str {
        "view"
    }

    fn verb(&self) -> Verb {
        Verb::View
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
        view::card::show(turn, &ticket).await?;
        Ok(Outcome::Answered)
    }
}
