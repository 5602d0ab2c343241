//! The heads of a queue's lanes: inbox and outbox keep each lane in order, so only its oldest open row
//! may be taken. Deliberately absent: what a lane is, and which heads may be taken now.

use sea_orm::{DbBackend, sea_query::Expr};

/// Whether a row of `table` is the first open one of its lane in the `order` of these columns, the last
/// of which is `id`.
///
/// From one lane's head straight to the next along the index on `open_lane` and `order`: however much waits
/// in a lane, it is one step. Each step asks for both in the order of that index, since whoever asks for
/// the least `id` of a lane alone may be answered along the primary key, past everything that was ever
/// settled.
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
        // As an array they are found once; a query might be asked again for every row it is held against.
        DbBackend::Postgres => format!("{table}.id = ANY (ARRAY({heads}))"),
        _ => format!("{table}.id IN ({heads})"),
    })
}
