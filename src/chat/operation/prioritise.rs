//! `/prioridad N prioridad` · `/priority N priority`: changes the ticket's priority, and with it
//! the promised times.

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        named::{self, Meant},
        outgoing::Audience,
        question::{Choice, Options},
        refusal,
        turn::Turn,
        wording::Voice,
    },
    domain::{id::TicketNumber, priority::Priority, refusal::Refusal, verb::Verb},
    service::{Result, ticket::triage},
};

pub const COMMAND: Command = Command {
    spanish: "prioridad",
    english: "priority",
    audience: Audience::Technician,
    argument: Argument::TicketAndPriority,
    verb: Some(Verb::Prioritise),
};

#[derive(Debug)]
pub struct Prioritise;

#[async_trait]
impl Operation for Prioritise {
    fn name(&self) -> &'static str {
        "prioritise"
    }

    fn verb(&self) -> Verb {
        Verb::Prioritise
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice]
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let Some(name) = words else { return Ok((form, None)) };
        Ok(match named::priority(name) {
            Meant::One(priority) => {
                (Form { choice: Some(priority.as_str().to_owned()), ..form }, None)
            }
            Meant::Several => (form, None),
            Meant::Nothing => {
                let unknown = Refusal::UnknownPriority(name.to_owned());
                (form, Some(refusal::text(&turn.voice(), &unknown)))
            }
        })
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        let all = Priority::ALL.into_iter();
        all.map(|one| Choice::new(voice.priority(one), one.as_str())).collect()
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let priority = Priority::ALL.into_iter().find(|one| one.as_str() == form.choice());
        let priority =
            priority.ok_or_else(|| Refusal::UnknownPriority(form.choice().to_owned()))?;
        Ok(triage::prioritise(&turn.act, number, priority).await?.into())
    }
}
