//! `/solucionar N texto` · `/solve N text`: the solution, with the fields that the procedure
//! records with it. A solution by a group that answers another group is taken as that answer
//! (`answer`).

use async_trait::async_trait;

use super::{Ask, Confirmation, Form, Operation, Outcome, particulars};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        question::Options,
        turn::Turn,
    },
    domain::{id::TicketNumber, permission::decide, refusal::Refusal, verb::Verb},
    entity::ticket,
    service::{
        Result,
        ticket::{find, solve},
    },
};

pub const COMMAND: Command = Command {
    spanish: "solucionar",
    english: "solve",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Solve),
};

#[derive(Debug)]
pub struct Solve;

#[async_trait]
impl Operation for Solve {
    fn name(&self) -> &'static str {
        "solve"
    }

    fn verb(&self) -> Verb {
        Verb::Solve
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text, Ask::Fields, Ask::Files]
    }

    async fn offer(
        &self,
        turn: &Turn<'_>,
        _form: &Form,
        ticket: &ticket::Model,
        options: &mut Options,
    ) -> Result<()> {
        options.recorded = Box::pin(particulars::recorded(turn, ticket, Verb::Solve)).await?;
        Ok(())
    }

    async fn meant(&self, turn: &Turn<'_>, form: Form) -> Result<Form> {
        let Some(number) = form.number else { return Ok(form) };
        let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
        let facts = find::facts(turn.act.tx, turn.act.procedure, &ticket).await?;
        let decided = decide(&turn.act.doer, Verb::Solve, &facts);
        Ok(match (decided, super::of_verb(Verb::Answer)) {
            (Err(Refusal::AnswerGoesBack { .. }), Some(operation)) => Form { operation, ..form },
            _ => form,
        })
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let solution = particulars::solution(form.text(), form.report.answers.clone());
        Ok(Box::pin(solve::solve(&turn.act, number, solution)).await?.into())
    }

    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        let own = done.done.ticket.requester_id == done.actor;
        if own { "done-solve-own" } else { "done-solve" }.to_owned()
    }
}
