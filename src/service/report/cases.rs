//! The tickets that a monthly report lists, page by page, so that memory does not grow with them.
//! Deliberately absent: what is counted ([`super::figures()`]) and how it is worded.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::Entry},
    ops::Range,
};

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::AT_ONCE;
use crate::{
    domain::{
        event::Event,
        id::{PersonId, TicketId, TicketNumber},
        procedure::Procedure,
        report::Case,
        time::Timestamp,
    },
    entity::{person, survey, ticket, ticket_event},
    service::{
        Result, editions, from_json,
        ticket::answers::{self, Answered},
    },
};

/// How many keys one query gives.
const KEYS_AT_ONCE: u64 = 5_000;

/// Every ticket that was received, solved, ended or reopened within a span, by number. Only the keys
/// are held, 16 bytes a ticket; the tickets come a page at a time.
pub struct Cases<'c, C> {
    conn: &'c C,
    present: &'c Procedure,
    span: Range<Timestamp>,
    keys: Vec<(TicketNumber, TicketId)>,
    /// How many of them were handed out.
    given: usize,
    /// The editions read so far, for what forms were answered with is read under their ticket's own.
    editions: HashMap<Option<String>, Cow<'c, Procedure>>,
}

impl<'c, C: ConnectionTrait> Cases<'c, C> {
    /// Finds the tickets of a span; `present` is the edition at hand, under which most of them run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(conn: &'c C, present: &'c Procedure, span: Range<Timestamp>) -> Result<Self> {
        let mut keys = Vec::new();
        // One walk along an index for each; a single query with `OR` would read every ticket.
        for column in
            [ticket::Column::CreatedAt, ticket::Column::SolvedAt, ticket::Column::ClosedAt]
        {
            collect(conn, column, &span, &mut keys).await?;
        }
        collect_reopened(conn, &span, &mut keys).await?;
        keys.sort_unstable();
        keys.dedup();
        let editions = HashMap::new();
        Ok(Self { conn, present, span, keys, given: 0, editions })
    }

    /// The next page of tickets; `None` after the last.
    ///
    /// # Errors
    /// When the database fails, or a row cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<Case>>> {
        let page: Vec<TicketId> =
            self.keys[self.given..].iter().take(AT_ONCE).map(|(_, id)| *id).collect();
        if page.is_empty() {
            return Ok(None);
        }
        self.given += page.len();
        let tickets = ticket::Entity::find()
            .filter(ticket::Column::Id.is_in(page))
            .order_by_asc(ticket::Column::Number)
            .all(self.conn)
            .await?;
        self.tell(tickets).await.map(Some)
    }

    /// What a report knows of these tickets.
    async fn tell(&mut self, tickets: Vec<ticket::Model>) -> Result<Vec<Case>> {
        let conn = self.conn;
        let reopened = reopened(conn, &tickets, &self.span).await?;
        let names = names(conn, &tickets).await?;
        let surveys = surveys(conn, &tickets).await?;
        let mut answered = self.answered(&tickets).await?;
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
                stars: survey
                    .and_then(|survey| survey.stars)
                    .and_then(|stars| stars.try_into().ok()),
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
    async fn answered(&mut self, tickets: &[ticket::Model]) -> Result<HashMap<TicketId, Answered>> {
        let mut answered = HashMap::new();
        for ticket in tickets {
            if ticket.answers.is_none() && ticket.solution_answers.is_none() {
                continue;
            }
            let rules = match self.editions.entry(ticket.edition.clone()) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    new.insert(editions::of(self.conn, self.present, ticket).await?)
                }
            };
            answered.insert(ticket.id, answers::under(rules, ticket)?);
        }
        Ok(answered)
    }
}

/// Notes the keys of the tickets whose instant in `column` lies within the span.
async fn collect(
    conn: &impl ConnectionTrait,
    column: ticket::Column,
    span: &Range<Timestamp>,
    keys: &mut Vec<(TicketNumber, TicketId)>,
) -> Result<()> {
    let (mut at, mut last) = (span.start, TicketId(i64::MIN));
    loop {
        let found = ticket::Entity::find()
            .select_only()
            .columns([ticket::Column::Number, ticket::Column::Id, column])
            .filter(column.gte(at))
            .filter(column.lt(span.end))
            .filter(column.gt(at).or(ticket::Column::Id.gt(last)))
            .order_by_asc(column)
            .order_by_asc(ticket::Column::Id)
            .limit(KEYS_AT_ONCE)
            .into_tuple::<(TicketNumber, TicketId, Timestamp)>()
            .all(conn)
            .await?;
        let Some((_, id, instant)) = found.last() else { return Ok(()) };
        (at, last) = (*instant, *id);
        keys.extend(found.into_iter().map(|(number, id, _)| (number, id)));
    }
}

/// Notes the keys of the tickets that were reopened within the span.
async fn collect_reopened(
    conn: &impl ConnectionTrait,
    span: &Range<Timestamp>,
    keys: &mut Vec<(TicketNumber, TicketId)>,
) -> Result<()> {
    let (mut at, mut last) = (span.start, i64::MIN);
    loop {
        let found = ticket_event::Entity::find()
            .select_only()
            .columns([
                ticket_event::Column::TicketId,
                ticket_event::Column::Id,
                ticket_event::Column::At,
            ])
            .filter(is_reopening())
            .filter(ticket_event::Column::At.gte(at))
            .filter(ticket_event::Column::At.lt(span.end))
            .filter(ticket_event::Column::At.gt(at).or(ticket_event::Column::Id.gt(last)))
            .order_by_asc(ticket_event::Column::At)
            .order_by_asc(ticket_event::Column::Id)
            .limit(KEYS_AT_ONCE)
            .into_tuple::<(TicketId, i64, Timestamp)>()
            .all(conn)
            .await?;
        let Some((_, id, instant)) = found.last() else { return Ok(()) };
        (at, last) = (*instant, *id);
        let found = numbers(conn, found.iter().map(|(ticket, ..)| *ticket)).await?;
        keys.extend(found.into_iter().map(|(id, number)| (number, id)));
    }
}

/// Spelled as in the index, which holds these rows alone.
fn is_reopening() -> Expr {
    ticket_event::Column::Kind.into_expr().eq(Expr::cust("'reopened'"))
}

/// When each of these tickets was reopened within the span.
async fn reopened(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
    span: &Range<Timestamp>,
) -> Result<HashMap<TicketId, Vec<Timestamp>>> {
    let mut reopened: HashMap<TicketId, Vec<Timestamp>> = HashMap::new();
    for some in tickets.chunks(AT_ONCE) {
        let rows = ticket_event::Entity::find()
            .select_only()
            .columns([ticket_event::Column::TicketId, ticket_event::Column::At])
            .filter(ticket_event::Column::TicketId.is_in(some.iter().map(|ticket| ticket.id)))
            .filter(ticket_event::Column::Kind.eq("reopened"))
            .filter(ticket_event::Column::At.gte(span.start))
            .filter(ticket_event::Column::At.lt(span.end))
            .order_by_asc(ticket_event::Column::At)
            .into_tuple::<(TicketId, Timestamp)>()
            .all(conn)
            .await?;
        for (ticket, at) in rows {
            reopened.entry(ticket).or_default().push(at);
        }
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
