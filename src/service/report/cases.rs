//! The tickets that a monthly report lists, page by page, so that memory does not grow with their
//! number. Deliberately absent: counting ([`super::figures()`]), the state of a ticket at the end
//! of a month ([`standing()`]) and wording.

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
        id::{PersonId, TicketId, TicketNumber},
        procedure::Procedure,
        report::{self, Case, Named, Standing, standing},
        time::Timestamp,
    },
    entity::{person, ticket, ticket_event},
    service::{
        Result, editions, from_json,
        ticket::answers::{self, Answered},
    },
};

/// Events that no report mentions. Some tickets have very many of them.
const UNTOLD: [&str; 8] = [
    "attachment_referenced",
    "file_refused",
    "followed_up",
    "noted",
    "reminded",
    "replied",
    "unreachable",
    "warned",
];

/// How many keys one query returns.
const KEYS_AT_ONCE: u64 = 5_000;

/// Facts about other rows that the tickets of a page mention.
struct Around {
    /// The present names of people whose names their events do not record.
    names: HashMap<PersonId, String>,
    /// The numbers of parent tickets and of followed-up tickets.
    earlier: HashMap<TicketId, TicketNumber>,
}

/// Every ticket that was registered, taken, solved, ended or reopened within a span, ordered by
/// number, in its state at the end of the span. Only the keys stay in memory, 16 bytes per ticket;
/// the tickets are read page by page.
pub struct Cases<'c, C> {
    conn: &'c C,
    present: &'c Procedure,
    span: Range<Timestamp>,
    keys: Vec<(TicketNumber, TicketId)>,
    /// How many keys were handed out.
    given: usize,
    /// The editions read so far. Form answers are read under the edition of their ticket.
    editions: HashMap<Option<String>, Cow<'c, Procedure>>,
}

impl<'c, C: ConnectionTrait> Cases<'c, C> {
    /// Finds the tickets of a span. `present` is the edition in force, under which most tickets
    /// run.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(conn: &'c C, present: &'c Procedure, span: Range<Timestamp>) -> Result<Self> {
        let mut keys = Vec::new();
        // One index scan per column; a single query with `OR` would read every ticket.
        for column in [ticket::Column::CreatedAt, ticket::Column::OwnedAt, ticket::Column::ClosedAt]
        {
            collect(conn, column, &span, &mut keys).await?;
        }
        for kind in ["'accepted'", "'solved'", "'reopened'"] {
            collect_events(conn, kind, &span, &mut keys).await?;
        }
        keys.sort_unstable();
        keys.dedup();
        let editions = HashMap::new();
        Ok(Self { conn, present, span, keys, given: 0, editions })
    }

    /// The next page of tickets; `None` after the last.
    ///
    /// # Errors
    /// When the database fails, or a row is unreadable.
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
        // Boxed: the state of a page would otherwise be on the stack of every caller.
        Box::pin(self.build_cases(tickets)).await.map(Some)
    }

    /// Builds the report entries of these tickets.
    async fn build_cases(&mut self, tickets: Vec<ticket::Model>) -> Result<Vec<Case>> {
        let conn = self.conn;
        let mut histories = histories(conn, &tickets).await?;
        let stood = |ticket: ticket::Model| {
            let history = histories.remove(&ticket.id).unwrap_or_default();
            (ticket, standing(history, self.span.end))
        };
        let stood: Vec<(ticket::Model, Standing)> = tickets.into_iter().map(stood).collect();
        let earlier =
            stood.iter().filter_map(|(ticket, _)| ticket.parent_id.or(ticket.follow_up_of));
        let earlier = numbers(conn, earlier).await?;
        let around = &Around { names: names(conn, &stood).await?, earlier };
        let mut cases = Vec::new();
        for (ticket, standing) in stood {
            cases.push(self.case(ticket, standing, around).await?);
        }
        Ok(cases)
    }

    async fn case(
        &mut self,
        mut ticket: ticket::Model,
        standing: Standing,
        around: &Around,
    ) -> Result<Case> {
        let start = self.span.start;
        let end = self.span.end;
        let named = |(id, name): Named| {
            let name = name.unwrap_or_else(|| around.names.get(&id).cloned().unwrap_or_default());
            (id, name)
        };
        let by_then = |at: Option<Timestamp>| at.filter(|at| *at < end);
        if let Some(category) = standing.category {
            let rules = self.rules(&ticket).await?;
            ticket.kind = rules.category(&category).map_or(ticket.kind, |category| category.kind);
            ticket.category = category;
        }
        let given = standing.solution.as_ref();
        let recorded = given.map(|given| given.answers.as_slice()).unwrap_or_default();
        ticket.solution_answers = answers::stored(recorded);
        let answered = self.answered(&ticket).await?;
        let holds = given.filter(|given| !given.refused);
        let left = holds.and_then(|given| {
            // Old events do not record how much time was left. The ticket's own column does, for
            // its last solution.
            given.left.or(ticket.resolve_left.filter(|_| ticket.solved_at == Some(given.at)))
        });
        let requester = ticket.requester_name.take();
        let named_now = || around.names.get(&ticket.requester_id).cloned().unwrap_or_default();
        Ok(Case {
            requester: requester.unwrap_or_else(named_now),
            number: ticket.number,
            kind: ticket.kind,
            priority: standing.priority.unwrap_or(ticket.priority),
            status: standing.status.unwrap_or(ticket.status),
            origin: ticket.origin,
            source: ticket.source,
            parent: ticket
                .parent_id
                .or(ticket.follow_up_of)
                .and_then(|id| around.earlier.get(&id).copied()),
            assets: standing.assets,
            technician: standing.technician.map(named),
            received: ticket.created_at,
            own_due: standing.own_due.unwrap_or(ticket.own_due_at),
            owned: by_then(ticket.owned_at),
            resolve_due: standing.resolve_due.or(ticket.resolve_due_at),
            solved: holds.map(|given| given.at),
            solver: holds.and_then(|given| given.by.clone()).map(named),
            in_time: left.map(|left| left >= 0),
            solution: given.map(|given| given.text.clone()),
            closed: by_then(ticket.closed_at),
            ending: ticket.ending.filter(|_| by_then(ticket.closed_at).is_some()),
            reopened: standing.reopened.into_iter().filter(|at| *at >= start).collect(),
            stars: standing.stars,
            comment: standing.comment,
            form: answered.request,
            solution_form: answered.solution,
            training: standing.training,
            steps: standing.steps,
            category: ticket.category,
            title: ticket.title,
            description: ticket.description,
            place: ticket.place,
            group: standing.group.unwrap_or(ticket.group_key),
        })
    }

    /// The edition a ticket runs under; each edition is read once.
    async fn rules(&mut self, ticket: &ticket::Model) -> Result<&Procedure> {
        Ok(match self.editions.entry(ticket.edition.clone()) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(editions::of(self.conn, self.present, ticket).await?),
        })
    }

    /// The answers of a ticket's forms.
    async fn answered(&mut self, ticket: &ticket::Model) -> Result<Answered> {
        if ticket.answers.is_none() && ticket.solution_answers.is_none() {
            return Ok(Answered::default());
        }
        answers::under(self.rules(ticket).await?, ticket)
    }
}

