//! Queries for tickets, each limited to what the reader may see: the filter is part of the query,
//! and a ticket that the reader may not see looks like one that does not exist (G16). Lists page by
//! key, never by offset.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::ExprTrait,
};

use super::{Subject, readers};
use crate::{
    domain::{
        event::Event,
        facts::TicketFacts,
        id::{PersonId, TicketId, TicketNumber},
        procedure::Procedure,
        refusal::Refusal,
        right::Reader,
        status::Status,
        time::Timestamp,
    },
    entity::{equipment, person, ticket, ticket_event},
    service::{Act, Doing, Error, Result, editions, from_json, people},
};

/// The kinds of events that a ticket may have without limit.
const WORDS: [&str; 4] = ["noted", "replied", "attachment_referenced", "file_refused"];
/// How many such events, and how many other events, are read of one history.
const LATEST: u64 = 1_000;

/// One page of a list, and where the next begins.
#[derive(Debug, Clone)]
pub struct Page {
    /// The tickets, in order.
    pub tickets: Vec<ticket::Model>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<Cursor>,
}

/// The position of a ticket in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The rank in the queue; zero in lists without one.
    pub rank: i64,
    /// The ticket.
    pub id: TicketId,
}

/// One ticket, when `reader` may read it.
///
/// # Errors
/// Refuses with the same answer a ticket that does not exist and one that `reader` may not read.
pub async fn one(
    conn: &impl ConnectionTrait,
    reader: Reader<'_>,
    number: TicketNumber,
) -> Result<ticket::Model> {
    ticket::Entity::find()
        .filter(readers::readable(reader))
        .filter(ticket::Column::Number.eq(number))
        .one(conn)
        .await?
        .ok_or_else(|| Refusal::UnknownTicket(number).into())
}

