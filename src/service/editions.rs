//! Stored editions of the procedure. A ticket runs under the edition that was in force when it was
//! registered, so editing the procedure file never changes a running promise. Days without service
//! are the exception: they apply to every ticket from the moment they are decreed. Deliberately
//! absent: a cache; nearly every open ticket runs under the present edition, which is in memory.

use std::borrow::Cow;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, sea_query::OnConflict,
};

use super::{Error, Result, from_json, to_json};
use crate::{
    domain::{procedure::Procedure, time::Timestamp},
    entity::{edition, ticket},
};

/// Stores the present edition, unless it is stored already.
pub async fn keep(tx: &DatabaseTransaction, procedure: &Procedure, now: Timestamp) -> Result<()> {
    let row = edition::ActiveModel {
        digest: Set(procedure.digest.clone()),
        procedure: Set(procedure.id.clone()),
        version: Set(procedure.version.clone()),
        rules: Set(to_json(procedure)),
        kept_at: Set(now),
    };
    edition::Entity::insert(row)
        .on_conflict(OnConflict::column(edition::Column::Digest).do_nothing().to_owned())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The rules a ticket runs under, extended by the days without service of the present edition.
///
/// # Errors
/// When the ticket's edition is missing or unreadable.
pub async fn of<'p>(
    conn: &impl ConnectionTrait,
    present: &'p Procedure,
    ticket: &ticket::Model,
) -> Result<Cow<'p, Procedure>> {
    let Some(digest) = ticket.edition.as_ref().filter(|digest| **digest != present.digest) else {
        return Ok(Cow::Borrowed(present));
    };
    let mut rules = kept(conn, digest).await?;
    if !rules.lacks_days_of(present).is_empty() {
        let digest = rules.digest.clone();
        rules = Procedure { digest, ..rules.with_holidays_of(present) };
    }
    Ok(Cow::Owned(rules))
}

/// The rules of an edition as they were when it was stored.
///
/// # Errors
/// When the edition is missing or unreadable.
pub async fn kept(conn: &impl ConnectionTrait, digest: &str) -> Result<Procedure> {
    let row = edition::Entity::find_by_id(digest)
        .one(conn)
        .await?
        .ok_or_else(|| Error::Missing(format!("edition {digest}")))?;
    let mut rules: Procedure = from_json(&row.rules, || format!("edition {digest}"))?;
    rules.digest = row.digest;
    Ok(rules)
}
