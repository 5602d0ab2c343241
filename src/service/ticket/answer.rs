//! The answer of a higher level, which goes back to the group that received the request: that group
//! informs the requester and closes (U7, U8). The solution form is filled in parts, by the group
//! that answers and by the technician who solves (U12). Deliberately absent: solving, which is
//! `super::solve`.

use sea_orm::ActiveValue::Set;

use super::{
    Done, Subject,
    answers::{self, Solution},
    commit, enter, find, prepare,
    release::may_hold,
};
use crate::{
    domain::{
        event::Event,
        field::{self, Field, Form},
        id::TicketNumber,
        person::{Actor, Role},
        procedure::{Group, Procedure},
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result, people},
};

/// Gives the answer to the group that received the request. The technician who escalated the ticket
/// has it again; without that technician it waits for the group.
///
/// # Errors
/// Refuses a ticket whose present group informs the requester itself, an empty answer, and an
/// incomplete form.
pub async fn answer(
    act: &Act<'_>,
    number: TicketNumber,
    answer: impl Into<Solution>,
) -> Result<Done> {
    let answer = answer.into();
    let (subject, _) = prepare(act, number, Verb::Answer).await?;
    let to = subject.facts.answers_to.as_deref().and_then(|key| subject.rules.group(key));
    let to = to.ok_or(Refusal::NotInProcedure(number))?;
    let text = answer.text.trim();
    if text.is_empty() {
        return Err(Refusal::TextMissing(Verb::Answer).into());
    }
    let before = before(&subject.ticket)?;
    let fields = part(act, &subject.ticket, &subject.rules, Verb::Answer);
    let form = Form { fields: &fields, before: &before, today: answers::today(act) };
    let recorded = answers::complete(form, &answer.answers)?;
    let informs = escalated_by(act, &subject, to).await?;
    let status = match &informs {
        Some(_) => Status::InProgress,
        None => subject.rules.escalated_to(to).unwrap_or(Status::New),
    };
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.group_key = Set(to.key.clone());
    change.level = Set(i32::from(to.level));
    let technician = informs.map(|technician| technician.id);
    change.technician_id = Set(technician);
    change.meant_for = Set(None);
    change.suspension = Set(None);
    change.solution_answers = Set(answers::stored(&recorded));
    if status != subject.ticket.status {
        enter(&mut change, &subject, status, act.now);
    }
    let answered = Event::Answered {
        text: text.to_owned(),
        from: subject.ticket.group_key.clone(),
        to: to.key.clone(),
        technician,
        answers: recorded,
        status,
    };
    commit(act, &subject.ticket, change, vec![answered]).await
}

/// The technician of the group who escalated the ticket last, when that technician may still hold
/// it.
async fn escalated_by(
    act: &Act<'_>,
    subject: &Subject<'_>,
    group: &Group,
) -> Result<Option<Actor>> {
    let history = find::history(act.tx, subject.ticket.id).await?;
    let left = |entry: &&find::Entry| matches!(&entry.event, Event::Escalated { from, .. } if *from == group.key);
    let by = history.iter().rev().find(left).and_then(|entry| entry.row.actor_id);
    let Some(by) = by else { return Ok(None) };
    let actor = people::actor(act.tx, by).await?;
    Ok(actor.filter(|actor| actor.is_in(&group.key) && may_hold(actor, &group.key)))
}

/// The fields of the solution form that the actor fills. With an answer: the fields of the ticket's
/// present group. With a solution: the fields that belong to no other group. A supervisor also
/// fills the fields that no group has filled, and so does the technician who registers work that is
/// done already (V7).
pub fn part(act: &Act<'_>, ticket: &ticket::Model, rules: &Procedure, verb: Verb) -> Vec<Field> {
    let actor = act.doer.person();
    let is_done = ticket.source == Source::AfterTheFact;
    let fills = |field: &&Field| match (&field.by, verb) {
        (Some(by), Verb::Answer) => *by == ticket.group_key,
        (None, Verb::Answer) => false,
        (Some(by), _) => {
            (is_done || actor.is_some_and(|actor| fills(actor, by))) && !is_filled(ticket, field)
        }
        (None, _) => true,
    };
    rules.solution_fields(&ticket.category).iter().filter(fills).cloned().collect()
}

fn fills(actor: &Actor, group: &str) -> bool {
    actor.role >= Role::Supervisor || actor.is_in(group)
}

/// Whether a higher level has answered a field already.
fn is_filled(ticket: &ticket::Model, field: &Field) -> bool {
    let given = answers::of_solution(ticket).unwrap_or_default();
    given.iter().any(|answer| answer.field == field.key)
}

/// The answers that exist before a solution: the request form, and the parts of other groups.
///
/// # Errors
/// When the columns are unreadable.
pub fn before(ticket: &ticket::Model) -> Result<Vec<field::Answer>> {
    let mut before = answers::of_request(ticket)?;
    before.extend(answers::of_solution(ticket)?);
    Ok(before)
}

/// Refuses a solution while a part is missing that only another group can fill.
///
/// # Errors
/// That refusal, or when the columns are unreadable.
pub fn check_parts(act: &Act<'_>, ticket: &ticket::Model, rules: &Procedure) -> Result<()> {
    let before = before(ticket)?;
    let own = part(act, ticket, rules, Verb::Solve);
    let fields = rules.solution_fields(&ticket.category);
    let form = Form { fields, before: &before, today: answers::today(act) };
    let others = |field: &&&Field| {
        field.required && field.by.is_some() && own.iter().all(|known| known.key != field.key)
    };
    let settled = form.settled(&before);
    let open = form.open(&settled);
    let Some(field) = open.iter().find(others) else { return Ok(()) };
    Err(Refusal::PartMissing {
        number: ticket.number,
        field: field.name.clone(),
        group: field.by.clone().unwrap_or_default(),
    }
    .into())
}

/// The answers recorded with a solution: the parts of other groups, and the solver's own.
pub(super) fn with_parts(
    act: &Act<'_>,
    subject: &Subject<'_>,
    given: &[field::Answer],
) -> Result<Vec<field::Answer>> {
    let ticket = &subject.ticket;
    let rules = &subject.rules;
    let fields = part(act, ticket, rules, Verb::Solve);
    let before = before(ticket)?;
    let form = Form { fields: &fields, before: &before, today: answers::today(act) };
    let own = answers::complete(form, given)?;
    let mut all = answers::of_solution(ticket)?;
    all.retain(|known| own.iter().all(|answer| answer.field != known.field));
    all.extend(own);
    let all_fields = rules.solution_fields(&ticket.category);
    let request = answers::of_request(ticket)?;
    let whole = Form { fields: all_fields, before: &request, today: answers::today(act) };
    Ok(whole.settled(&all))
}
