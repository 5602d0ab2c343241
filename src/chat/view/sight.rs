//! Which view of a ticket may be drawn at an address now, and for whom. Deliberately absent: what a
//! view shows.

use super::card::{REQUESTER, SURVEY, TECHNICIAN};
use crate::{
    domain::{
        person::{Actor, Role},
        verb::TicketFacts,
    },
    service::{
        Act, Result,
        people::Address,
        right::{self, Sight},
    },
};

/// For whom a view is drawn.
pub enum Drawn {
    /// For one person alone.
    For(Actor),
    /// For all who read the chat.
    ForAll,
}

/// For whom this view of a ticket is drawn at an address; for nobody when it may not be seen there
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
