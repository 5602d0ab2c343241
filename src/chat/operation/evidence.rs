//! The technician adds a photo, or words, to the record of a visit in vain (N5). Words are kept at
//! once, and the photo is asked for again.

use async_trait::async_trait;

use super::{Ask, Form, Next, Operation, Outcome};
use crate::{
    chat::{turn::Turn, wording::Voice},
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::evidence},
};

#[derive(Debug)]
pub struct Evidence;

#[async_trait]
impl Operation for Evidence {
    fn name(&self) -> &'static str {
        "evidence"
    }

    fn verb(&self) -> Verb {
        Verb::Miss
    }

    fn key(&self) -> &'static str {
        "evidence"
    }

    fn has_button(&self) -> bool {
        false
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::Photo]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        Ok(evidence::add(&turn.act, number, form.text()).await?.into())
    }

    fn confirms(&self, files: usize) -> bool {
        files > 0
    }

    fn next(&self, voice: &Voice<'_>, form: &Form, number: TicketNumber, files: usize) -> Next {
        if form.text.is_some() && files == 0 {
            return Next::Ask(Form::of(&Evidence, Some(number)), Some(voice.text("added-to-note")));
        }
        Next::PlanVisit(number)
    }
}
