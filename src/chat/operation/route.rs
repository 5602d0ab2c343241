//! The ticket belongs to another procedure, and its requester is sent there (C2). This is chosen
//! among the reasons for not working on a ticket ([`super::not_manage`]).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::route},
};

#[derive(Debug)]
pub struct Route;

#[async_trait]
impl Operation for Route {
    fn name(&self) -> &'static str {
        "route"
    }

    fn verb(&self) -> Verb {
        Verb::Route
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice]
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        let routes = voice.procedure.routes.iter();
        routes.map(|one| Choice::new(one.name.get(voice.locale), one.key.clone())).collect()
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(route::route(&turn.act, number, form.choice()).await?.into())
    }
}
