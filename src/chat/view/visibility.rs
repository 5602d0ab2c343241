//! Whether a view of a ticket may be drawn at an address now, and for which viewer. Deliberately
//! absent: what a view shows.

use crate::{
    chat::{named, wording::Voice},
    domain::{
        facts::TicketFacts,
        person::{Actor, Role},
    },
    entity::{card::CardView, ticket},
    service::{
        Act, Result,
        people::{Address, traits},
        right::{self, Sight},
        ticket::find,
    },
};

/// The readers of a view.
pub enum Viewer {
    /// One person alone.
    One(Actor),
    /// All who read the chat.
    All,
}

/// The viewer of a ticket's view at an address; `None` when the ticket may no longer be read there,
/// or when the view is not meant for the reader.
pub async fn viewer_at(
    act: &Act<'_>,
    to: &Address,
    view: CardView,
    ticket: &TicketFacts,
) -> Result<Option<Viewer>> {
    let Some(sight) = right::sight(act.tx, to, ticket).await? else { return Ok(None) };
    let alone = matches!(view, CardView::Requester | CardView::Survey | CardView::Technician);
    Ok(match sight {
        Sight::Of(reader) => {
            let theirs = match view {
                CardView::Technician => reader.role >= Role::Technician,
                _ => alone && reader.id == ticket.requester,
            };
            theirs.then_some(Viewer::One(reader))
        }
        Sight::OfAll => (!alone).then_some(Viewer::All),
    })
}

/// The facts of a ticket as a view shows them. For staff, the technician that the ticket is meant for
/// gets a distinguishing label when another technician has the same name.
pub async fn facts_for(
    act: &Act<'_>,
    voice: &Voice<'_>,
    view: CardView,
    ticket: &ticket::Model,
) -> Result<TicketFacts> {
    let facts = find::facts(act.tx, act.procedure, ticket).await?;
    let meant_for = match facts.meant_for {
        Some((id, name))
            if view != CardView::Requester && traits::has_namesake(act.tx, id, &name).await? =>
        {
            let label = named::among_specialists(act.tx, voice, id).await?;
            Some((id, label.unwrap_or(name)))
        }
        other => other,
    };
    Ok(TicketFacts { meant_for, ..facts })
}
