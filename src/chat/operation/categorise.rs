//! `/categoria N [categoría]` · `/category N [category]`: moves the ticket to another category and
//! asks that category's questions.

use async_trait::async_trait;

use super::{Ask, Confirmation, Form, Operation, Outcome, particulars};
use crate::{
    chat::{
        catalogue::{Argument, Command},
        named::{self, Meant},
        outgoing::Audience,
        question::{Choice, Options},
        turn::Turn,
        wording::Voice,
    },
    domain::{event::Event, id::TicketNumber, verb::Verb},
    entity::ticket,
    service::{Result, ticket::categorise},
};

pub const COMMAND: Command = Command {
    spanish: "categoria",
    english: "category",
    audience: Audience::Technician,
    argument: Argument::TicketAndCategory,
    verb: Some(Verb::Categorise),
};

#[derive(Debug)]
pub struct Categorise;

#[async_trait]
impl Operation for Categorise {
    fn name(&self) -> &'static str {
        "categorise"
    }

    fn verb(&self) -> Verb {
        Verb::Categorise
    }

    fn command(&self) -> Option<&'static Command> {
        Some(&COMMAND)
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Choice, Ask::Fields]
    }

    async fn read(
        &self,
        turn: &Turn<'_>,
        form: Form,
        words: Option<&str>,
    ) -> Result<(Form, Option<String>)> {
        let Some(words) = words else { return Ok((form, None)) };
        let name = named::bracketed(words).map_or(words, |(name, _)| name);
        Ok(match named::category(turn.act.procedure, name) {
            Meant::One(key) => (Form { choice: Some(key.to_owned()), ..form }, None),
            Meant::Several => (form, None),
            Meant::Nothing => {
                (form, Some(turn.voice().say("choose-category", &[("name", name.into())])))
            }
        })
    }

    async fn offer(
        &self,
        turn: &Turn<'_>,
        form: &Form,
        ticket: &ticket::Model,
        options: &mut Options,
    ) -> Result<()> {
        options.recorded = Box::pin(particulars::asked(turn, form, ticket)).await?;
        Ok(())
    }

    fn choices(&self, _form: &Form, voice: &Voice<'_>, _options: &Options) -> Vec<Choice> {
        let all = voice.procedure.categories.iter();
        all.map(|one| Choice::new(one.name.get(voice.locale), one.key.clone())).collect()
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        let particulars = particulars::split(form.report.answers.clone());
        let categorised = categorise::categorise(&turn.act, number, form.choice(), particulars);
        Ok(Box::pin(categorised).await?.into())
    }

    fn confirmation(&self, done: &Confirmation<'_>) -> String {
        let moved = done
            .done
            .events
            .iter()
            .any(|event| matches!(event, Event::Recategorised { group: Some(_), .. }));
        match done.route() {
            Some(_) => "done-route",
            None if moved => "done-category-moved",
            None => "done-category",
        }
        .to_owned()
    }
}
