//! `/nota N texto` · `/note N text`: a note that the staff reads.

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
    spanish: "nota",
    english: "note",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Note),
};

#[derive(Debug)]
pub struct Note;

#[async_trait]
impl Operation for Note {
    fn name(&self) -> &'static str {
        "note"
    }

    fn verb(&self) -> Verb {
        Verb::Note
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text, Ask::InternalFiles]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(follow_up::note(&turn.act, number, form.text()).await?.into())
    }
}
