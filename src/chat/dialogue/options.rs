//! What a dialogue's question offers, read before the pure machine runs.

use super::{
    Dialogue, Options,
    form::{FormVerb, particulars},
    question::Recorded,
    visit,
};
use crate::{
    chat::{
        named::{self, Candidate, Listed},
        turn::Turn,
    },
    domain::{
        id::TicketNumber,
        right::queue_of,
        status::Status,
        verb::{Verb, decide},
    },
    entity::ticket,
    service::{
        Result, editions, people,
        ticket::{answer, find, train},
    },
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
            look_up(turn, &mut options, register.looks_for()).await?;
            if let Some(picked) = register.picked {
                options.found.retain(|found| found.id == picked);
            }
            show(turn, &mut options).await?;
        }
        Dialogue::NewTicket(new) => {
            look_up(turn, &mut options, new.looks_for(&turn.voice()).as_deref()).await?;
            show(turn, &mut options).await?;
            if let Some(requester) = &new.requester {
                options.place = requester.place(turn).await?;
            }
        }
        Dialogue::Offer(_) => {
            let open = find::mine_open(turn.act.tx, turn.actor.id, 3).await?;
            for ticket in open.iter().filter(|ticket| ticket.status == Status::Suspended) {
                let rules = editions::of(turn.act.tx, turn.act.procedure, ticket).await?;
                let asked = ticket.suspension.as_ref().is_some_and(|r| rules.answer_resumes(r));
                options.awaited = options.awaited.or(Some(ticket.number).filter(|_| asked));
            }
            options.tickets = open.into_iter().map(|t| (t.number, t.title)).collect();
        }
        Dialogue::Visit(visit) => match visit.number {
            None => options.tickets = tickets(turn, Verb::Visit).await?,
            Some(number) => {
                let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
                options.visiting = visit::visiting(turn, &ticket).await?;
            }
        },
        Dialogue::Form(form) => match form.number {
            None => options.tickets = tickets(turn, form.verb.verb()).await?,
            Some(number) => {
                let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
                let requester = ticket.requester_id;
                options.unreached = requester != turn.actor.id
                    && people::addresses(turn.act.tx, requester).await?.is_empty();
                if form.verb == FormVerb::Assign {
                    let members = people::members(turn.act.tx, &ticket.group_key).await?;
                    let others = members.into_iter().filter(|p| Some(p.id) != ticket.technician_id);
                    let listed = others.map(Listed::from).collect();
                    options.people = named::candidates(turn.act.tx, &turn.voice(), listed).await?;
                }
                if form.verb.has_fields() {
                    options.recorded = match form.verb {
                        FormVerb::Categorise => {
                            Box::pin(particulars::asked(turn, form, &ticket)).await?
                        }
                        verb => Box::pin(recorded(turn, &ticket, verb.verb())).await?,
                    };
                    let name = form.looks_for(&turn.voice(), &options);
                    look_up(turn, &mut options, name.as_deref()).await?;
                    show(turn, &mut options).await?;
                }
                if form.verb == FormVerb::Escalate {
                    options.people = specialists(turn, &ticket).await?;
                }
                options.group = Some(ticket.group_key);
            }
        },
    }
    Ok(options)
}

/// Reads who is called so. Only the desk's people see whom it knows.
async fn look_up(turn: &Turn<'_>, options: &mut Options, name: Option<&str>) -> Result<()> {
    options.looks_up = turn.is_staff();
    if let Some(name) = name.filter(|_| turn.is_staff()) {
        options.found = named::people(turn.act.tx, name, turn.actor.id).await?;
    }
    Ok(())
}

/// Keeps as many of the people who were found as a question shows, each under a label of their own.
async fn show(turn: &Turn<'_>, options: &mut Options) -> Result<()> {
    options.more = options.found.len() > PEOPLE;
    options.found.truncate(PEOPLE);
    let found = std::mem::take(&mut options.found);
    options.found = named::told_apart(turn.act.tx, &turn.voice(), found).await?;
    Ok(())
}

/// What is recorded when this ticket is solved or answered: the part that the person fills.
async fn recorded(turn: &Turn<'_>, ticket: &ticket::Model, verb: Verb) -> Result<Recorded> {
    let rules = editions::of(turn.act.tx, turn.act.procedure, ticket).await?;
    let mut fields = answer::part(&turn.act, ticket, &rules, verb);
    if verb == Verb::Solve && !train::is_recorded(turn.act.tx, ticket.id).await? {
        fields.extend(particulars::training(&rules));
    }
    Ok(Recorded { fields, before: answer::before(ticket)? })
}

/// The tickets that the person may do this to now: what they have, what waits for their groups, and
/// what they asked for.
async fn tickets(turn: &Turn<'_>, verb: Verb) -> Result<Vec<(TicketNumber, String)>> {
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

/// To whom a ticket may be passed by name, each with their group.
async fn specialists(turn: &Turn<'_>, ticket: &ticket::Model) -> Result<Vec<Candidate>> {
    let voice = turn.voice();
    let except = [Some(turn.actor.id), ticket.technician_id, ticket.meant_for];
    let known = named::specialists(turn.act.tx, turn.act.procedure).await?;
    let others = known.into_iter().filter(|(person, _)| !except.contains(&Some(person.id)));
    let listed = |(person, group): (crate::entity::person::Model, String)| Listed {
        id: person.id,
        name: person.name,
        beside: Some(voice.group(&group).to_owned()),
    };
    named::candidates(turn.act.tx, &voice, others.map(listed).collect()).await
}
