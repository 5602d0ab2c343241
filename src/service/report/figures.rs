//! Counts a month: the database adds up, a row a category, technician and ending, so that what is read
//! does not grow with the tickets. What these sums mean is [`crate::domain::report::figures`].

use std::{collections::HashMap, ops::Range};

use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryResult, Statement,
};

use super::AT_ONCE;
use crate::{
    domain::{
        event::Ending,
        id::PersonId,
        procedure::Procedure,
        report::{self, Figures, Ratings, Share, Slice, Tally},
        time::Timestamp,
    },
    entity::person,
    service::Result,
};

/// Finds the tickets of a span, one walk along an index for each way in which a ticket belongs to it
/// (with `OR` the engine would read every ticket), and adds up what happened to them in it. `$1` is the
/// span's first instant and `$2` the first one after it.
const SUMS: &str = "WITH hit AS ( \
        SELECT id FROM ticket WHERE created_at >= $1 AND created_at < $2 \
        UNION SELECT id FROM ticket WHERE solved_at >= $1 AND solved_at < $2 \
        UNION SELECT id FROM ticket WHERE closed_at >= $1 AND closed_at < $2 \
        UNION SELECT ticket_id FROM ticket_event \
            WHERE kind = 'reopened' AND at >= $1 AND at < $2), \
    again AS ( \
        SELECT ticket_id, COUNT(*) AS times FROM ticket_event \
        WHERE kind = 'reopened' AND at >= $1 AND at < $2 GROUP BY ticket_id), \
    fact AS ( \
        SELECT ticket.category, ticket.technician_id, ticket.ending, ticket.resolve_left, \
            ticket.source, survey.stars, COALESCE(again.times, 0) AS times, \
            ticket.created_at >= $1 AND ticket.created_at < $2 AS received, \
            COALESCE(ticket.solved_at >= $1 AND ticket.solved_at < $2, FALSE) AS solved, \
            COALESCE(ticket.closed_at >= $1 AND ticket.closed_at < $2, FALSE) AS closed, \
            COALESCE(ticket.owned_at >= $1 AND ticket.owned_at < $2, FALSE) AS owned, \
            COALESCE(ticket.owned_at <= ticket.own_due_at, FALSE) AS prompt \
        FROM hit CROSS JOIN ticket \
        LEFT JOIN survey ON survey.ticket_id = ticket.id AND survey.round = ticket.round \
        LEFT JOIN again ON again.ticket_id = ticket.id \
        WHERE ticket.id = hit.id) \
    SELECT category, technician_id, ending, COUNT(*) AS tickets, \
        CAST(SUM(times) AS BIGINT) AS reopened, \
        COUNT(CASE WHEN received THEN 1 END) AS received, \
        COUNT(CASE WHEN received AND source = 'proactive' THEN 1 END) AS proactive, \
        COUNT(CASE WHEN solved THEN 1 END) AS solved, \
        COUNT(CASE WHEN solved AND resolve_left IS NOT NULL THEN 1 END) AS measured, \
        COUNT(CASE WHEN solved AND resolve_left >= 0 THEN 1 END) AS in_time, \
        COUNT(CASE WHEN closed THEN 1 END) AS closed, \
        COUNT(CASE WHEN closed OR received THEN 1 END) AS touched, \
        COUNT(CASE WHEN closed THEN stars END) AS ratings, \
        CAST(COALESCE(SUM(CASE WHEN closed THEN stars END), 0) AS BIGINT) AS stars, \
        COUNT(CASE WHEN owned THEN 1 END) AS owned, \
        COUNT(CASE WHEN owned AND prompt THEN 1 END) AS prompt \
    FROM fact GROUP BY category, technician_id, ending";

/// The figures of a span.
///
/// # Errors
/// When the database fails.
pub async fn figures(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    span: &Range<Timestamp>,
) -> Result<Figures> {
    let bounds = [span.start.0.into(), span.end.0.into()];
    let asked = Statement::from_sql_and_values(conn.get_database_backend(), SUMS, bounds);
    let rows = conn.query_all_raw(asked).await?;
    let mut slices = rows.iter().map(slice).collect::<Result<Vec<_>, DbErr>>()?;
    name_technicians(conn, &mut slices).await?;
    Ok(report::figures(slices, &procedure.left_out))
}

fn slice(row: &QueryResult) -> Result<Slice, DbErr> {
    let count = |column: &str| {
        let count = row.try_get::<i64>("", column)?;
        usize::try_from(count).map_err(|_| DbErr::Type(format!("{column} is below zero")))
    };
    let technician: Option<PersonId> = row.try_get("", "technician_id")?;
    let ending: Option<Ending> = row.try_get("", "ending")?;
    Ok(Slice {
        category: row.try_get("", "category")?,
        technician: technician.map(|id| (id, String::new())),
        ending,
        tickets: count("tickets")?,
        tally: Tally {
            received: count("received")?,
            solved: count("solved")?,
            in_time: Share { met: count("in_time")?, of: count("measured")? },
            ratings: Ratings { count: count("ratings")?, sum: count("stars")? },
        },
        proactive: count("proactive")?,
        owned: Share { met: count("prompt")?, of: count("owned")? },
        reopened: count("reopened")?,
        closed: count("closed")?,
        touched: count("touched")?,
    })
}

async fn name_technicians(conn: &impl ConnectionTrait, slices: &mut [Slice]) -> Result<()> {
    let mut ids: Vec<PersonId> =
        slices.iter().filter_map(|slice| Some(slice.technician.as_ref()?.0)).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut names = HashMap::new();
    for some in ids.chunks(AT_ONCE) {
        let some = person::Column::Id.is_in(some.iter().copied());
        let found = person::Entity::find().filter(some).all(conn).await?;
        names.extend(found.into_iter().map(|person| (person.id, person.name)));
    }
    for (id, name) in slices.iter_mut().filter_map(|slice| slice.technician.as_mut()) {
        *name = names.get(id).cloned().unwrap_or_default();
    }
    Ok(())
}
