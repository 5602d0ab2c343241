//! Visits at the requester's workplace (N5): planned, agreed, made or made in vain. Each visit is a
//! row, and its events are in the ticket's history. Messages about a visit are due by a column, so
//! each is sent once, however many sweepers run. Deliberately absent: the rule which times fit
//! ([`crate::domain::visit`]), and wording.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::{Done, Subject, append, commit, enter, find, give_to, prepare};
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketId, TicketNumber, VisitId},
        procedure::Procedure,
        refusal::Refusal,
        status::Status,
        time::Timestamp,
        verb::Verb,
        visit::{self as rules, Outcome, Unfit, Visits},
    },
    entity::{equipment, person, ticket, visit},
    service::{Act, Error, Result},
};

/// The visits of a ticket, and its equipment that was taken along.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The visit rules of its procedure.
    pub visits: Visits,
    /// The visit that is planned or in progress.
    pub open: Option<visit::Model>,
    /// How many visits were made, or made in vain.
    pub past: u64,
    /// Whether the last visit was in vain and none is planned since.
    pub missed: bool,
    /// The last visit in vain, whose note is the evidence.
    pub in_vain: Option<visit::Model>,
    /// The equipment that is away.
    pub away: Option<equipment::Model>,
}

impl Standing {
    /// The visit that is still to come.
    pub fn to_come(&self) -> Option<&visit::Model> {
        self.open.as_ref().filter(|open| open.arrived_at.is_none())
    }
}

/// The visits of a ticket; `None` where its procedure has no visits.
pub async fn standing(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    ticket: &ticket::Model,
) -> Result<Option<Standing>> {
    let Some(visits) = procedure.visits else { return Ok(None) };
    let rows = visit::Entity::find()
        .filter(visit::Column::TicketId.eq(ticket.id))
        .order_by_asc(visit::Column::Id)
        .all(conn)
        .await?;
    let was_made =
        |row: &&visit::Model| matches!(row.outcome, Some(Outcome::Made | Outcome::Absent));
    let past = rows.iter().filter(was_made).count();
    let missed = rows.last().is_some_and(|last| last.outcome == Some(Outcome::Absent));
    let in_vain = rows.iter().rev().find(|row| row.outcome == Some(Outcome::Absent)).cloned();
    let open = rows.into_iter().rev().find(|row| row.outcome.is_none());
    let away = find::away(conn, ticket.id).await?;
    Ok(Some(Standing { visits, open, past: past as u64, missed, in_vain, away }))
}

/// The times that can be offered for a ticket's visit, in which the technician is free.
pub async fn slots(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    ticket: &ticket::Model,
    technician: PersonId,
    now: Timestamp,
) -> Result<Vec<Timestamp>> {
    let Some(visits) = procedure.visits else { return Ok(Vec::new()) };
    let planned = open(conn, ticket.id).await?.map(|open| open.scheduled_at);
    let taken = taken(conn, technician, ticket.id, now).await?;
    let calendar = super::visiting_hours(procedure, ticket);
    let mut slots = rules::slots(calendar, &visits, &taken, now);
    slots.retain(|slot| Some(*slot) != planned);
    Ok(slots)
}

/// Plans a visit, and replaces a planned one. A ticket without a technician goes to the actor.
///
/// # Errors
/// Refuses a time that does not fit, and a procedure without visits.
pub async fn schedule(act: &Act<'_>, number: TicketNumber, at: Timestamp) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Visit).await?;
    let technician = technician_or_actor(act, &subject, Verb::Visit)?;
    plan(act, &subject, technician, at, PlannedBy::Staff).await
}

/// The requester chooses another time for a planned visit, or for one that was made in vain.
///
/// # Errors
/// Refuses every other person, a time that does not fit, and when no visit waits for the requester.
pub async fn choose(act: &Act<'_>, number: TicketNumber, at: Timestamp) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::ChooseVisit).await?;
    let technician = technician_for_new_time(act.tx, &subject.ticket).await?;
    let technician = technician.ok_or(Refusal::VisitOver(number))?;
    plan(act, &subject, technician, at, PlannedBy::Requester).await
}

/// The technician who would make the visit when the requester chooses another time; `None` while no
/// visit waits for the requester.
pub async fn technician_for_new_time(
    conn: &impl ConnectionTrait,
    ticket: &ticket::Model,
) -> Result<Option<PersonId>> {
    let last = visit::Entity::find()
        .filter(visit::Column::TicketId.eq(ticket.id))
        .order_by_desc(visit::Column::Id)
        .one(conn)
        .await?;
    let waits = last.filter(|last| match last.outcome {
        None => last.arrived_at.is_none(),
        Some(outcome) => outcome == Outcome::Absent,
    });
    Ok(waits.map(|last| ticket.technician_id.unwrap_or(last.technician_id)))
}

