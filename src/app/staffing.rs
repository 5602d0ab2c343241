//! Warns of groups without people, in `mesabot check` and in the log at the start. Deliberately
//! absent: a fault; people join a group by an invitation, which only a running desk issues.

use super::App;
use crate::{
    config::Loaded,
    domain::procedure::Procedure,
    service::{Connection, Result, database::Database, membership::groups},
};

/// Warnings about the groups of a configured desk, read from its database. There are none when the
/// database does not exist yet or cannot be read.
pub async fn warnings(loaded: &Loaded) -> Vec<String> {
    let url = loaded.config.database.expose();
    if !Database::is_there(url) {
        return vec![];
    }
    let Ok(database) = Database::open(url).await else { return vec![] };
    let found = of(database.reader(), &loaded.procedure).await;
    database.close().await;
    found.unwrap_or_default()
}

pub async fn log(app: &App) {
    match of(app.database.reader(), &app.desk.procedure).await {
        Ok(warnings) => warnings.iter().for_each(|warning| tracing::warn!("{warning}")),
        Err(error) => tracing::warn!(%error, "the members of the groups cannot be read"),
    }
}

async fn of(conn: &impl Connection, procedure: &Procedure) -> Result<Vec<String>> {
    let empty = groups::without_people(conn, procedure).await?;
    let warning = |group: String| {
        format!(
            "group {group} has no people: its tickets are shown to the supervisors; add people with \
             `mesabot people group add` or `mesabot invite`"
        )
    };
    Ok(empty.into_iter().map(warning).collect())
}
