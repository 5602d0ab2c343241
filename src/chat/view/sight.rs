//! Which view of a ticket may be drawn at an address now, and for whom. Deliberately absent: what a
//! view shows.

use super::card::{REQUESTER, SURVEY, TECHNICIAN};
use crate::{
    chat::{named, wording::Voice},
    domain::{
        person::{Actor, Role},
        verb::TicketFacts,
    },
    entity::ticket,
    service::{
        Act, Result,
        people::{Address, traits},
        right::{self, Sight},
        ticket::find,
    },
};

/// For whom a view is drawn.
pub enum Drawn {
    /// For one person alone.
    For(Actor),
    /// For all who read the chat.
    ForAll,
}

/// For whom this view of a ticket is drawn at an address; for no reader when it may not be seen there
/// any more, or when the view is not theirs.
pub async fn drawn(
    act: &Act<'_>,
    to: &Address,
    view: &str,
    ticket: &TicketFacts,
) -> Result<Option<Drawn>> {
    let Some(sight) = right::sight(act.tx, to, ticket).await? else { return Ok(None) };
    let alone = matches!(view, REQUESTER | SURVEY | TECHNICIAN);
    Ok(match sight {
        Sight::Of(reader) => {
            let theirs = match view {
                TECHNICIAN => reader.role >= Role::Technician,
                _ => alone && reader.id == ticket.requester,
            };
            theirs.then_some(Drawn::For(reader))
        }
        Sight::OfAll => (!alone).then_some(Drawn::ForAll),
    })
}

/// The facts of a ticket as a view shows them. For staff, the technician that it waits for by name is told
/// apart from a technician of the same name.
pub async fn facts_for(
    act: &Act<'_>,
    voice: &Voice<'_>,
    view: &str,
    ticket: &ticket::Model,
) -> Result<TicketFacts> {
    let facts = find::facts(act.tx, act.procedure, ticket).await?;
    let meant_for = match facts.meant_for {
        Some((id, name))
            if view != REQUESTER && traits::has_namesake(act.tx, id, &name).await? =>
        {
            let label = named::among_specialists(act.tx, voice, id).await?;
            Some((id, label.unwrap_or(name)))
        }
        other => other,
    };
    Ok(TicketFacts { meant_for, ..facts })
}
