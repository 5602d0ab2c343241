//! The technician takes equipment to the workshop (N6).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb, visit::Whereabouts},
    service::{Result, ticket::equipment},
};

#[derive(Debug)]
pub struct MoveToWorkshop;

#[async_trait]
impl Operation for MoveToWorkshop {
    fn name(&self) -> &'static str {
        "move_to_workshop"
    }

    fn verb(&self) -> Verb {
        Verb::MoveToWorkshop
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
        Ok(equipment::take(&turn.act, number, Whereabouts::Workshop, form.text()).await?.into())
    }
}
