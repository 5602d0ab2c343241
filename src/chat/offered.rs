//! The tickets and people that questions offer, read from the database before the dialogues run.
//! Deliberately absent: asking.

use crate::{
    chat::{
        named,
        question::{Choice, Options},
        shorten::clip,
        turn::Turn,
    },
    domain::{id::TicketNumber, permission::decide, right::queue_of, status::Status, verb::Verb},
    service::{Result, ticket::find},
};

const TICKETS: u64 = 6;
const PEOPLE: usize = 8;

/// The tickets to choose from, as buttons.
pub(super) fn tickets(options: &Options) -> Vec<Choice> {
    let choice = |(number, title): &(TicketNumber, String)| {
        Choice::new(format!("#{number} {}", clip(title, 30)), number.to_string())
    };
    options.tickets.iter().map(choice).collect()
}

/// Reads the people with this name. Only the staff sees which people the desk knows.
pub(super) async fn look_up(
    turn: &Turn<'_>,
    options: &mut Options,
    name: Option<&str>,
) -> Result<()> {
    options.looks_up = turn.is_staff();
    if let Some(name) = name.filter(|_| turn.is_staff()) {
        options.found = named::people(turn.act.tx, name, turn.actor.id).await?;
    }
    Ok(())
}

/// Cuts the found people to as many as a question shows, and gives each a unique label.
pub(super) async fn show(turn: &Turn<'_>, options: &mut Options) -> Result<()> {
    options.more = options.found.len() > PEOPLE;
    options.found.truncate(PEOPLE);
    let found = std::mem::take(&mut options.found);
    options.found = named::told_apart(turn.act.tx, &turn.voice(), found).await?;
    Ok(())
}

/// The tickets to which the person may do this now: those that they requested, those assigned to
/// them, and those in the queues of their groups.
pub(super) async fn open_tickets(
    turn: &Turn<'_>,
    verb: Verb,
) -> Result<Vec<(TicketNumber, String)>> {
    let tx = turn.act.tx;
    let mut found = find::mine_open(tx, turn.actor.id, TICKETS).await?;
    if turn.is_staff() {
        found.extend(find::assigned(tx, turn.actor.id, None, TICKETS).await?.tickets);
        found.extend(find::queue(tx, &queue_of(turn.reader()), None, 4 * TICKETS).await?.tickets);
    }
    let mut offered = Vec::new();
    for ticket in found {
        let facts = find::facts(tx, turn.act.procedure, &ticket).await?;
        let known = offered.iter().any(|(number, _)| *number == ticket.number);
        let decided = decide(&turn.act.doer, verb, &facts);
        let there = |status: &Option<Status>| status.is_none_or(|s| turn.act.procedure.uses(s));
        if !known && decided.is_ok_and(|status| there(&status)) {
            offered.push((ticket.number, ticket.title));
        }
    }
    offered.truncate(TICKETS as usize);
    Ok(offered)
}
