//! What a dialogue's question offers, read before the pure machine runs.

use super::{Dialogue, Options, form::FormVerb, visit};
use crate::{
    chat::{named, turn::Turn},
    domain::{
        id::TicketNumber,
        person::{Actor, Role},
        procedure::Procedure,
        verb::{Verb, decide},
    },
    service::{Result, people, ticket::find},
};

/// How many tickets are offered to choose from.
const TICKETS: u64 = 6;
/// How many people are offered to choose from.
const PEOPLE: usize = 8;

/// Reads what the dialogue's current question offers.
pub(super) async fn load(turn: &Turn<'_>, dialogue: &Dialogue) -> Result<Options> {
    let mut options = Options { place: turn.place.clone(), ..Options::default() };
    match dialogue {
        Dialogue::Register(register) => {
            let mut groups = turn.actor.groups.iter();
            options.attends = groups.any(|own| turn.act.procedure.group(own).is_some());
            if let Some(name) = register.looks_for() {
                options.found = named::people(turn.act.tx, name, turn.actor.id).await?;
                options.more = options.found.len() > PEOPLE;
                options.found.truncate(PEOPLE);
            }
        }
        Dialogue::NewTicket(new) => {
            if let Some(requester) = &new.requester {
                options.place = requester.place(turn).await?;
            }
        }
        Dialogue::Offer(_) => {
            let open = find::mine_open(turn.act.tx, turn.actor.id, 3).await?;
            options.tickets = open.into_iter().map(|t| (t.number, t.title)).collect();
        }
        Dialogue::Visit(visit) => match visit.number {
            None => options.tickets = tickets(turn, Verb::Visit).await?,
            Some(number) => {
                let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
                options.visiting = visit::visiting(turn, &ticket).await?;
            }
        },
        Dialogue::Form(form) => match form.number {
            None => options.tickets = tickets(turn, form.verb.verb()).await?,
            Some(number) => {
                let ticket = find::one(turn.act.tx, &turn.actor, number).await?;
                if form.verb == FormVerb::Assign {
                    let members = people::members(turn.act.tx, &ticket.group_key).await?;
                    let others = members.into_iter().filter(|p| Some(p.id) != ticket.technician_id);
                    options.people = others.map(|person| (person.id, person.name)).collect();
                }
                options.group = Some(ticket.group_key);
            }
        },
    }
    Ok(options)
}

/// The tickets that the person may do this to now: what they have, what waits for their groups, and
/// what they asked for.
async fn tickets(turn: &Turn<'_>, verb: Verb) -> Result<Vec<(TicketNumber, String)>> {
    let tx = turn.act.tx;
    let mut found = find::mine_open(tx, turn.actor.id, TICKETS).await?;
    if turn.is_staff() {
        found.extend(find::assigned(tx, turn.actor.id, None, TICKETS).await?.tickets);
        found.extend(
            find::queue(tx, &groups_of(&turn.actor, turn.act.procedure), None, 4 * TICKETS)
                .await?
                .tickets,
        );
    }
    let mut offered = Vec::new();
    for ticket in found {
        let facts = find::facts(tx, &ticket).await?;
        let known = offered.iter().any(|(number, _)| *number == ticket.number);
        if !known && decide(&turn.act.doer, verb, &facts).is_ok() {
            offered.push((ticket.number, ticket.title));
        }
    }
    offered.truncate(TICKETS as usize);
    Ok(offered)
}

/// The groups whose queue somebody sees: their own; a supervisor's are all.
pub(in crate::chat) fn groups_of(actor: &Actor, procedure: &Procedure) -> Vec<String> {
    if actor.role >= Role::Supervisor {
        procedure.groups.iter().map(|group| group.key.clone()).collect()
    } else {
        actor.groups.clone()
    }
}
