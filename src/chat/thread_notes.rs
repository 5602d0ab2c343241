//! Messages in a ticket's thread: the desk keeps each as an internal note and does not answer, so
//! that staff can talk there freely. A writer without the right to add notes is told so.
//! Deliberately absent: commands, which work in a thread as everywhere, and accounts without
//! access, which are refused before.

use crate::{
    chat::{attached::reference, incoming::Attachment, notify, turn::Turn},
    domain::{refusal::Refusal, verb::Verb},
    entity::{thread, ticket},
    service::{
        Result,
        ticket::{
            attachment::{self, NewAttachment},
            find, follow_up,
        },
    },
};

/// Keeps a message as a note.
pub(super) async fn keep(turn: &Turn<'_>, thread: &thread::Model, text: &str) -> Result<()> {
    let ticket = ticket(turn, thread).await?;
    let longest = turn.act.procedure.limits.message;
    if text.chars().count() > longest {
        return Err(Refusal::TextTooLong { longest }.into());
    }
    let done = follow_up::note(&turn.act, ticket.number, text).await?;
    notify::tell(&turn.act, &done).await
}

/// Keeps a file, place or contact as an internal reference.
pub(super) async fn keep_attachment(
    turn: &Turn<'_>,
    thread: &thread::Model,
    kept: &Attachment,
) -> Result<()> {
    let ticket = ticket(turn, thread).await?;
    let kept = NewAttachment { internal: true, ..reference(kept.clone()) };
    let done = attachment::attach(&turn.act, ticket.number, kept).await?;
    notify::tell(&turn.act, &done).await
}

/// The ticket of the thread. A member of the thread who is not staff knows that the ticket exists,
/// so the refusal names the missing role instead of an unknown ticket.
async fn ticket(turn: &Turn<'_>, thread: &thread::Model) -> Result<ticket::Model> {
    if !turn.is_staff() {
        return Err(Refusal::NotYourRole(Verb::Note).into());
    }
    find::by_id(turn.act.tx, thread.ticket_id).await
}
