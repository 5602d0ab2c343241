//! `/capacitacion N tema` · `/training N topic`: records a training of the requester (C7).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::train},
};

pub const COMMAND: Command = Command {
    spanish: "capacitacion",
    english: "training",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Train),
};

#[derive(Debug)]
pub struct Train;

#[async_trait]
impl Operation for Train {
    fn name(&self) -> &'static str {
        "train"
    }

    fn verb(&self) -> Verb {
        Verb::Train
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(train::train(&turn.act, number, form.text()).await?.into())
    }
}
