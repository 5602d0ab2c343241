//! What is not text: the desk keeps the platform's reference on the ticket. Deliberately absent:
//! fetching and storing the file itself.

use super::{Done, append, prepare};
use crate::{
    domain::{event::Event, id::TicketNumber, verb::Verb},
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
}

/// Keeps a reference on a ticket.
///
/// # Errors
/// Refuses whoever may not write on the ticket, and tickets that are over.
pub async fn attach(act: &Act<'_>, number: TicketNumber, new: NewAttachment) -> Result<Done> {
    keep(act, number, Verb::Reply, new).await
}

/// Keeps a reference on a ticket that is the desk's own affair, as a note is.
///
/// # Errors
/// Refuses whoever may not write notes, and tickets that are over.
pub async fn attach_internally(
    act: &Act<'_>,
    number: TicketNumber,
    new: NewAttachment,
) -> Result<Done> {
    keep(act, number, Verb::Note, new).await
}

async fn keep(act: &Act<'_>, number: TicketNumber, verb: Verb, new: NewAttachment) -> Result<Done> {
    let (subject, _) = prepare(act, number, verb).await?;
    let event = Event::AttachmentReferenced {
        attachment: new.kind,
        reference: new.reference,
        name: new.name,
        caption: new.caption,
        internal: verb == Verb::Note,
    };
    append(act, &subject.ticket, &event).await?;
    Ok(Done { ticket: subject.ticket, events: vec![event] })
}
