//! `/retirar N` · `/withdraw N`: the requester takes the request back, after one more question.

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::close},
};

pub const COMMAND: Command = Command {
    spanish: "retirar",
    english: "withdraw",
    audience: Audience::Requester,
    argument: Argument::Ticket,
    verb: Some(Verb::Withdraw),
};

#[derive(Debug)]
pub struct Withdraw;

#[async_trait]
impl Operation for Withdraw {
    fn name(&self) -> &'static str {
        "withdraw"
    }

    fn verb(&self) -> Verb {
        Verb::Withdraw
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Confirmation]
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        vec![Choice::new(voice.text("button-yes-withdraw"), super::form::YES)]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        Ok(close::withdraw(&turn.act, number).await?.into())
    }
}
