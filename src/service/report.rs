//! The tickets a monthly report speaks of, and which reports were sent. Deliberately absent: what
//! is counted ([`crate::domain::report`]) and how it is worded.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    ops::Range,
};

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
    sea_query::{ExprTrait, OnConflict},
};

use super::{
    Result, editions, from_json,
    ticket::answers::{self, Answered},
};
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketId, TicketNumber},
        procedure::Procedure,
        report::{Case, Month},
        time::Timestamp,
    },
    entity::{person, report, survey, ticket, ticket_event},
};

/// How many keys one query names: fewer than any engine's limit.
const AT_ONCE: usize = 500;

/// Every ticket that was received, solved, ended or reopened within a span, by number. What its forms
/// were answered with is read under its own edition; `present` is at hand for most.
pub async fn cases(
    conn: &impl ConnectionTrait,
    present: &Procedure,
    span: &Range<Timestamp>,
) -> Result<Vec<Case>> {
    let reopened = reopened(conn, span).await?;
    let mut tickets = BTreeMap::new();
    // One walk along an index for each question; a single query with `OR` would read every ticket.
    for column in [ticket::Column::CreatedAt, ticket::Column::SolvedAt, ticket::Column::ClosedAt] {
        let within = Condition::all().add(column.gte(span.start)).add(column.lt(span.end));
        let found = ticket::Entity::find().filter(within).all(conn).await?;
        tickets.extend(found.into_iter().map(|ticket| (ticket.number, ticket)));
    }
    let ids: Vec<TicketId> = reopened.keys().copied().collect();
    for some in ids.chunks(AT_ONCE) {
        let some = ticket::Column::Id.is_in(some.iter().copied());
        let found = ticket::Entity::find().filter(some).all(conn).await?;
        tickets.extend(found.into_iter().map(|ticket| (ticket.number, ticket)));
    }
    let tickets: Vec<ticket::Model> = tickets.into_values().collect();
    let names = names(conn, &tickets).await?;
    let surveys = surveys(conn, &tickets).await?;
    let mut answered = answered(conn, present, &tickets).await?;
    let parents = numbers(conn, tickets.iter().filter_map(|ticket| ticket.parent_id)).await?;
    let assets = assets(conn, &tickets).await?;
    let trainings = trainings(conn, &tickets).await?;
    let name = |id: PersonId| names.get(&id).cloned().unwrap_or_default();
    let case = |ticket: ticket::Model| {
        let survey = surveys.get(&(ticket.id, ticket.round));
        let answered = answered.remove(&ticket.id).unwrap_or_default();
        Case {
            number: ticket.number,
            kind: ticket.kind,
            priority: ticket.priority,
            status: ticket.status,
            origin: ticket.origin,
            source: ticket.source,
            parent: ticket.parent_id.and_then(|parent| parents.get(&parent).copied()),
            assets: assets.get(&ticket.id).cloned().unwrap_or_default(),
            requester: name(ticket.requester_id),
            technician: ticket.technician_id.map(|id| (id, name(id))),
            received: ticket.created_at,
            own_due: ticket.own_due_at,
            owned: ticket.owned_at,
            solved: ticket.solved_at,
            in_time: ticket.solved_at.and(ticket.resolve_left).map(|left| left >= 0),
            closed: ticket.closed_at,
            ending: ticket.ending,
            reopened: reopened.get(&ticket.id).cloned().unwrap_or_default(),
            stars: survey.and_then(|survey| survey.stars).and_then(|stars| stars.try_into().ok()),
            comment: survey.and_then(|survey| survey.comment.clone()),
            form: answered.request,
            solution_form: answered.solution,
            training: trainings.get(&ticket.id).cloned().unwrap_or_default(),
            category: ticket.category,
            title: ticket.title,
            description: ticket.description,
            place: ticket.place,
            group: ticket.group_key,
            solution: ticket.solution,
        }
    };
    Ok(tickets.into_iter().map(case).collect())
}

/// What the tickets' forms were answered with, each edition being read once.
async fn answered(
    conn: &impl ConnectionTrait,
    present: &Procedure,
    tickets: &[ticket::Model],
) -> Result<HashMap<TicketId, Answered>> {
    let mut read = HashMap::new();
    let mut answered = HashMap::new();
    for ticket in tickets {
        if ticket.answers.is_none() && ticket.solution_answers.is_none() {
            continue;
        }
        let rules = match read.entry(ticket.edition.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(editions::of(conn, present, ticket).await?),
        };
        answered.insert(ticket.id, answers::under(rules, ticket)?);
    }
    Ok(answered)
}

