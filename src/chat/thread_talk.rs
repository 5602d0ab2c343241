//! What is written in a ticket's thread: the desk keeps it as a note and answers nothing, so that
//! people talk there as they always did. Whoever may not write notes is told so. Deliberately
//! absent: commands, which are the same everywhere, and strangers, who are let in nowhere.

use crate::{
    chat::{dialogue::offer::reference, incoming::Attachment, notify, turn::Turn},
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

/// Keeps words as a note.
pub(super) async fn hear(turn: &Turn<'_>, thread: &thread::Model, text: &str) -> Result<()> {
    let ticket = ticket(turn, thread).await?;
    let longest = turn.act.procedure.limits.message;
    if text.chars().count() > longest {
        return Err(Refusal::TextTooLong { longest }.into());
    }
    let done = follow_up::note(&turn.act, ticket.number, text).await?;
    notify::tell(&turn.act, &done).await
}

/// Keeps where something is that is not text.
pub(super) async fn hear_attachment(
    turn: &Turn<'_>,
    thread: &thread::Model,
    kept: &Attachment,
) -> Result<()> {
    let ticket = ticket(turn, thread).await?;
    let kept = NewAttachment { internal: true, ..reference(kept.clone()) };
    let done = attachment::attach(&turn.act, ticket.number, kept).await?;
    notify::tell(&turn.act, &done).await
}

/// The ticket that is talked about. Somebody who was brought in without being of the desk knows that
/// there is one, so they are told what is wrong rather than that there is none.
async fn ticket(turn: &Turn<'_>, thread: &thread::Model) -> Result<ticket::Model> {
    if !turn.is_staff() {
        return Err(Refusal::NotYourRole(Verb::Note).into());
    }
    find::by_id(turn.act.tx, thread.ticket_id).await
}
