//! `/proveedor N motivo` · `/vendor N reason`: the ticket waits for a vendor, with a related case for the
//! vendor where the procedure opens one (V6).

use async_trait::async_trait;

use super::{Ask, Confirmation, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
    },
    domain::{id::TicketNumber, procedure::Procedure, verb::Verb},
    service::{Result, ticket::child},
};

pub const COMMAND: Command = Command {
    spanish: "proveedor",
    english: "vendor",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::PassToVendor),
};

#[derive(Debug)]
pub struct PassToVendor;

#[async_trait]
impl Operation for PassToVendor {
    fn name(&self) -> &'static str {
        "pass_to_vendor"
    }

    fn verb(&self) -> Verb {
        Verb::PassToVendor
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Text]
    }

    fn key_in(&self, procedure: &Procedure) -> &'static str {
        match &procedure.vendor_procedure {
            Some(_) => "vendor-procedure",
            None => self.key(),
        }
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let (done, related) = child::pass_to_vendor(&turn.act, number, form.text()).await?;
        Ok(Outcome::changed(done, related))
    }

    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        match done.related {
            Some(_) => "done-vendor-child".to_owned(),
            None => format!("done-{}", self.key_in(done.voice.procedure)),
        }
    }
}
