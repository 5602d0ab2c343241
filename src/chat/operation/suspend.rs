//! `/suspender N motivo` · `/suspend N reason`: the ticket waits, with a reason that the requester
//! reads. Some reasons also ask the requester a question (V4).

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome, reasons};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        named,
        outgoing::Audience,
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::suspend},
};

pub const COMMAND: Command = Command {
    spanish: "suspender",
    english: "suspend",
    audience: Audience::Technician,
    argument: Argument::TicketAndText,
    verb: Some(Verb::Suspend),
};

/// The prefix of a reason that asks the requester a question.
const ASKS: &str = "?";

#[derive(Debug)]
pub struct Suspend;

#[async_trait]
impl Operation for Suspend {
    fn name(&self) -> &'static str {
        "suspend"
    }

    fn verb(&self) -> Verb {
        Verb::Suspend
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::ChoiceOrWords]
    }

    fn asks_text(&self, choice: Option<&str>) -> bool {
        choice.is_some_and(|choice| choice.starts_with(ASKS))
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let Some(words) = words else { return Ok((form, None)) };
        let listed = named::suspend_reason(turn.act.procedure, words);
        let (choice, text) = match listed {
            Some(key) => (value(key, turn.act.procedure.answer_resumes(key)), None),
            // The technician's own words need no listed reason.
            None => (String::new(), Some(words.to_owned())),
        };
        Ok((Form { choice: Some(choice), text, ..form }, None))
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        let mut choices = reasons::listed(voice, &voice.procedure.suspend_reasons);
        for choice in &mut choices {
            choice.value = value(&choice.value, voice.procedure.answer_resumes(&choice.value));
        }
        choices
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(match form.choice().strip_prefix(ASKS) {
            Some(reason) => suspend::ask(&turn.act, number, reason, form.text()).await?,
            None => {
                let reason = reasons::meant(form.choice(), form.text());
                suspend::suspend(&turn.act, number, reason).await?
            }
        }
        .into())
    }
}

/// The value of a reason's button.
fn value(key: &str, asks: bool) -> String {
    if asks { format!("{ASKS}{key}") } else { key.to_owned() }
}
