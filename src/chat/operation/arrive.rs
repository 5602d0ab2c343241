//! The technician has arrived at the requester's workplace (N5).

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::visit},
};

#[derive(Debug)]
pub struct Arrive;

#[async_trait]
impl Operation for Arrive {
    fn name(&self) -> &'static str {
        "arrive"
    }

    fn verb(&self) -> Verb {
        Verb::Arrive
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        Ok(visit::arrive(&turn.act, number).await?.into())
    }
}
