//! Registers a request (U1): number, promise and first event in one transaction.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Done,
    answers::{self, Solution},
    append, find, hand_over, solve, warn,
};
use crate::{
    domain::{
        event::Event,
        field::{Answer, Form},
        id::{PersonId, TicketNumber},
        intake::receive,
        person::{Actor, Role},
        priority::Degree,
        procedure::{Category, Group},
        promise::queue_rank,
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::Verb,
    },
    entity::{counter, person, ticket},
    service::{Act, Doing, Error, Result, people},
};

/// How many characters of the description become the title.
const TITLE_LENGTH: usize = 60;

/// A request before it is registered.
#[derive(Debug, Clone)]
pub struct NewTicket {
    /// The requester.
    pub requester: PersonId,
    /// The key of the category.
    pub category: String,
    /// The group that receives it, when that is not the category's group.
    pub group: Option<String>,
    /// The request in the requester's words.
    pub description: String,
    /// The answer to the category's own question.
    pub details: Option<String>,
    /// The answers to the category's form fields.
    pub answers: Vec<Answer>,
    /// Where help is needed.
    pub place: String,
    /// How many people or services are affected.
    pub impact: Degree,
    /// How badly work is hindered.
    pub urgency: Degree,
    /// The ended ticket that this request follows up.
    pub follow_up_of: Option<TicketNumber>,
    /// The parent ticket of a related case.
    pub parent: Option<TicketNumber>,
    /// How the request reached the desk.
    pub source: Source,
}

/// Registers a ticket and gives it the next number.
///
/// # Errors
/// Refuses an unknown category, an incomplete form, and a follow-up of another requester's ticket.
/// Only staff may register for another person or from another source than the chat.
pub fn open<'d>(act: &'d Act<'_>, new: NewTicket) -> Doing<'d, Done> {
    Box::pin(register(act, new))
}

async fn register(act: &Act<'_>, new: NewTicket) -> Result<Done> {
    let for_another = |actor: &&Actor| actor.id != new.requester || new.source != Source::Chat;
    let registers = act.doer.person().filter(for_another);
    if registers.is_some_and(|actor| actor.role < Role::Technician) {
        return Err(Refusal::StaffRegisters.into());
    }
    let category = find_category(act, &new.category)?;
    let group = match &new.group {
        Some(key) => act.procedure.group(key).ok_or_else(|| Refusal::UnknownGroup(key.clone()))?,
        None => group(act, category, new.source)?,
    };
    let parent = match new.parent {
        Some(number) => Some(find::locked(act, number).await?.ticket.id),
        None => None,
    };
    // Approval only applies when the approving group receives the request, and never to work that
    // is done already.
    let approval = category.approval.as_ref().is_some_and(|approval| approval.by == group.key)
        && new.source != Source::AfterTheFact;
    let given = match parent {
        // A related case uses what its parent was told, so the category's form is not asked.
        Some(_) => vec![],
        None => {
            let form = Form { fields: &category.fields, before: &[], today: answers::today(act) };
            answers::complete(form, &new.answers)?
        }
    };
    let earlier = match new.follow_up_of {
        Some(number) => Some(find::locked(act, number).await?.ticket),
        None => None,
    };
    if earlier.as_ref().is_some_and(|earlier| earlier.requester_id != new.requester) {
        return Err(Refusal::UnknownTicket(earlier.map_or(TicketNumber(0), |t| t.number)).into());
    }
    let priority = act.procedure.priorities.priority(new.impact, new.urgency);
    let reception = receive(act.procedure, group, priority, act.now);
    let promise = &reception.promise;
    let number = next_number(act).await?;
    let name = people::person(act.tx, new.requester).await?.map(|requester| requester.name);
    let row = ticket::ActiveModel {
        number: Set(number),
        version: Set(0),
        status: Set(Status::New),
        kind: Set(category.kind),
        category: Set(category.key.clone()),
        title: Set(title(&new.description)),
        description: Set(new.description),
        details: Set(new.details),
        answers: Set(answers::stored(&given)),
        place: Set(new.place.clone()),
        origin: Set(act
            .channel
            .ok_or_else(|| Error::Missing("the network of a new ticket".into()))?),
        source: Set(new.source),
        requester_id: Set(new.requester),
        requester_name: Set(name),
        registered_by: Set(act.doer.person().map_or(new.requester, |actor| actor.id)),
        impact: Set(new.impact),
        urgency: Set(new.urgency),
        priority: Set(priority),
        group_key: Set(group.key.clone()),
        level: Set(i32::from(group.level)),
        technician_id: Set(None),
        follow_up_of: Set(earlier.as_ref().map(|earlier| earlier.id)),
        parent_id: Set(parent),
        meant_for: Set(None),
        approval: Set(approval),
        confidential: Set(category.confidential),
        procedure_version: Set(format!("{} {}", act.procedure.id, act.procedure.version)),
        edition: Set(Some(act.procedure.digest.clone())),
        queue_rank: Set(Some(queue_rank(priority, promise.resolve_due))),
        own_due_at: Set(promise.own_due),
        owned_at: Set(None),
        resolve_due_at: Set(Some(promise.resolve_due)),
        resolve_left: Set(None),
        promise_level: Set(Some(i32::from(group.level))),
        promise_group: Set(Some(group.key.clone())),
        warn_at: Set(warn::first(act.procedure, &reception, act.now)),
        own_told: Set(0),
        resolve_told: Set(0),
        suspension: Set(None),
        solution: Set(None),
        solution_answers: Set(None),
        round: Set(0),
        solved_at: Set(None),
        next_due_at: Set(None),
        close_at: Set(None),
        closed_at: Set(None),
        ending: Set(None),
        survey_asked: Set(None),
        created_at: Set(act.now),
        ..Default::default()
    };
    let ticket = row.insert(act.tx).await?;
    let opened = Event::Opened {
        group: group.key.clone(),
        follow_up_of: new.follow_up_of,
        parent: new.parent,
    };
    append(act, &ticket, &opened).await?;
    if let Some(earlier) = earlier {
        append(act, &earlier, &Event::FollowedUp { by: number }).await?;
    }
    remember_place(act, new.requester, new.place).await?;
    Ok(Done { ticket, events: vec![opened] })
}

