//! `/sla N`: explains the clocks of the ticket.

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        posting::About,
        turn::Turn,
        view,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::find},
};

pub const COMMAND: Command = Command {
    spanish: "sla",
    english: "sla",
    audience: Audience::Requester,
    argument: Argument::Ticket,
    verb: Some(Verb::View),
};

#[derive(Debug)]
pub struct Explain;

#[async_trait]
impl Operation for Explain {
    fn name(&self) -> &'static str {
        "explain"
    }

    fn verb(&self) -> Verb {
        Verb::View
    }

    fn key(&self) -> &'static str {
        "sla"
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn has_button(&self) -> bool {
        false
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
        let message = view::sla::message(&turn.act, &turn.voice(), &ticket).await?;
        turn.post_privately(message, About::ticket(ticket.id)).await?;
        Ok(Outcome::Answered)
    }
}
