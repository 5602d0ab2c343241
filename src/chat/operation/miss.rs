//! The technician visited in vain (N5). The absence counts at once. A photo may be added
//! afterwards, and the next visit is planned.

use async_trait::async_trait;

use super::{Ask, Form, Next, Operation, Outcome};
use crate::{
    chat::{turn::Turn, wording::Voice},
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::visit},
};

#[derive(Debug)]
pub struct Miss;

#[async_trait]
impl Operation for Miss {
    fn name(&self) -> &'static str {
        "miss"
    }

    fn verb(&self) -> Verb {
        Verb::Miss
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
        Ok(visit::miss(&turn.act, number, form.text()).await?.into())
    }

    fn next(&self, _voice: &Voice<'_>, _form: &Form, number: TicketNumber, files: usize) -> Next {
        match files {
            0 => Next::Ask(Form::of(&super::evidence::Evidence, Some(number)), None),
            _ => Next::PlanVisit(number),
        }
    }
}