/// The requester agrees to the planned time. A second agreement changes nothing.
///
/// # Errors
/// Refuses every other person, a time that is no longer planned, and a time that has passed.
pub async fn agree(act: &Act<'_>, number: TicketNumber, at: Timestamp) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::ChooseVisit).await?;
    let ticket = subject.ticket;
    let planned = open(act.tx, ticket.id).await?;
    let planned = planned.filter(|open| open.scheduled_at == at && open.arrived_at.is_none());
    let planned = planned.ok_or(Refusal::VisitOver(number))?;
    // A requester cannot agree to a time in the past; a visit that was not made has to be planned
    // anew.
    if at <= act.now {
        return Err(Refusal::NoVisitThen { number, at, why: Unfit::Past }.into());
    }
    if planned.agreed {
        return Ok(Done { ticket, events: vec![] });
    }
    let mut change = planned.into_active_model();
    change.agreed = Set(true);
    change.update(act.tx).await?;
    let agreed = Event::VisitAgreed { at };
    append(act, &ticket, &agreed).await?;
    Ok(Done { ticket, events: vec![agreed] })
}

/// Records that a technician has arrived at the requester's workplace, planned or not.
///
/// # Errors
/// Refuses a procedure without visits.
pub async fn arrive(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Arrive).await?;
    visits(&subject)?;
    let technician = technician_or_actor(act, &subject, Verb::Arrive)?;
    match open(act.tx, subject.ticket.id).await? {
        Some(there) if there.arrived_at.is_some() => {
            return Ok(Done { ticket: subject.ticket, events: vec![] });
        }
        Some(planned) => {
            let mut change = planned.into_active_model();
            change.arrived_at = Set(Some(act.now));
            change.due_at = Set(None);
            change.update(act.tx).await?;
        }
        None => {
            let row = visit::ActiveModel {
                arrived_at: Set(Some(act.now)),
                ..new(&subject.ticket, technician, act.now)
            };
            row.insert(act.tx).await?;
        }
    }
    let on_site = subject.rules.uses(Status::EscalatedOnSite);
    let wanted = if on_site { Status::EscalatedOnSite } else { Status::InProgress };
    let now = subject.ticket.status;
    let status = rules::reached(now, Some(wanted));
    let arrived = Event::VisitArrived { status: status.or(Some(now).filter(|now| *now == wanted)) };
    step(act, &subject, technician, status, arrived).await
}

/// Records a visit in vain: the technician was there and met no one. The note is the evidence, with
/// the present instant (N5).
///
/// # Errors
/// Refuses an empty note, and a procedure without visits.
pub async fn miss(act: &Act<'_>, number: TicketNumber, note: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Miss).await?;
    let visits = visits(&subject)?;
    let technician = technician_or_actor(act, &subject, Verb::Miss)?;
    let note = note.trim().to_owned();
    if note.is_empty() {
        return Err(Refusal::TextMissing(Verb::Miss).into());
    }
    let there = match open(act.tx, subject.ticket.id).await? {
        Some(planned) => planned,
        None => new(&subject.ticket, technician, act.now).insert(act.tx).await?,
    };
    let arrived = there.arrived_at.unwrap_or(act.now);
    let mut change = there.into_active_model();
    change.arrived_at = Set(Some(arrived));
    change.note = Set(Some(note.clone()));
    end(act, change, Outcome::Absent).await?;
    let status = rules::reached(subject.ticket.status, visits.status);
    step(act, &subject, technician, status, Event::VisitMissed { note, status }).await
}

/// A message about a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VisitMessage {
    /// The visit is soon.
    Reminder,
    /// The visit should be over; the technician is asked for its outcome.
    Question,
}

/// Visits with a due message, with their tickets; the longest due first.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    limit: u64,
) -> Result<Vec<(VisitId, TicketId)>> {
    Ok(visit::Entity::find()
        .select_only()
        .column(visit::Column::Id)
        .column(visit::Column::TicketId)
        .filter(visit::Column::DueAt.lte(now))
        .order_by_asc(visit::Column::DueAt)
        .order_by_asc(visit::Column::Id)
        .limit(limit)
        .into_tuple::<(VisitId, TicketId)>()
        .all(conn)
        .await?)
}

