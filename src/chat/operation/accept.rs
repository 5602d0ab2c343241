//! `/aceptar N` · `/accept N`: the technician takes the ticket.

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::hand_over},
};

pub const COMMAND: Command = Command {
    spanish: "aceptar",
    english: "accept",
    audience: Audience::Technician,
    argument: Argument::Ticket,
    verb: Some(Verb::Accept),
};

#[derive(Debug)]
pub struct Accept;

#[async_trait]
impl Operation for Accept {
    fn name(&self) -> &'static str {
        "accept"
    }

    fn verb(&self) -> Verb {
        Verb::Accept
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
        Ok(hand_over::accept(&turn.act, number).await?.into())
    }
}
