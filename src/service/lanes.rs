//! Finds the heads of a queue's lanes. Inbox and outbox process each lane in order, so only the
//! oldest open row of a lane may be taken. Deliberately absent: what a lane is, and which heads may
//! be taken now.

use sea_orm::{DbBackend, sea_query::Expr};

/// Whether a row of `table` is the first open one of its lane in the `order` of these columns, the
/// last of which is `id`.
///
/// A recursive query walks from one lane's head to the next along the index on `open_lane` and
/// `order`, so each lane costs one step, however many rows wait in it. Each step sorts by both
/// `open_lane` and `order`: a query for the least `id` of one lane could be answered along the
/// primary key instead, past every settled row.
pub fn is_head(table: &'static str, order: &[&'static str], backend: DbBackend) -> Expr {
    let order: String = order.iter().map(|column| format!(", head.{column}")).collect();
    let heads = format!(
        "WITH RECURSIVE heads (id) AS ( \
            SELECT (SELECT head.id FROM {table} AS head WHERE head.open_lane >= '' \
                    ORDER BY head.open_lane{order} LIMIT 1) \
            UNION ALL \
            SELECT (SELECT head.id FROM {table} AS head WHERE head.open_lane > \
                        (SELECT last.open_lane FROM {table} AS last WHERE last.id = heads.id) \
                    ORDER BY head.open_lane{order} LIMIT 1) \
            FROM heads WHERE heads.id IS NOT NULL) \
        SELECT heads.id FROM heads WHERE heads.id IS NOT NULL"
    );
    Expr::cust(match backend {
        // As an array the heads are computed once; a subquery might run again for every row.
        DbBackend::Postgres => format!("{table}.id = ANY (ARRAY({heads}))"),
        _ => format!("{table}.id IN ({heads})"),
    })
}
