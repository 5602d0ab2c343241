//! The requester comments on the service after rating it. The rating stands without a comment.

use async_trait::async_trait;

use super::{Ask, Form, Operation, Outcome};
use crate::{
    chat::turn::Turn,
    domain::{id::TicketNumber, verb::Verb},
    service::{Result, ticket::survey},
};

#[derive(Debug)]
pub struct Comment;

#[async_trait]
impl Operation for Comment {
    fn name(&self) -> &'static str {
        "comment"
    }

    fn verb(&self) -> Verb {
        Verb::View
    }

    fn key(&self) -> &'static str {
        "comment"
    }

    fn has_button(&self) -> bool {
        false
    }

    fn asks(&self) -> &'static [Ask] {
        &[Ask::OptionalText]
    }

    async fn carry_out(
        &self,
        turn: &Turn<'_>,
        number: TicketNumber,
        form: &Form,
    ) -> Result<Outcome> {
        if form.text().trim().is_empty() {
            skip(turn, number).await?;
            return Ok(Outcome::Answered);
        }
        Ok(survey::comment(&turn.act, number, form.round, form.text()).await?.into())
    }
}

/// Ends a survey without a comment.
///
/// # Errors
/// When the database fails.
pub async fn skip(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    turn.tell("done-comment-skipped", &[("number", number.to_string().into())]).await
}
