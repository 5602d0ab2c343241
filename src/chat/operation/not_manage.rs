//! `/nogestionar N motivo` · `/notmanaged N reason`: the ticket ends without work on it, with a
//! reason that the requester reads (V1, C3).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome, reasons};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        outgoing::Audience,
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::not_manage},
};

pub const COMMAND: Command = Command {
    spanish: "nogestionar",
    english: "notmanaged",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::NotManage),
};

/// The choice among the reasons that the ticket belongs to another procedure.
const ELSEWHERE: &str = "=route";

#[derive(Debug)]
pub struct NotManage;

#[async_trait]
impl Operation for NotManage {
    fn name(&self) -> &'static str {
        "not_manage"
    }

    fn verb(&self) -> Verb {
        Verb::NotManage
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::ChoiceOrWords]
    }

    async fn read(
        &self,
        _turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        // The technician's own words need no listed reason.
        let choice = words.map(|_| String::new());
        let text = words.map(str::to_owned);
        Ok((Form { choice, text, ..form }, None))
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        let elsewhere = (!voice.procedure.routes.is_empty())
            .then(|| Choice::new(voice.text("button-elsewhere"), ELSEWHERE));
        let listed = reasons::listed(voice, &voice.procedure.not_managed_reasons);
        listed.into_iter().chain(elsewhere).collect()
    }

    fn turns_into(&self, choice: &str) -> Option<&'static dyn Operation> {
        super::of_verb(Verb::Route).filter(|_| choice == ELSEWHERE)
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let reason = reasons::meant(form.choice(), form.text());
        Ok(not_manage::not_manage(&turn.act, number, reason).await?.into())
    }
}