async fn reopened(
    conn: &impl ConnectionTrait,
    span: &Range<Timestamp>,
) -> Result<HashMap<TicketId, Vec<Timestamp>>> {
    let rows = ticket_event::Entity::find()
        .select_only()
        .columns([ticket_event::Column::TicketId, ticket_event::Column::At])
        // Spelled as in the index, which holds these rows alone.
        .filter(
            ticket_event::Column::Kind.into_expr().eq(sea_orm::sea_query::Expr::cust("'reopened'")),
        )
        .filter(ticket_event::Column::At.gte(span.start))
        .filter(ticket_event::Column::At.lt(span.end))
        .order_by_asc(ticket_event::Column::At)
        .into_tuple::<(TicketId, Timestamp)>()
        .all(conn)
        .await?;
    let mut reopened: HashMap<TicketId, Vec<Timestamp>> = HashMap::new();
    for (ticket, at) in rows {
        reopened.entry(ticket).or_default().push(at);
    }
    Ok(reopened)
}

async fn names(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
) -> Result<HashMap<PersonId, String>> {
    let mut people: Vec<PersonId> = tickets
        .iter()
        .flat_map(|ticket| [Some(ticket.requester_id), ticket.technician_id])
        .flatten()
        .collect();
    people.sort_unstable();
    people.dedup();
    let mut names = HashMap::new();
    for some in people.chunks(AT_ONCE) {
        let some = person::Column::Id.is_in(some.iter().copied());
        let found = person::Entity::find().filter(some).all(conn).await?;
        names.extend(found.into_iter().map(|person| (person.id, person.name)));
    }
    Ok(names)
}

/// The numbers of these tickets.
async fn numbers(
    conn: &impl ConnectionTrait,
    tickets: impl Iterator<Item = TicketId>,
) -> Result<HashMap<TicketId, TicketNumber>> {
    let ids: Vec<TicketId> = tickets.collect();
    let mut numbers = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let found = ticket::Entity::find()
            .select_only()
            .columns([ticket::Column::Id, ticket::Column::Number])
            .filter(ticket::Column::Id.is_in(some.iter().copied()))
            .into_tuple::<(TicketId, TicketNumber)>()
            .all(conn)
            .await?;
        numbers.extend(found);
    }
    Ok(numbers)
}

/// The equipment that was touched on each ticket, once each, in the order in which it was noted.
async fn assets(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
) -> Result<HashMap<TicketId, Vec<String>>> {
    let mut assets: HashMap<TicketId, Vec<String>> = HashMap::new();
    for some in tickets.chunks(AT_ONCE) {
        let rows = ticket_event::Entity::find()
            .filter(ticket_event::Column::TicketId.is_in(some.iter().map(|ticket| ticket.id)))
            .filter(ticket_event::Column::Kind.eq("asset_checked"))
            .order_by_asc(ticket_event::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            let event = from_json(&row.detail, || format!("ticket_event {}", row.id))?;
            let Event::AssetChecked { tag, .. } = event else { continue };
            let known = assets.entry(row.ticket_id).or_default();
            if !known.contains(&tag) {
                known.push(tag);
            }
        }
    }
    Ok(assets)
}

async fn surveys(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
) -> Result<HashMap<(TicketId, i32), survey::Model>> {
    let mut surveys = HashMap::new();
    for some in tickets.chunks(AT_ONCE) {
        let some = survey::Column::TicketId.is_in(some.iter().map(|ticket| ticket.id));
        let found = survey::Entity::find().filter(some).all(conn).await?;
        surveys.extend(found.into_iter().map(|row| ((row.ticket_id, row.round), row)));
    }
    Ok(surveys)
}

/// What the requesters of these tickets were trained in, in order.
async fn trainings(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
) -> Result<HashMap<TicketId, Vec<String>>> {
    let mut trainings: HashMap<TicketId, Vec<String>> = HashMap::new();
    for some in tickets.chunks(AT_ONCE) {
        let some = ticket_event::Column::TicketId.is_in(some.iter().map(|ticket| ticket.id));
        let rows = ticket_event::Entity::find()
            .filter(some)
            .filter(ticket_event::Column::Kind.eq("training_recorded"))
            .order_by_asc(ticket_event::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            if let Event::TrainingRecorded { text } =
                from_json(&row.detail, || format!("ticket_event {}", row.id))?
            {
                trainings.entry(row.ticket_id).or_default().push(text);
            }
        }
    }
    Ok(trainings)
}

/// Whether the desk had a ticket before an instant.
pub async fn had_tickets(conn: &impl ConnectionTrait, before: Timestamp) -> Result<bool> {
    let first = ticket::Entity::find()
        .filter(ticket::Column::CreatedAt.lt(before))
        .order_by_asc(ticket::Column::CreatedAt)
        .one(conn)
        .await?;
    Ok(first.is_some())
}

/// Whether a month's report was sent.
pub async fn was_sent(conn: &impl ConnectionTrait, month: Month) -> Result<bool> {
    Ok(report::Entity::find_by_id(month.to_string()).one(conn).await?.is_some())
}

/// Notes that a month's report is being sent in this transaction; false when another sent it.
pub async fn mark_sent(tx: &DatabaseTransaction, month: Month, now: Timestamp) -> Result<bool> {
    let row = report::ActiveModel { month: Set(month.to_string()), sent_at: Set(now) };
    let inserted = report::Entity::insert(row)
        .on_conflict(OnConflict::column(report::Column::Month).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(inserted == 1)
}
