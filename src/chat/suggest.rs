//! Tickets offered while somebody types a command's argument, on networks that ask for them: only
//! what that person may see. Reading only; what is offered grants nothing.

use sea_orm::ConnectionTrait;

use crate::{
    chat::{Desk, dialogue, say::clip},
    domain::{channel::ChannelKind, id::TicketNumber, person::Role},
    service::{Result, people, ticket::find},
};

/// How many tickets of each list are looked at.
const LOOKED_AT: u64 = 25;
/// How much of a title is shown.
const TITLE: usize = 80;

/// The person's tickets whose number or title holds what was typed: those they asked for, those they
/// have, and those that wait for their groups.
pub async fn tickets(
    conn: &impl ConnectionTrait,
    desk: &Desk,
    (channel, account): (ChannelKind, &str),
    typed: &str,
) -> Result<Vec<(TicketNumber, String)>> {
    let Some((_, person)) = people::find_account(conn, channel, account).await? else {
        return Ok(Vec::new());
    };
    let Some(actor) = people::actor(conn, person.id).await? else { return Ok(Vec::new()) };
    let mut found = find::mine_open(conn, actor.id, LOOKED_AT).await?;
    if actor.role >= Role::Technician {
        let groups = dialogue::groups_of(&actor, &desk.procedure);
        found.extend(find::assigned(conn, actor.id, None, LOOKED_AT).await?.tickets);
        found.extend(find::queue(conn, &groups, None, LOOKED_AT).await?.tickets);
    }
    let typed = typed.trim().trim_start_matches('#').to_lowercase();
    let mut offered: Vec<(TicketNumber, String)> = Vec::new();
    for ticket in found {
        let label = format!("#{} {}", ticket.number, clip(&ticket.title, TITLE));
        let known = offered.iter().any(|(number, _)| *number == ticket.number);
        if !known && label.to_lowercase().contains(&typed) {
            offered.push((ticket.number, label));
        }
    }
    Ok(offered)
}