/// The next instant after `after`, and not after `until`, at which a message is due.
pub(super) async fn next(
    conn: &impl ConnectionTrait,
    after: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>> {
    find::earliest::<visit::Entity>(conn, visit::Column::DueAt, after, until).await
}

/// Records the message about a visit that is due now; `None` when another sweeper sent it.
///
/// # Errors
/// Never refuses: only the desk calls it.
pub async fn pass_time(
    act: &Act<'_>,
    id: VisitId,
    ticket: TicketId,
) -> Result<Option<(ticket::Model, visit::Model, VisitMessage)>> {
    let number = find::by_id(act.tx, ticket).await?.number;
    let subject = find::locked(act, number).await?;
    let found = visit::Entity::find_by_id(id).one(act.tx).await?;
    let Some(row) = found.filter(|row| row.due_at.is_some_and(|due| due <= act.now)) else {
        return Ok(None);
    };
    let last =
        subject.rules.visits.map(|visits| rules::outcome_question_at(&visits, row.scheduled_at));
    let to_come = act.now < row.scheduled_at;
    let word = match last {
        _ if to_come => Some(VisitMessage::Reminder),
        // A desk that was down during the visit skips the reminder and sends only the question, at
        // its own time.
        Some(last) if act.now < last => None,
        _ => Some(VisitMessage::Question),
    };
    let mut change = row.clone().into_active_model();
    change.due_at = Set(last.filter(|last| *last > act.now));
    change.update(act.tx).await?;
    Ok(word.map(|word| (subject.ticket, row, word)))
}

/// Updates the visit after a change of its ticket. The visit ends when the ticket ends or waits;
/// otherwise it goes to the ticket's present technician, and is cancelled when the ticket has none.
/// Returns the events.
pub(super) async fn follow(
    act: &Act<'_>,
    before: &ticket::Model,
    after: &ticket::Model,
) -> Result<Vec<Event>> {
    let over = after.status == Status::Solved || after.status.is_final();
    let waits = matches!(after.status, Status::Suspended | Status::WithVendor);
    if !over && !waits && before.technician_id == after.technician_id {
        return Ok(Vec::new());
    }
    let Some(row) = open(act.tx, before.id).await? else { return Ok(Vec::new()) };
    let there = row.arrived_at.is_some();
    let at = row.scheduled_at;
    let mut change = row.into_active_model();
    match after.technician_id.filter(|_| !over) {
        // A technician who lets the ticket wait has left the workplace.
        Some(_) if there && waits => {
            end(act, change, Outcome::Made).await?;
            Ok(Vec::new())
        }
        Some(technician) => {
            change.technician_id = Set(technician);
            change.update(act.tx).await?;
            Ok(Vec::new())
        }
        None if there => {
            end(act, change, Outcome::Made).await?;
            Ok(Vec::new())
        }
        None => {
            end(act, change, Outcome::Cancelled).await?;
            Ok(vec![Event::VisitCancelled { at }])
        }
    }
}

/// Ends the visit in progress, if there is one, as made.
pub(super) async fn end_made(act: &Act<'_>, ticket: TicketId) -> Result<()> {
    match open(act.tx, ticket).await?.filter(|open| open.arrived_at.is_some()) {
        Some(there) => end(act, there.into_active_model(), Outcome::Made).await,
        None => Ok(()),
    }
}

/// Checks that the next technician of a ticket is free at the time of its planned visit.
///
/// # Errors
/// Refuses a technician who has another visit then.
pub(super) async fn can_go(
    act: &Act<'_>,
    subject: &Subject<'_>,
    technician: PersonId,
    name: &str,
) -> Result<()> {
    let number = subject.ticket.number;
    let ticket = subject.ticket.id;
    let planned = open(act.tx, ticket).await?.filter(|open| open.arrived_at.is_none());
    let (Some(visits), Some(planned)) = (subject.rules.visits, planned) else { return Ok(()) };
    locked(act, technician).await?;
    let taken = taken(act.tx, technician, ticket, act.now).await?;
    let at = planned.scheduled_at;
    if rules::is_free(&visits, &taken, at) {
        return Ok(());
    }
    Err(Refusal::HasVisitThen { number, at, technician: name.to_owned() }.into())
}

/// Writes a step of a ticket: its status, and its technician where it had none.
pub(super) async fn step(
    act: &Act<'_>,
    subject: &Subject<'_>,
    technician: PersonId,
    status: Option<Status>,
    event: Event,
) -> Result<Done> {
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    let mut events = Vec::new();
    if subject.ticket.technician_id.is_none() {
        give_to(&mut change, &subject.ticket, technician, act.now);
        events.push(Event::Accepted);
    }
    if let Some(status) = status {
        // The former reason to wait no longer applies.
        change.suspension = Set(None);
        enter(&mut change, subject, status, act.now);
    } else if subject.ticket.technician_id.is_none()
        // A ticket escalated on site keeps its status, for its support has arrived.
        && subject.ticket.status != Status::EscalatedOnSite
        && let Some(taken) = rules::reached(subject.ticket.status, Some(Status::InProgress))
    {
        change.suspension = Set(None);
        enter(&mut change, subject, taken, act.now);
    }
    events.push(event);
    commit(act, &subject.ticket, change, events).await
}

/// The technician of a ticket, or the actor when it has none.
pub(super) fn technician_or_actor(
    act: &Act<'_>,
    subject: &Subject<'_>,
    verb: Verb,
) -> Result<PersonId> {
    let doer = act.doer.person().map(|actor| actor.id);
    let technician = subject.ticket.technician_id.or(doer);
    technician.ok_or_else(|| Refusal::NotYourRole(verb).into())
}

/// The visit rules of the ticket's edition.
pub(super) fn visits(subject: &Subject<'_>) -> Result<Visits> {
    let visits = subject.rules.visits;
    visits.ok_or_else(|| Refusal::NotInProcedure(subject.ticket.number).into())
}

/// Who chose the instant of a visit. A requester who chooses it agrees to it by that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PlannedBy {
    Staff,
    Requester,
}

