//! The requester confirms that the equipment is back (N6).

use async_trait::async_trait;

use super::{Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::equipment},
};

#[derive(Debug)]
pub struct ReceiveEquipment;

#[async_trait]
impl Operation for ReceiveEquipment {
    fn name(&self) -> &'static str {
        "receive_equipment"
    }

    fn verb(&self) -> Verb {
        Verb::ReceiveEquipment
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        _form: &Form,
    ) -> Result<Outcome> {
        Ok(equipment::receive(&turn.act, number).await?.into())
    }
}
