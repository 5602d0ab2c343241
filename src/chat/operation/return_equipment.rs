//! The technician brings equipment back (N6).

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::equipment},
};

#[derive(Debug)]
pub struct ReturnEquipment;

#[async_trait]
impl Operation for ReturnEquipment {
    fn name(&self) -> &'static str {
        "return_equipment"
    }

    fn verb(&self) -> Verb {
        Verb::ReturnEquipment
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        Ok(equipment::give_back(&turn.act, number).await?.into())
    }
}
