//! Counts a month in the database: one row per kind, category, ending and person, so that the
//! amount of data read does not grow with the tickets. [`crate::domain::report::figures`] gives
//! these sums their meaning.

use std::{collections::HashMap, ops::Range};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryResult,
    Statement,
};

use super::AT_ONCE;
use crate::{
    domain::{
        ending::Ending,
        id::PersonId,
        procedure::Procedure,
        report::{self, Backlog, Figures, Share, Slice},
        time::Timestamp,
    },
    entity::person,
    service::Result,
};

/// What happened in a span, each kind of fact found by its own instant along its own index. `$1` is
/// the first instant of the span, `$2` the first one after it. A ticket counts under the category
/// and the ending that it had at the end of the span. `COALESCE` keeps SQLite from scanning
/// `ticket_owned` through every ticket that was never taken. The history of old tickets does not
/// record promises; they only tell how their last solution stood.
const SUMS: &str = "WITH fact AS ( \
        SELECT id AS ticket_id, 'received' AS what, CAST(NULL AS BIGINT) AS person, \
            CAST(NULL AS TEXT) AS name, CASE WHEN source = 'proactive' THEN 1 ELSE 0 END AS kept, \
            0 AS stars \
        FROM ticket WHERE created_at >= $1 AND created_at < $2 \
        UNION ALL SELECT id, 'taken', NULL, NULL, \
            CASE WHEN owned_at <= own_due_at THEN 1 ELSE 0 END, 0 \
        FROM ticket WHERE owned_at >= $1 AND owned_at < $2 \
        UNION ALL SELECT id, 'never_taken', NULL, NULL, 0, 0 \
        FROM ticket WHERE closed_at >= $1 AND closed_at < $2 \
            AND COALESCE(owned_at, 0) = 0 AND own_due_at < closed_at \
        UNION ALL SELECT id, 'ended', NULL, NULL, \
            CASE WHEN ending NOT IN ('authorised', 'silence') THEN 0 \
                WHEN COALESCE(survey_asked, TRUE) THEN 1 ELSE 0 END, 0 \
        FROM ticket WHERE closed_at >= $1 AND closed_at < $2 \
        UNION ALL SELECT id, 'dropped', NULL, NULL, 0, 0 \
        FROM ticket WHERE closed_at >= $1 AND closed_at < $2 AND ending <> 'self_help' \
            AND COALESCE((SELECT last.kind FROM ticket_event AS last \
                WHERE last.ticket_id = ticket.id AND last.kind IN ('solved', 'reopened') \
                ORDER BY last.id DESC LIMIT 1), '') <> 'solved' \
        UNION ALL SELECT id, 'solved', NULL, NULL, 1, 0 \
        FROM ticket WHERE closed_at >= $1 AND closed_at < $2 AND ending = 'self_help' \
        UNION ALL SELECT event.ticket_id, 'solved', event.actor_id, event.actor_name, \
            CASE WHEN event.resolve_left >= 0 THEN 1 WHEN event.resolve_left < 0 THEN 0 \
                WHEN ticket.solved_at = event.at AND ticket.resolve_left >= 0 THEN 1 \
                WHEN ticket.solved_at = event.at THEN 0 END, 0 \
        FROM ticket_event AS event CROSS JOIN ticket \
        WHERE event.kind = 'solved' AND event.at >= $1 AND event.at < $2 \
            AND ticket.id = event.ticket_id \
        UNION ALL SELECT ticket_id, 'accepted', actor_id, actor_name, 0, 0 \
        FROM ticket_event WHERE kind = 'accepted' AND at >= $1 AND at < $2 \
        UNION ALL SELECT ticket_id, 'reopened', NULL, NULL, 0, 0 \
        FROM ticket_event WHERE kind = 'reopened' AND at >= $1 AND at < $2 \
        UNION ALL SELECT rated.ticket_id, 'rated', solved.actor_id, solved.actor_name, 0, \
            COALESCE(survey.stars, 0) \
        FROM ticket_event AS rated CROSS JOIN ticket CROSS JOIN survey CROSS JOIN ticket_event AS solved \
        WHERE rated.kind = 'rated' AND rated.at >= $1 AND rated.at < $2 \
            AND ticket.id = rated.ticket_id \
            AND survey.ticket_id = ticket.id AND survey.round = ticket.round \
            AND solved.id = (SELECT last.id FROM ticket_event AS last \
                WHERE last.ticket_id = rated.ticket_id AND last.kind = 'solved' \
                    AND last.id < rated.id \
                ORDER BY last.id DESC LIMIT 1) \
            AND COALESCE(solved.actor_id, 0) <> COALESCE(rated.actor_id, 0)) \
    SELECT COALESCE(( \
            SELECT {from} FROM ticket_event AS later \
            WHERE later.ticket_id = ticket.id AND later.kind = 'recategorised' AND later.at >= $2 \
            ORDER BY later.id LIMIT 1), ticket.category) AS category, \
        CASE WHEN ticket.closed_at < $2 THEN ticket.ending END AS ending, \
        fact.what AS what, fact.person AS person, MAX(fact.name) AS name, COUNT(*) AS times, \
        COUNT(DISTINCT fact.ticket_id) AS tickets, COUNT(fact.kept) AS known, \
        CAST(COALESCE(SUM(fact.kept), 0) AS BIGINT) AS kept, \
        CAST(SUM(fact.stars) AS BIGINT) AS stars \
    FROM fact CROSS JOIN ticket WHERE ticket.id = fact.ticket_id GROUP BY 1, 2, 3, 4";

