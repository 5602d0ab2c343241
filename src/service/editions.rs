//! The editions of the procedure. A ticket runs under the rules it was registered with: editing the
//! file, or another calendar, never changes a running promise. Deliberately absent: a cache; nearly
//! every ticket at work runs under the present edition, which is at hand.

use std::borrow::Cow;

use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, EntityTrait, sea_query::OnConflict,
};

use super::{Error, Result, from_json, to_json};
use crate::{
    domain::{procedure::Procedure, time::Timestamp},
    entity::{edition, ticket},
};

/// Keeps the present edition, unless it is kept already.
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

/// The rules a ticket runs under.
///
/// # Errors
/// When its edition is not there or cannot be read.
pub async fn of<'p>(
    conn: &impl ConnectionTrait,
    present: &'p Procedure,
    ticket: &ticket::Model,
) -> Result<Cow<'p, Procedure>> {
    let Some(digest) = ticket.edition.as_ref().filter(|digest| **digest != present.digest) else {
        return Ok(Cow::Borrowed(present));
    };
    let row = edition::Entity::find_by_id(digest.clone())
        .one(conn)
        .await?
        .ok_or_else(|| Error::Unreadable(format!("edition {digest} is not there")))?;
    let mut rules: Procedure = from_json(&row.rules, || format!("edition {digest}"))?;
    rules.digest = row.digest;
    Ok(Cow::Owned(rules))
}
