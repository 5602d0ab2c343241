//! Carries out an operation whose form is complete: calls the service, keeps the files that came
//! with the words, confirms the operation to the person, and notifies the recipients of the change.
//! Deliberately absent: asking.

use super::{Ask, Changed, Form, Next, Outcome, check::check, confirm, offers::offers};
use crate::{
    chat::{attached, notify, turn::Turn},
    service::{
        Result,
        ticket::attachment::{self, NewAttachment},
    },
};

/// Carries out a complete form. Returns what is asked next: fields that the ticket turned out to
/// need, or the question that follows the operation.
///
/// # Errors
/// What the service refuses.
pub async fn carry_out(turn: &Turn<'_>, form: Form) -> Result<Next> {
    let form = form.operation.meant(turn, form).await?;
    if form.operation.asks().contains(&Ask::Fields) && asks_more(turn, &form).await? {
        Box::pin(check(turn, &form)).await?;
        return Ok(Next::Ask(form, None));
    }
    let Some(number) = form.number else { return Ok(Next::Nothing) };
    let operation = form.operation;
    let has_room = form.attachments.is_empty()
        || attachment::has_room(&turn.act, number, form.attachments.len()).await?;
    let Changed { mut done, related } = match operation.carry_out(turn, number, &form).await? {
        Outcome::Answered => return Ok(Next::Nothing),
        Outcome::Changed(changed) => *changed,
    };
    // A ticket without room for the files still takes the words.
    let attachments = if has_room { form.attachments.as_slice() } else { &[] };
    for kept in attachments {
        let internal = operation.asks().contains(&Ask::InternalFiles);
        let kept = NewAttachment { internal, ..attached::reference(kept.clone()) };
        match related.as_ref().filter(|_| operation.files_belong_to_related()) {
            Some(related) => {
                attachment::keep(&turn.act, &related.ticket, kept).await?;
            }
            None => {
                let kept = attachment::keep(&turn.act, &done.ticket, kept).await?;
                done.events.extend(kept.events);
            }
        }
    }
    let files = attachments.len();
    if operation.confirms(files) {
        confirm::confirm(turn, operation, &done, related.as_ref(), files).await?;
    }
    Box::pin(notify::tell(&turn.act, &done)).await?;
    if let Some(related) = &related {
        Box::pin(notify::tell(&turn.act, related)).await?;
    }
    if !has_room {
        turn.refuse(&attachment::no_room(&turn.act)).await?;
    }
    Ok(operation.next(&turn.voice(), &form, number, files))
}

/// Whether fields that the ticket records with its solution, or that its new category asks for, are
/// still unanswered.
async fn asks_more(turn: &Turn<'_>, form: &Form) -> Result<bool> {
    let options = Box::pin(offers(turn, form)).await?;
    Ok(!form.is_complete_without(&turn.voice(), &options))
}
