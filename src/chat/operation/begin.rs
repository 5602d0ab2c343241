//! Carries an operation out, or returns the form that still lacks answers. Deliberately absent:
//! asking, which is the dialogue's.

use super::{Form, Next, carry_out::carry_out, check::check};
use crate::{
    chat::{question::Options, turn::Turn},
    domain::refusal::Refusal,
    service::Result,
};

/// Carries out a complete form; otherwise returns the form with what it lacks.
///
/// # Errors
/// What the service refuses: before the first question, if one is needed.
pub async fn begin(turn: &Turn<'_>, form: Form) -> Result<Next> {
    let form = form.operation.meant(turn, form).await?;
    match form.over(&turn.act.procedure.limits) {
        Some(Refusal::TextFull { longest }) => {
            return Err(Refusal::TextTooLong { longest }.into());
        }
        Some(other) => return Err(other.into()),
        None => {}
    }
    if form.is_complete_without(&turn.voice(), &Options::default()) {
        return Box::pin(carry_out(turn, form)).await;
    }
    Box::pin(check(turn, &form)).await?;
    Ok(Next::Ask(form, None))
}
