//! What is written in a ticket's thread: the desk keeps it as a note and answers nothing, so that
//! people talk there as they always did. Whoever may not write notes is told so. Deliberately
//! absent: commands, which are the same everywhere, and strangers, who are let in nowhere.

use crate::{
    chat::{
        dialogue::offer::reference, incoming::Attachment, notify, turn::Turn,
    },
    entity::thread,
    service::{
        Result,
        ticket::{attachment, find, follow_up},
    },
};

/// Keeps words as a note.
pub(super) async fn hear(turn: &Turn<'_>, thread: &thread::Model, text: &str) -> Result<()> {
    let ticket = find::by_id(turn.act.tx, thread.ticket_id).await?;
    let done = follow_up::note(&turn.act, ticket.number, text).await?;
    notify::tell(&turn.act, &done).await
}

/// Keeps where something is that is not text.
pub(super) async fn hear_attachment(
    turn: &Turn<'_>,
    thread: &thread::Model,
    kept: &Attachment,
) -> Result<()> {
    let ticket = find::by_id(turn.act.tx, thread.ticket_id).await?;
    let kept = reference(kept.clone());
    let done = attachment::attach_internally(&turn.act, ticket.number, kept).await?;
    notify::tell(&turn.act, &done).await
}
