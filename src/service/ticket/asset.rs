//! Noting the equipment that was touched, by tag or serial number (V11). Deliberately absent: an
//! inventory; what is noted is a part of the ticket's history.

use super::{Done, append, prepare};
use crate::{
    domain::{event::Event, id::TicketNumber, procedure::Procedure, refusal::Refusal, verb::Verb},
    entity::ticket,
    service::{Act, Result},
};

/// Notes a piece of equipment on a ticket, and whether it was held against the inventory.
///
/// # Errors
/// Refuses what is no tag under the ticket's rules, tickets that are over, and a procedure that notes
/// no equipment.
pub async fn check(act: &Act<'_>, number: TicketNumber, tag: &str, verified: bool) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::CheckAsset).await?;
    let tag = read(&subject.rules, number, tag)?;
    keep(act, &subject.ticket, tag, verified).await
}

/// Notes it as a part of what is done to the ticket anyway: of registering it after the fact (V7).
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

/// A tag as it is kept.
///
/// # Errors
/// When it is too short or too long, or these rules know of no equipment.
pub fn read(rules: &Procedure, number: TicketNumber, tag: &str) -> Result<String, Refusal> {
    let assets = rules.assets.as_ref().ok_or(Refusal::NotInProcedure(number))?;
    let tag = tag.split_whitespace().collect::<Vec<_>>().join(" ");
    let shortest = assets.shortest;
    let longest = assets.longest;
    let fits = (usize::from(shortest)..=usize::from(longest)).contains(&tag.chars().count());
    if fits { Ok(tag) } else { Err(Refusal::NoAsset { shortest, longest }) }
}
