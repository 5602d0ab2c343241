//! The dialogue of an operation: begins the operation, and asks what it says is asked next.
//! Deliberately absent: the questions and the effect of an operation ([`crate::chat::operation`]).

use super::{Dialogue, visit};
use crate::{
    chat::{
        Doing,
        operation::{self, Form, Next},
        turn::Turn,
    },
    service::Result,
};

/// Carries the operation out, or first asks what the form lacks.
pub fn begin<'a>(turn: &'a Turn<'_>, form: Form) -> Doing<'a> {
    begin_because(turn, form, None)
}

/// Carries the operation out, or first asks what the form lacks and says why an answer that was
/// given does not count.
pub fn begin_because<'a>(turn: &'a Turn<'_>, form: Form, why: Option<String>) -> Doing<'a> {
    Box::pin(async move {
        match operation::begin(turn, form).await? {
            Next::Ask(form, None) => ask_because(turn, form, why).await,
            next => follow(turn, next).await,
        }
    })
}

/// Asks the form's next question without asking the service first whether the operation is allowed.
pub async fn ask(turn: &Turn<'_>, form: Form) -> Result<()> {
    ask_because(turn, form, None).await
}

async fn ask_because(turn: &Turn<'_>, form: Form, why: Option<String>) -> Result<()> {
    super::begin_because(turn, Dialogue::Form(form), why).await
}

/// Carries out a complete form.
pub(super) fn carry_out<'a>(turn: &'a Turn<'_>, form: Form) -> Doing<'a> {
    Box::pin(async move {
        let next = operation::carry_out(turn, form).await?;
        follow(turn, next).await
    })
}

async fn follow(turn: &Turn<'_>, next: Next) -> Result<()> {
    match next {
        Next::Nothing => Ok(()),
        Next::Ask(form, why) => ask_because(turn, form, why).await,
        Next::PlanVisit(number) => visit::begin_again(turn, number).await,
    }
}
