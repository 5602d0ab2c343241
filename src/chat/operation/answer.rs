//! A group of a higher level returns its answer to the group that received the request (V3). A
//! solution by that group counts as such an answer ([`super::solve`]).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome, particulars};
use crate::{
    chat::{question::Options, turn::Turn},
    domain::{id::TicketNumber, verb::Verb},
    entity::ticket,
    service::{
        Result,
        ticket::{answer, answers::Solution},
    },
};

#[derive(Debug)]
pub struct Answer;

#[async_trait]
impl Operation for Answer {
    fn name(&self) -> &'static str {
        "answer"
    }

    fn verb(&self) -> Verb {
        Verb::Answer
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text, Ask::Fields, Ask::InternalFiles]
    }

    async fn offer(
        &self,
        turn: &Turn<'_>,
        _form: &Form,
        ticket: &ticket::Model,
        options: &mut Options,
    ) -> Result<()> {
        options.recorded = Box::pin(particulars::recorded(turn, ticket, Verb::Answer)).await?;
        Ok(())
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let answers = form.report.answers.clone();
        let answer = Solution { text: form.text().to_owned(), answers, training: None };
        Ok(Box::pin(answer::answer(&turn.act, number, answer)).await?.into())
    }
}
