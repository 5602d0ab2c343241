//! What is not text: the desk keeps the platform's reference on the ticket. Deliberately absent:
//! fetching and storing the file itself.

use super::{Done, append, prepare, suspend};
use crate::{
    domain::{event::Event, id::TicketNumber, verb::Verb},
    entity::ticket,
    service::{Act, Result},
};

/// Where something that is not text can be found again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// What it is, by its stable name.
    pub kind: String,
    /// The platform's reference.
    pub reference: String,
    /// Its file name.
    pub name: Option<String>,
    /// What was written with it.
    pub caption: String,
    /// Whether it belongs to an internal note.
    pub internal: bool,
}

/// Keeps a reference on a ticket.
///
/// # Errors
/// Refuses whoever may not write on the ticket, and tickets that are over.
pub async fn attach(act: &Act<'_>, number: TicketNumber, new: NewAttachment) -> Result<Done> {
    let verb = if new.internal { Verb::Note } else { Verb::Reply };
    let (subject, _) = prepare(act, number, verb).await?;
    let mut kept = keep(act, &subject.ticket, new).await?;
    if verb == Verb::Reply
        && let Some(resumed) = suspend::answered(act, &subject).await?
    {
        kept.events.extend(resumed.events);
        kept.ticket = resumed.ticket;
    }
    Ok(kept)
}

/// Keeps a reference on a ticket as a part of what is done to it anyway: of registering it, or of
/// answering. Whoever may do that may do this.
pub async fn keep(act: &Act<'_>, ticket: &ticket::Model, new: NewAttachment) -> Result<Done> {
    let event = Event::AttachmentReferenced {
        attachment: new.kind,
        reference: new.reference,
        name: new.name,
        caption: new.caption,
        internal: new.internal,
    };
    append(act, ticket, &event).await?;
    Ok(Done { ticket: ticket.clone(), events: vec![event] })
}
