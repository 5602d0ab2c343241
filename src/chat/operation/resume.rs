//! `/reanudar N` · `/resume N`: resumes work on a ticket that waited.

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::suspend},
};

pub const COMMAND: Command = Command {
    spanish: "reanudar",
    english: "resume",
    audience: Audience::Technician,
    argument: Argument::Ticket,
    verb: Some(Verb::Resume),
};

#[derive(Debug)]
pub struct Resume;

#[async_trait]
impl Operation for Resume {
    fn name(&self) -> &'static str {
        "resume"
    }

    fn verb(&self) -> Verb {
        Verb::Resume
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
        Ok(suspend::resume(&turn.act, number).await?.into())
    }
}
