//! The approving group does not approve a request, and says why (V8).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::approve},
};

#[derive(Debug)]
pub struct Decline;

#[async_trait]
impl Operation for Decline {
    fn name(&self) -> &'static str {
        "decline"
    }

    fn verb(&self) -> Verb {
        Verb::Decline
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
        Ok(Box::pin(approve::decline(&turn.act, number, form.text())).await?.into())
    }
}
