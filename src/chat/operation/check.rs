//! Whether an operation is still possible, before and while its questions are asked. The service
//! decides.

use super::Form;
use crate::{
    chat::turn::Turn,
    domain::refusal::Refusal,
    service::{Error, Result, ticket::allowed},
};

/// Refuses at once what the service would refuse after the last answer.
///
/// # Errors
/// That refusal.
pub(super) async fn check(turn: &Turn<'_>, form: &Form) -> Result<()> {
    let operation = form.operation;
    let Some(number) = form.number else {
        let there = operation.needs().is_none_or(|status| turn.act.procedure.uses(status));
        return if there { Ok(()) } else { Err(Refusal::NoSuchStep.into()) };
    };
    let ticket = Box::pin(allowed::check(&turn.act, number, operation.verb())).await?;
    match &form.choice {
        Some(choice) => operation.check_choice(choice, &ticket),
        None => Ok(()),
    }
}

/// Whether the person may still carry the operation out.
///
/// # Errors
/// When the database fails.
pub async fn still_makes_sense(turn: &Turn<'_>, form: &Form) -> Result<bool> {
    match check(turn, form).await {
        Ok(()) => Ok(true),
        Err(Error::Refused(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
