//! `/equipo N placa` · `/asset N tag`: notes equipment that was touched, and whether it was compared with
//! the inventory (C6).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        turn::Turn,
        wording::TypedTag,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::asset},
};

pub const COMMAND: Command = Command {
    spanish: "equipo",
    english: "asset",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::CheckAsset),
};

#[derive(Debug)]
pub struct CheckAsset;

#[async_trait]
impl Operation for CheckAsset {
    fn name(&self) -> &'static str {
        "check_asset"
    }

    fn verb(&self) -> Verb {
        Verb::CheckAsset
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
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
        let TypedTag { tag, verified } = turn.voice().typed_tag(form.text());
        Ok(asset::check(&turn.act, number, &tag, verified).await?.into())
    }
}