/// The tickets that a person requested, newest first.
pub async fn mine(
    conn: &impl ConnectionTrait,
    requester: PersonId,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page> {
    let mut query = ticket::Entity::find()
        .filter(ticket::Column::RequesterId.eq(requester))
        .order_by_desc(ticket::Column::Id)
        .limit(limit + 1);
    if let Some(after) = after {
        query = query.filter(ticket::Column::Id.lt(after.id));
    }
    Ok(page(query.all(conn).await?, limit))
}

/// The requester's open tickets, newest first.
pub async fn mine_open(
    conn: &impl ConnectionTrait,
    requester: PersonId,
    limit: u64,
) -> Result<Vec<ticket::Model>> {
    // Few people have more than one page of tickets, and fewer have an open ticket beyond it.
    let recent = mine(conn, requester, None, Ord::max(limit, 20)).await?;
    let mut open = recent.tickets;
    open.retain(|ticket| !ticket.status.is_final());
    open.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(open)
}

/// The tickets that need work from a technician who has them, or that they were escalated to by
/// name; newest first. Solved tickets wait for their requester and are left out.
pub async fn in_charge(
    conn: &impl ConnectionTrait,
    technician: PersonId,
    limit: u64,
) -> Result<Vec<ticket::Model>> {
    let over = Status::ALL.into_iter().filter(|status| status.is_final());
    let is_theirs = ticket::Column::TechnicianId.eq(technician);
    let is_theirs = is_theirs.or(ticket::Column::MeantFor.eq(technician));
    Ok(ticket::Entity::find()
        .filter(is_theirs)
        .filter(ticket::Column::Status.is_not_in(over.chain([Status::Solved])))
        .order_by_desc(ticket::Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// The tickets of these groups that wait or are in progress, most urgent first. One indexed query
/// per group; the results are merged here.
pub async fn queue(
    conn: &impl ConnectionTrait,
    groups: &[String],
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page> {
    let mut tickets = Vec::new();
    for group in groups {
        let query = ticket::Entity::find().filter(ticket::Column::GroupKey.eq(group));
        tickets.extend(ranked(query, after, limit).all(conn).await?);
    }
    tickets.sort_by_key(cursor);
    Ok(page(tickets, limit))
}

/// The position of a ticket in its group's queue; `None` when it is in no queue.
pub fn place(ticket: &ticket::Model) -> Option<Cursor> {
    ticket.queue_rank.map(|rank| Cursor { rank, id: ticket.id })
}

/// How many tickets of a group's queue come before this position (N4); an index scan.
pub async fn before(conn: &impl ConnectionTrait, group: &str, place: Cursor) -> Result<u64> {
    let rank = ticket::Column::QueueRank;
    let count = ticket::Entity::find()
        .select_only()
        .column_as(ticket::Column::Id.count(), "count")
        .filter(ticket::Column::GroupKey.eq(group))
        .filter(rank.gte(0))
        .filter(rank.lte(place.rank))
        .filter(rank.lt(place.rank).or(ticket::Column::Id.lt(place.id)))
        .into_tuple::<i64>()
        .one(conn)
        .await?;
    Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or_default())
}

/// The tickets that a technician has, most urgent first.
pub async fn assigned(
    conn: &impl ConnectionTrait,
    technician: PersonId,
    after: Option<Cursor>,
    limit: u64,
) -> Result<Page> {
    let query = ticket::Entity::find().filter(ticket::Column::TechnicianId.eq(technician));
    Ok(page(ranked(query, after, limit).all(conn).await?, limit))
}

/// The history of a ticket, in order: the latest words and files, and the latest of all other
/// events. The two limits are separate, so that many words never displace the steps.
pub async fn history(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<Entry>> {
    let kind = ticket_event::Column::Kind;
    let mut rows = Vec::new();
    for of_kind in [kind.is_in(WORDS), kind.is_not_in(WORDS)] {
        let latest = ticket_event::Entity::find()
            .filter(ticket_event::Column::TicketId.eq(ticket))
            .filter(of_kind)
            .order_by_desc(ticket_event::Column::Id)
            .limit(LATEST);
        rows.extend(latest.all(conn).await?);
    }
    rows.sort_unstable_by_key(|row| row.id);
    rows.into_iter()
        .map(|row| {
            let event = from_json(&row.detail, || format!("ticket_event {}", row.id))?;
            Ok(Entry { row, event })
        })
        .collect()
}

/// One entry of a ticket's history.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The row: actor, instant and network.
    pub row: ticket_event::Model,
    /// What happened.
    pub event: Event,
}

/// The person who gave the last solution of a ticket, with their name; `None` when no person solved
/// it, for example when self-help did.
pub fn solver<C: ConnectionTrait>(
    conn: &C,
    ticket: TicketId,
) -> Doing<'_, Option<(PersonId, String)>> {
    Box::pin(async move {
        let solved = ticket_event::Entity::find()
            .filter(ticket_event::Column::TicketId.eq(ticket))
            .filter(ticket_event::Column::Kind.eq("solved"))
            .order_by_desc(ticket_event::Column::Id)
            .one(conn)
            .await?;
        let Some(id) = solved.and_then(|solved| solved.actor_id) else { return Ok(None) };
        let person = people::person(conn, people::joined(conn, id).await?).await?;
        Ok(person.map(|person| (person.id, person.name)))
    })
}

/// Reads one ticket by its row id.
pub async fn by_id(conn: &impl ConnectionTrait, id: TicketId) -> Result<ticket::Model> {
    ticket::Entity::find_by_id(id)
        .one(conn)
        .await?
        .ok_or_else(|| Error::Missing(format!("ticket {id}")))
}

/// The parent ticket of a related case. A case that continues an approval has no parent in this
/// sense, because the approved ticket is over.
pub async fn parent_of(
    conn: &impl ConnectionTrait,
    ticket: &ticket::Model,
) -> Result<Option<ticket::Model>> {
    let Some(id) = ticket.parent_id else { return Ok(None) };
    Ok(Some(by_id(conn, id).await?).filter(|parent| !parent.approval))
}

/// The equipment of a ticket that is away.
pub async fn away(
    conn: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Option<equipment::Model>> {
    let row = equipment::Entity::find_by_id(ticket).one(conn).await?;
    Ok(row.filter(|row| row.returned_at.is_none()))
}

/// The facts about a ticket that the rules need. The present procedure decides who may read the
/// ticket.
pub async fn facts(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    ticket: &ticket::Model,
) -> Result<TicketFacts> {
    let named = async |person: Option<PersonId>| match person {
        None => Ok::<_, Error>(None),
        Some(id) => {
            Ok(person::Entity::find_by_id(id).one(conn).await?.map(|row| (row.id, row.name)))
        }
    };
    // A planned visit or equipment taken along lets a ticket wait without a stated reason.
    let waits = match ticket.status {
        Status::Suspended => true,
        Status::WithVendor if ticket.suspension.is_none() => away(conn, ticket.id).await?.is_some(),
        _ => ticket.suspension.is_some(),
    };
    // Boxed: facts are read deep inside every operation.
    let related_to = match ticket.parent_id {
        Some(_) => Box::pin(parent_of(conn, ticket)).await?.map(|parent| parent.number),
        None => None,
    };
    let received = ticket.promise_group.as_deref();
    let answers_to = match &ticket.edition {
        Some(digest) if *digest != procedure.digest => {
            let rules = Box::pin(editions::of(conn, procedure, ticket)).await?;
            rules.answers_to(received, &ticket.group_key).map(|group| group.key.clone())
        }
        _ => procedure.answers_to(received, &ticket.group_key).map(|group| group.key.clone()),
    };
    Ok(TicketFacts {
        number: ticket.number,
        status: ticket.status,
        requester: ticket.requester_id,
        group: ticket.group_key.clone(),
        technician: named(ticket.technician_id).await?,
        meant_for: named(ticket.meant_for).await?,
        approval: ticket.approval,
        related_to,
        waits,
        answers_to,
        readers: readers::of(conn, procedure, ticket).await?,
    })
}

/// The earliest instant in a column that is later than `after` and not later than `until`.
pub(super) async fn earliest<E: EntityTrait>(
    conn: &impl ConnectionTrait,
    column: E::Column,
    after: Timestamp,
    until: Timestamp,
) -> Result<Option<Timestamp>> {
    Ok(E::find()
        .select_only()
        .column(column)
        .filter(column.gt(after))
        .filter(column.lte(until))
        .order_by_asc(column)
        .into_tuple::<Timestamp>()
        .one(conn)
        .await?)
}

/// Locks a ticket for the rest of the transaction, without checking the actor's rights. The caller
/// asks the rules next.
pub(crate) async fn locked<'a>(act: &Act<'a>, number: TicketNumber) -> Result<Subject<'a>> {
    let ticket = ticket::Entity::find()
        .filter(ticket::Column::Number.eq(number))
        .lock_exclusive()
        .one(act.tx)
        .await?
        .ok_or(Refusal::UnknownTicket(number))?;
    let facts = facts(act.tx, act.procedure, &ticket).await?;
    let rules = editions::of(act.tx, act.procedure, &ticket).await?;
    Ok(Subject { ticket, facts, rules })
}

fn ranked(
    query: Select<ticket::Entity>,
    after: Option<Cursor>,
    limit: u64,
) -> Select<ticket::Entity> {
    // The first condition keeps ended tickets out of the index scan.
    let rank = ticket::Column::QueueRank;
    let query = match after {
        None => query.filter(rank.gte(0)),
        Some(after) => query
            .filter(rank.gte(after.rank))
            .filter(rank.gt(after.rank).or(ticket::Column::Id.gt(after.id))),
    };
    query.order_by_asc(rank).order_by_asc(ticket::Column::Id).limit(limit + 1)
}

fn page(mut tickets: Vec<ticket::Model>, limit: u64) -> Page {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = tickets.len() > limit;
    tickets.truncate(limit);
    let next = tickets.last().filter(|_| more).map(cursor);
    Page { tickets, next }
}

fn cursor(ticket: &ticket::Model) -> Cursor {
    Cursor { rank: ticket.queue_rank.unwrap_or(0), id: ticket.id }
}