/// The open tickets right before the instant `$1`: those that had not ended and whose last
/// solution, if any, had been refused. Their promises are those of their last event before that
/// instant.
const OPEN: &str = "WITH living AS ( \
        SELECT id FROM ticket WHERE closed_at IS NULL AND created_at < $1 \
        UNION ALL SELECT id FROM ticket WHERE closed_at >= $1 AND created_at < $1), \
    state AS ( \
        SELECT ticket.owned_at, ticket.own_due_at, ticket.resolve_due_at, ticket.resolve_left, \
            (SELECT last.kind FROM ticket_event AS last \
                WHERE last.ticket_id = ticket.id AND last.at < $1 \
                    AND last.kind IN ('solved', 'reopened') \
                ORDER BY last.id DESC LIMIT 1) AS word, \
            (SELECT last.id FROM ticket_event AS last \
                WHERE last.ticket_id = ticket.id AND last.at < $1 \
                    AND last.own_due_at IS NOT NULL \
                ORDER BY last.id DESC LIMIT 1) AS entry \
        FROM living CROSS JOIN ticket WHERE ticket.id = living.id) \
    SELECT COUNT(*) AS waiting, \
        COUNT(CASE WHEN event.id IS NULL \
                AND (state.resolve_due_at < $2 OR state.resolve_left < 0) THEN 1 \
            WHEN event.resolve_due_at < $2 OR event.resolve_left < 0 THEN 1 END) AS overdue, \
        COUNT(CASE WHEN (state.owned_at IS NULL OR state.owned_at >= $1) \
            AND COALESCE(event.own_due_at, state.own_due_at) < $2 THEN 1 END) AS untaken \
    FROM state LEFT JOIN ticket_event AS event ON event.id = state.entry \
    WHERE COALESCE(state.word, '') <> 'solved'";

/// The figures of a span.
///
/// # Errors
/// When the database fails.
pub async fn figures(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    span: &Range<Timestamp>,
) -> Result<Figures> {
    // Boxed: the state of three queries would otherwise be on the stack of every caller.
    Box::pin(count_span(conn, procedure, span)).await
}

async fn count_span(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    span: &Range<Timestamp>,
) -> Result<Figures> {
    let backend = conn.get_database_backend();
    let from = match backend {
        DbBackend::Postgres => "CAST(later.detail AS json) ->> 'from'",
        _ => "json_extract(later.detail, '$.from')",
    };
    let bounds = [span.start.0.into(), span.end.0.into()];
    let sums = SUMS.replace("{from}", from);
    let asked = Statement::from_sql_and_values(backend, sums, bounds);
    let rows = conn.query_all_raw(asked).await?;
    let mut slices = rows.iter().map(slice).collect::<Result<Vec<_>, DbErr>>()?;
    name_persons(conn, &mut slices).await?;
    let mut figures = report::figures(slices, &procedure.left_out);
    let Backlog { entered, left, .. } = figures.backlog;
    let start = open(conn, span.start).await?.end;
    figures.backlog = Backlog { start, entered, left, ..open(conn, span.end).await? };
    Ok(figures)
}

fn slice(row: &QueryResult) -> Result<Slice, DbErr> {
    let ending: Option<Ending> = row.try_get("", "ending")?;
    let person: Option<PersonId> = row.try_get("", "person")?;
    let name: Option<String> = row.try_get("", "name")?;
    let what: String = row.try_get("", "what")?;
    Ok(Slice {
        what: what.parse().map_err(DbErr::Type)?,
        category: row.try_get("", "category")?,
        ending,
        person: person.map(|id| (id, name.unwrap_or_default())),
        times: count(row, "times")?,
        tickets: count(row, "tickets")?,
        kept: Share { met: count(row, "kept")?, of: count(row, "known")? },
        stars: count(row, "stars")?,
    })
}

fn count(row: &QueryResult, column: &str) -> Result<usize, DbErr> {
    let count = row.try_get::<i64>("", column)?;
    usize::try_from(count).map_err(|_| DbErr::Type(format!("{column} is below zero")))
}

/// The backlog right before an instant. The sums of a span count what entered and left it.
async fn open(conn: &impl ConnectionTrait, at: Timestamp) -> Result<Backlog> {
    let bounds = [at.0.into(), at.plus(-1).0.into()];
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), OPEN, bounds);
    let Some(row) = conn.query_one_raw(asked).await? else { return Ok(Backlog::default()) };
    Ok(Backlog {
        end: count(&row, "waiting")?,
        overdue: count(&row, "overdue")?,
        untaken: count(&row, "untaken")?,
        ..Backlog::default()
    })
}

/// Gives each person one name: the one recorded with an event, or the present name where none was
/// recorded.
async fn name_persons(conn: &impl ConnectionTrait, slices: &mut [Slice]) -> Result<()> {
    let mut names: HashMap<PersonId, String> = HashMap::new();
    for (id, name) in slices.iter().filter_map(|slice| slice.person.as_ref()) {
        let known = names.entry(*id).or_default();
        if *known < *name {
            known.clone_from(name);
        }
    }
    let unnamed = names.iter().filter(|(_, name)| name.is_empty());
    let unnamed: Vec<PersonId> = unnamed.map(|(id, _)| *id).collect();
    for some in unnamed.chunks(AT_ONCE) {
        let some = person::Column::Id.is_in(some.iter().copied());
        let found = person::Entity::find().filter(some).all(conn).await?;
        names.extend(found.into_iter().map(|person| (person.id, person.name)));
    }
    for (id, name) in slices.iter_mut().filter_map(|slice| slice.person.as_mut()) {
        *name = names.get(id).cloned().unwrap_or_default();
    }
    Ok(())
}
