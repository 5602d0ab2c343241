//! The dialogue of an operation: begins it, and follows what it says is asked next. Deliberately absent: what
//! an operation asks and does ([`crate::chat::operation`]).

use super::{Dialogue, visit};
use crate::{
    chat::{
        Doing,
        operation::{self, Form, Next},
        turn::Turn,
    },
    service::Result,
};

/// Does what the form says, asking first what it lacks.
pub fn begin<'a>(turn: &'a Turn<'_>, form: Form) -> Doing<'a> {
    begin_because(turn, form, None)
}

/// The same, with a word on why something is asked that was given.
pub fn begin_because<'a>(turn: &'a Turn<'_>, form: Form, why: Option<String>) -> Doing<'a> {
    Box::pin(async move {
        match operation::begin(turn, form).await? {
            Next::Ask(form, None) => ask_because(turn, form, why).await,
            next => follow(turn, next).await,
        }
    })
}

/// Asks what the form is about, whatever it lacks.
pub async fn ask(turn: &Turn<'_>, form: Form) -> Result<()> {
    ask_because(turn, form, None).await
}

async fn ask_because(turn: &Turn<'_>, form: Form, why: Option<String>) -> Result<()> {
    super::begin_because(turn, Dialogue::Form(form), why).await
}

/// Carries out a form that is complete.
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
