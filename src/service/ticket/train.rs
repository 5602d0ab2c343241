//! Recording what the requester was trained in on the solution (C7). It moves nothing: the ticket
//! goes on as it was.

use super::{Done, append, prepare};
use crate::{
    domain::{event::Event, id::TicketNumber, refusal::Refusal, verb::Verb},
    service::{Act, Result},
};

/// Records a training.
///
/// # Errors
/// Refuses whoever does not work on the ticket, a ticket that nobody works on or that is over, and
/// an empty text.
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
