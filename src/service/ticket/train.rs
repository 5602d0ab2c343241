//! Records what the requester was trained in with the solution (C7). The status does not change.

use sea_orm::ConnectionTrait;

use super::{Done, append, find, prepare};
use crate::{
    domain::{
        event::Event,
        id::{TicketId, TicketNumber},
        refusal::Refusal,
        verb::Verb,
    },
    service::{Act, Result},
};

/// Whether a training was recorded on a ticket.
pub async fn is_recorded(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<bool> {
    let history = find::history(conn, ticket).await?;
    Ok(history.iter().any(|entry| matches!(entry.event, Event::TrainingRecorded { .. })))
}

/// Records a training.
///
/// # Errors
/// Refuses a person who does not work on the ticket, a ticket without a technician or one that is
/// over, and an empty text.
pub async fn train(act: &Act<'_>, number: TicketNumber, text: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Train).await?;
    let text = text.trim().to_owned();
    if text.is_empty() {
        return Err(Refusal::TextMissing(Verb::Train).into());
    }
    let event = Event::TrainingRecorded { text };
    append(act, &subject.ticket, &event).await?;
    Ok(Done { ticket: subject.ticket, events: vec![event] })
}
