//! The requester says what is still wrong with a solution, which reopens the ticket.

use async_trait::async_trait;

use super::{Ask, Confirmation, Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::solve},
};

#[derive(Debug)]
pub struct Reject;

#[async_trait]
impl Operation for Reject {
    fn name(&self) -> &'static str {
        "reject"
    }

    fn verb(&self) -> Verb {
        Verb::Reject
    }

    fn has_button(&self) -> bool {
        false
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
        Ok(solve::reject(&turn.act, number, form.round, form.text()).await?.into())
    }

    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        let key = if done.technician.is_some() { "done-reject" } else { "done-reject-group" };
        key.to_owned()
    }
}
