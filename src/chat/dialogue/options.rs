//! Reads from the database what the question of each dialogue offers, before the pure machine runs.

use super::{Dialogue, visit};
use crate::{
    chat::{
        offered::{look_up, open_tickets, show},
        operation,
        question::Options,
        turn::Turn,
    },
    domain::{status::Status, verb::Verb},
    service::{Result, editions, ticket::find},
};

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
            None => options.tickets = open_tickets(turn, Verb::Visit).await?,
            Some(number) => {
                let ticket = find::one(turn.act.tx, turn.reader(), number).await?;
                options.visiting = visit::visiting(turn, &ticket).await?;
            }
        },
        Dialogue::Form(form) => return operation::offers(turn, form).await,
    }
    Ok(options)
}