/// Adds the keys of the tickets whose instant in `column` lies within the span.
async fn collect(
    conn: &impl ConnectionTrait,
    column: ticket::Column,
    span: &Range<Timestamp>,
    keys: &mut Vec<(TicketNumber, TicketId)>,
) -> Result<()> {
    let mut at = span.start;
    let mut last = TicketId(i64::MIN);
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

/// Adds the keys of the tickets that have an event of a kind within the span. The kind is an SQL
/// literal, because a partial index is only used when the condition names its literal.
async fn collect_events(
    conn: &impl ConnectionTrait,
    kind: &'static str,
    span: &Range<Timestamp>,
    keys: &mut Vec<(TicketNumber, TicketId)>,
) -> Result<()> {
    let mut at = span.start;
    let mut last = i64::MIN;
    loop {
        let found = ticket_event::Entity::find()
            .select_only()
            .columns([
                ticket_event::Column::TicketId,
                ticket_event::Column::Id,
                ticket_event::Column::At,
            ])
            .filter(ticket_event::Column::Kind.into_expr().eq(Expr::cust(kind)))
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

/// The events of these tickets that change what a report says about them, in order.
async fn histories(
    conn: &impl ConnectionTrait,
    tickets: &[ticket::Model],
) -> Result<HashMap<TicketId, Vec<report::Entry>>> {
    let mut histories: HashMap<TicketId, Vec<report::Entry>> = HashMap::new();
    for some in tickets.chunks(AT_ONCE) {
        let rows = ticket_event::Entity::find()
            .filter(ticket_event::Column::TicketId.is_in(some.iter().map(|ticket| ticket.id)))
            .filter(ticket_event::Column::Kind.is_not_in(UNTOLD))
            .order_by_asc(ticket_event::Column::Id)
            .all(conn)
            .await?;
        for row in rows {
            let event = from_json(&row.detail, || format!("ticket_event {}", row.id))?;
            histories.entry(row.ticket_id).or_default().push(report::Entry {
                at: row.at,
                actor: row.actor_id,
                name: row.actor_name,
                own_due: row.own_due_at,
                resolve_due: row.resolve_due_at,
                resolve_left: row.resolve_left,
                event,
            });
        }
    }
    Ok(histories)
}

/// The present names of people whose names their events do not record.
async fn names(
    conn: &impl ConnectionTrait,
    stood: &[(ticket::Model, Standing)],
) -> Result<HashMap<PersonId, String>> {
    let unnamed =
        |named: Option<&Named>| named.filter(|(_, name)| name.is_none()).map(|(id, _)| *id);
    let of = |(ticket, standing): &(ticket::Model, Standing)| {
        let requester = ticket.requester_name.is_none().then_some(ticket.requester_id);
        let solver = standing.solution.as_ref().and_then(|given| given.by.as_ref());
        [requester, unnamed(standing.technician.as_ref()), unnamed(solver)]
    };
    let mut people: Vec<PersonId> = stood.iter().flat_map(of).flatten().collect();
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
