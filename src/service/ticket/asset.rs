//! Records the equipment that was worked on, by tag or serial number (V11). Deliberately absent: an
//! inventory; the record is part of the ticket's history.

use super::{Done, append, prepare};
use crate::{
    domain::{event::Event, id::TicketNumber, procedure::Procedure, refusal::Refusal, verb::Verb},
    entity::ticket,
    service::{Act, Result},
};

/// Records a piece of equipment on a ticket, and whether it was checked against the inventory.
///
/// # Errors
/// Refuses a text that is no tag under the ticket's edition, tickets that are over, and a procedure
/// that records no equipment.
pub async fn check(act: &Act<'_>, number: TicketNumber, tag: &str, verified: bool) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::CheckAsset).await?;
    let tag = read(&subject.rules, number, tag)?;
    keep(act, &subject.ticket, tag, verified).await
}

/// Records equipment as part of another act, such as registering work after the fact (V7). The
/// caller has checked the rights.
pub async fn keep(
    act: &Act<'_>,
    ticket: &ticket::Model,
    tag: String,
    verified: bool,
) -> Result<Done> {
    let event = Event::AssetChecked { tag, verified };
    append(act, ticket, &event).await?;
    Ok(Done { ticket: ticket.clone(), events: vec![event] })
}

/// Normalises a tag.
///
/// # Errors
/// When the tag is too short or too long, or the procedure records no equipment.
pub fn read(rules: &Procedure, number: TicketNumber, tag: &str) -> Result<String, Refusal> {
    let assets = rules.assets.as_ref().ok_or(Refusal::NotInProcedure(number))?;
    let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    let shortest = assets.shortest;
    let longest = assets.longest;
    let fits = (usize::from(shortest)..=usize::from(longest)).contains(&tag.chars().count());
    if fits { Ok(tag) } else { Err(Refusal::NoAsset { shortest, longest }) }
}
