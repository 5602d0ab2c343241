//! The technician takes equipment to a vendor (N6).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb, visit::Whereabouts},
    service::{Result, ticket::equipment},
};

#[derive(Debug)]
pub struct MoveToVendor;

#[async_trait]
impl Operation for MoveToVendor {
    fn name(&self) -> &'static str {
        "move_to_vendor"
    }

    fn verb(&self) -> Verb {
        Verb::MoveToVendor
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
        Ok(equipment::take(&turn.act, number, Whereabouts::Vendor, form.text()).await?.into())
    }
}
