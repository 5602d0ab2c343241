//! The approving group approves a request, which opens the case that comes next (V8).

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::approve},
};

#[derive(Debug)]
pub struct Approve;

#[async_trait]
impl Operation for Approve {
    fn name(&self) -> &'static str {
        "approve"
    }

    fn verb(&self) -> Verb {
        Verb::Approve
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        let (done, next) = Box::pin(approve::approve(&turn.act, number)).await?;
        Ok(Outcome::changed(done, Some(next)))
    }
}
