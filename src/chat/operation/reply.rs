//! `/responder N texto` · `/reply N text`: the requester writes to the staff, or a staff member to
//! the requester.

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::follow_up},
};

pub const COMMAND: Command = Command {
    spanish: "responder",
    english: "reply",
    audience: Audience::Requester,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Reply),
};

#[derive(Debug)]
pub struct Reply;

#[async_trait]
impl Operation for Reply {
    fn name(&self) -> &'static str {
        "reply"
    }

    fn verb(&self) -> Verb {
        Verb::Reply
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text, Ask::Files]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(follow_up::reply(&turn.act, number, form.text()).await?.into())
    }
}
