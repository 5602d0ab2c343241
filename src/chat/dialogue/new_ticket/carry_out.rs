//! Registers a request that is complete, and starts one that follows another.

use super::NewTicket;
use crate::{
    chat::{
        dialogue::{self, Dialogue, offer::reference},
        notify,
        turn::Turn,
        view,
    },
    domain::{id::TicketNumber, priority::Degree, refusal::Refusal},
    service::{
        Result,
        ticket::{self, attachment, find},
    },
};

/// Registers the request and tells everybody whom it concerns.
pub(in crate::chat::dialogue) async fn carry_out(turn: &Turn<'_>, new: NewTicket) -> Result<()> {
    if turn.disk_low {
        // The request stays open in the dialogue's last question, which is asked again.
        dialogue::begin(turn, Dialogue::NewTicket(new)).await?;
        return Err(Refusal::DiskFull.into());
    }
    let attachments = new.attachments;
    let requester = match &new.requester {
        Some(requester) => requester.enrolled(turn).await?,
        None => turn.actor.id,
    };
    let request = ticket::open::NewTicket {
        requester,
        category: new.category.unwrap_or_default(),
        description: new.description.unwrap_or_default(),
        details: new.details.filter(|details| !details.is_empty()),
        place: new.place.unwrap_or_default(),
        impact: new.impact.unwrap_or(Degree::Low),
        urgency: new.urgency.unwrap_or(Degree::Low),
        follow_up_of: new.follow_up_of,
        source: new.source,
    };
    let done = match &new.solution {
        Some(solution) => ticket::open::open_solved(&turn.act, request, solution).await,
        None => ticket::open::open(&turn.act, request).await,
    }?;
    for kept in attachments {
        attachment::keep(&turn.act, &done.ticket, reference(kept)).await?;
    }
    notify::tell(&turn.act, &done).await?;
    match &new.requester {
        Some(requester) => requester.confirm(turn, &done.ticket).await,
        None => Ok(()),
    }
}

/// Starts a request that follows a ticket that is over.
pub async fn follow_up(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let earlier = find::one(turn.act.tx, &turn.actor, number).await?;
    if earlier.requester_id != turn.actor.id {
        return Err(Refusal::NotYourRequest(number).into());
    }
    if !earlier.status.is_final() {
        return view::card::show(turn, &earlier).await;
    }
    let new = NewTicket { follow_up_of: Some(number), ..NewTicket::default() };
    dialogue::begin(turn, Dialogue::NewTicket(new)).await
}