/// Refuses a requester who has as many open tickets as allowed. Related cases do not count, because
/// the desk opened them.
///
/// # Errors
/// That refusal, or when the database fails.
pub async fn check_room(act: &Act<'_>, requester: PersonId) -> Result<()> {
    let most = act.procedure.limits.open_tickets;
    let over = Status::ALL.into_iter().filter(|status| status.is_final());
    let open = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::RequesterId.eq(requester))
        .filter(ticket::Column::ParentId.is_null())
        .filter(ticket::Column::Status.is_not_in(over))
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .into_tuple::<i64>()
        .all(act.tx)
        .await?;
    let for_another = act.doer.person().is_some_and(|actor| actor.id != requester);
    if open.len() < most { Ok(()) } else { Err(Refusal::TooManyOpen { most, for_another }.into()) }
}

/// Registers work that was done on the spot (V7): opened, taken and solved by the same technician
/// at once. From there on it is handled like any solution, with a survey or without.
///
/// # Errors
/// Refuses what [`open`] refuses, an empty solution, and a technician without a group.
pub async fn open_solved(
    act: &Act<'_>,
    new: NewTicket,
    solution: impl Into<Solution>,
) -> Result<Done> {
    let solution = solution.into();
    // A refusal does not roll back, so all checks come before the first write.
    if solution.text.trim().is_empty() {
        return Err(Refusal::TextMissing(Verb::Solve).into());
    }
    let fields = act.procedure.solution_fields(&new.category);
    let form = Form { fields, before: &new.answers, today: answers::today(act) };
    answers::complete(form, &solution.answers)?;
    let opened = open(act, NewTicket { source: Source::AfterTheFact, ..new }).await?;
    let number = opened.ticket.number;
    let accepted = hand_over::accept(act, number).await?;
    let solved = solve::solve(act, number, solution).await?;
    let events = [opened.events, accepted.events, solved.events].concat();
    Ok(Done { ticket: solved.ticket, events })
}

/// The category with this key.
///
/// # Errors
/// Refuses a key that the present procedure does not have.
pub(super) fn find_category<'p>(act: &Act<'p>, key: &str) -> Result<&'p Category> {
    let category = act.procedure.category(key);
    Ok(category.ok_or_else(|| Refusal::UnknownCategory(key.to_owned()))?)
}

/// The group that receives a request: its category's group. Work that is done already belongs to a
/// group of the technician who did it, which may be another one.
fn group<'p>(act: &Act<'p>, category: &Category, source: Source) -> Result<&'p Group> {
    let usual = act
        .procedure
        .group(&category.group)
        .ok_or_else(|| Error::Missing(format!("the group of category {}", category.key)))?;
    let Some(actor) = act.doer.person().filter(|_| source == Source::AfterTheFact) else {
        return Ok(usual);
    };
    if actor.is_in(&usual.key) {
        return Ok(usual);
    }
    let own = actor.groups.iter().find_map(|own| act.procedure.group(own));
    own.ok_or_else(|| Refusal::NotYourGroup(usual.key.clone()).into())
}

/// The next consecutive number: a counter row in the same transaction, so a rollback leaves no gap.
async fn next_number(act: &Act<'_>) -> Result<TicketNumber> {
    let counters = counter::Entity::update_many()
        .col_expr(counter::Column::Value, Expr::col(counter::Column::Value).add(1))
        .filter(counter::Column::Name.eq("ticket"))
        .exec_with_returning(act.tx)
        .await?;
    match counters.as_slice() {
        [counter] => Ok(TicketNumber(counter.value)),
        _ => Err(Error::Missing("the ticket counter".into())),
    }
}

/// Stores the place of a request as the default for the requester's next one.
async fn remember_place(act: &Act<'_>, requester: PersonId, place: String) -> Result<()> {
    if place.is_empty() {
        return Ok(());
    }
    person::Entity::update_many()
        .col_expr(person::Column::Place, Expr::value(place))
        .filter(person::Column::Id.eq(requester))
        .exec(act.tx)
        .await?;
    Ok(())
}

/// The first line of the description, shortened at a word boundary.
fn title(description: &str) -> String {
    let line = description.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    if line.chars().count() <= TITLE_LENGTH {
        return line.to_owned();
    }
    let cut: String = line.chars().take(TITLE_LENGTH).collect();
    let words = cut.rsplit_once(' ').map_or(cut.as_str(), |(words, _)| words);
    format!("{}…", words.trim_end())
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn a_title_is_the_first_line_cut_at_a_word_boundary() {
        assert_eq!(title("\n  No imprime \nnada"), "No imprime");
        let long =
            "La impresora del segundo piso no imprime desde ayer por la tarde y huele a quemado";
        assert_eq!(title(long), "La impresora del segundo piso no imprime desde ayer por la…");
        assert_eq!(title(&"ñ".repeat(70)), format!("{}…", "ñ".repeat(60)));
    }
}