async fn plan(
    act: &Act<'_>,
    subject: &Subject<'_>,
    technician: PersonId,
    at: Timestamp,
    planned_by: PlannedBy,
) -> Result<Done> {
    let number = subject.ticket.number;
    let visits = visits(subject)?;
    let calendar = super::visiting_hours(&subject.rules, &subject.ticket);
    let who = locked(act, technician).await?;
    let taken = taken(act.tx, technician, subject.ticket.id, act.now).await?;
    rules::fits(calendar, &visits, &taken, at, act.now).map_err(|why| Refusal::NoVisitThen {
        number,
        at,
        why,
    })?;
    if let Some(row) = open(act.tx, subject.ticket.id).await? {
        let there = row.arrived_at.is_some();
        let outcome = if there { Outcome::Made } else { Outcome::Moved };
        end(act, row.into_active_model(), outcome).await?;
    }
    let row = visit::ActiveModel {
        scheduled_by: Set(act.doer.person().map_or(technician, |actor| actor.id)),
        agreed: Set(planned_by == PlannedBy::Requester),
        due_at: Set(Some(rules::first_message_at(calendar, &visits, at, act.now))),
        ..new(&subject.ticket, technician, at)
    };
    row.insert(act.tx).await?;
    let status = rules::reached(subject.ticket.status, visits.status);
    let scheduled = Event::VisitScheduled { at, name: who.name, status };
    step(act, subject, technician, status, scheduled).await
}

/// Reads a technician with a lock, so that their visits are planned one after another.
async fn locked(act: &Act<'_>, technician: PersonId) -> Result<person::Model> {
    let who = person::Entity::find_by_id(technician).lock_exclusive().one(act.tx).await?;
    who.ok_or_else(|| Error::Missing(format!("person {technician}")))
}

fn new(ticket: &ticket::Model, technician: PersonId, at: Timestamp) -> visit::ActiveModel {
    visit::ActiveModel {
        ticket_id: Set(ticket.id),
        technician_id: Set(technician),
        scheduled_at: Set(at),
        arrived_at: Set(None),
        ended_at: Set(None),
        outcome: Set(None),
        note: Set(None),
        scheduled_by: Set(technician),
        agreed: Set(false),
        due_at: Set(None),
        ..Default::default()
    }
}

async fn end(act: &Act<'_>, mut change: visit::ActiveModel, outcome: Outcome) -> Result<()> {
    change.ended_at = Set(Some(act.now));
    change.outcome = Set(Some(outcome));
    change.due_at = Set(None);
    change.update(act.tx).await?;
    Ok(())
}

/// The visit of a ticket that is planned or in progress.
async fn open(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Option<visit::Model>> {
    Ok(visit::Entity::find()
        .filter(visit::Column::TicketId.eq(ticket))
        .filter(visit::Column::Outcome.is_null())
        .order_by_desc(visit::Column::Id)
        .one(conn)
        .await?)
}

/// The times of a technician's planned visits for other tickets.
pub async fn taken(
    conn: &impl ConnectionTrait,
    technician: PersonId,
    except: TicketId,
    now: Timestamp,
) -> Result<Vec<Timestamp>> {
    Ok(visit::Entity::find()
        .select_only()
        .column(visit::Column::ScheduledAt)
        .filter(visit::Column::TechnicianId.eq(technician))
        .filter(visit::Column::ScheduledAt.gt(now.plus(-rules::FARTHEST)))
        .filter(visit::Column::Outcome.is_null())
        .filter(visit::Column::TicketId.ne(except))
        .into_tuple::<Timestamp>()
        .all(conn)
        .await?)
}
