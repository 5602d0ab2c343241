//! Texts on a ticket that do not change its status: internal notes and public replies.

use super::{Done, append, prepare, suspend};
use crate::{
    domain::{event::Event, id::TicketNumber, refusal::Refusal, verb::Verb},
    service::{Act, Result},
};

/// Adds an internal note.
///
/// # Errors
/// Refuses requesters, empty notes and tickets that are over.
pub async fn note(act: &Act<'_>, number: TicketNumber, text: &str) -> Result<Done> {
    write(act, number, Verb::Note, text).await
}

/// Adds a public reply, from the requester to the staff or from the staff to the requester.
///
/// # Errors
/// Refuses empty replies and tickets that are over.
pub async fn reply(act: &Act<'_>, number: TicketNumber, text: &str) -> Result<Done> {
    write(act, number, Verb::Reply, text).await
}

async fn write(act: &Act<'_>, number: TicketNumber, verb: Verb, text: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, verb).await?;
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::TextMissing(verb).into());
    }
    let event = match verb {
        Verb::Note => Event::Noted { text },
        _ => Event::Replied { text },
    };
    append(act, &subject.ticket, &event).await?;
    if verb == Verb::Reply
        && let Some(mut resumed) = suspend::answered(act, &subject).await?
    {
        resumed.events.insert(0, event);
        return Ok(resumed);
    }
    Ok(Done { ticket: subject.ticket, events: vec![event] })
}
