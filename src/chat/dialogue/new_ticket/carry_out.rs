//! Registers a complete request, and starts a request that follows another ticket.

use super::{Guidance, NewTicket};
use crate::{
    chat::{
        attached::reference,
        dialogue::{self, Dialogue},
        notify,
        turn::Turn,
        view,
        wording::TypedTag,
    },
    domain::{id::TicketNumber, priority::Degree, refusal::Refusal},
    service::{
        Error, Result,
        ticket::{self, answers::Solution, asset, attachment, find},
    },
};

/// Registers the request and notifies the people concerned.
pub(in crate::chat::dialogue) async fn carry_out(turn: &Turn<'_>, new: NewTicket) -> Result<()> {
    let voice = turn.voice();
    let helped = new.helped_by(&voice);
    let route = new.route(&voice);
    let tried = new.guidance.tried;
    if turn.disk_low {
        // The question about the step that helped is asked again, because its answer is not
        // registered.
        let guidance = Guidance { helped: false, ..new.guidance };
        let new = NewTicket { guidance, ..new };
        // The request stays open at the dialogue's last question, which is asked again.
        dialogue::begin(turn, Dialogue::NewTicket(new)).await?;
        return Err(Refusal::DiskFull.into());
    }
    let kept = new.clone();
    let attachments = new.attachments;
    let requester = match &new.requester {
        Some(requester) => requester.enrolled(turn).await?,
        None => turn.actor.id,
    };
    let request = ticket::open::NewTicket {
        requester,
        category: new.category.unwrap_or_default(),
        group: None,
        description: new.description.unwrap_or_default(),
        details: new.details.filter(|details| !details.is_empty()),
        answers: new.filled.answers,
        place: new.place.unwrap_or_default(),
        impact: new.impact.unwrap_or(Degree::Low),
        urgency: new.urgency.unwrap_or(Degree::Low),
        follow_up_of: new.follow_up_of,
        parent: None,
        source: new.source,
    };
    let done = match (&new.solution, helped, route) {
        (Some(text), ..) => {
            let answers = new.report.answers;
            let solution = Solution { text: text.clone(), answers, training: None };
            ticket::open::open_solved(&turn.act, request, solution).await
        }
        (None, Some(step), _) => ticket::self_help::open_helped(&turn.act, request, step).await,
        (None, None, Some(route)) => {
            ticket::route::open_routed(&turn.act, request, &route.key).await
        }
        (None, None, None) => ticket::self_help::open_after(&turn.act, request, tried).await,
    };
    if let Err(Error::Refused(Refusal::TooManyOpen { .. })) = &done {
        // The request stays open at the dialogue's last question, as with a full disk.
        dialogue::begin(turn, Dialogue::NewTicket(kept)).await?;
    }
    let done = done?;
    if let Some(text) = new.asset.filter(|asset| !asset.is_empty()) {
        let TypedTag { tag, verified } = turn.voice().typed_tag(&text);
        let tag = asset::read(turn.act.procedure, done.ticket.number, &tag)?;
        asset::keep(&turn.act, &done.ticket, tag, verified).await?;
    }
    for kept in attachments {
        attachment::keep(&turn.act, &done.ticket, reference(kept)).await?;
    }
    Box::pin(notify::tell(&turn.act, &done)).await?;
    match &new.requester {
        Some(requester) => requester.confirm(turn, &done.ticket).await,
        // The card is in the private chat, which may be closed, so it is shown here too.
        None if turn.alone().is_some() => {
            view::ephemeral::show_registered(turn, &done.ticket).await
        }
        None => Ok(()),
    }
}

/// Starts a request, or registers it at once when nothing more has to be asked.
pub async fn begin(turn: &Turn<'_>, new: NewTicket) -> Result<()> {
    if new.is_for_elsewhere(&turn.voice()) && !turn.disk_low {
        return Box::pin(carry_out(turn, new)).await;
    }
    if new.requester.is_none() {
        // The refusal of one ticket too many comes before the questions, not after them.
        ticket::open::check_room(&turn.act, turn.actor.id).await?;
    }
    dialogue::begin(turn, Dialogue::NewTicket(new)).await
}

/// Starts a request that follows a finished ticket.
pub async fn follow_up(turn: &Turn<'_>, number: TicketNumber) -> Result<()> {
    let earlier = find::one(turn.act.tx, turn.reader(), number).await?;
    if earlier.requester_id != turn.actor.id {
        return Err(Refusal::NotYourRequest(number).into());
    }
    if !earlier.status.is_final() {
        return view::card::show(turn, &earlier).await;
    }
    let new = NewTicket { follow_up_of: Some(number), ..NewTicket::default() };
    dialogue::begin(turn, Dialogue::NewTicket(new)).await
}
