//! Who alone does something, of all the replicas that could (G8). A lease runs out by the database's
//! own clock, which is one for all, and has a number that grows with every change of hands: what its
//! holder writes asks for that number in the same transaction, so that whoever lost it without
//! noticing writes nothing. Deliberately absent: when to renew, and what is done under a lease.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, PaginatorTrait,
    QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{Error, Result};
use crate::{
    domain::time::Timestamp,
    entity::lease::{self, Column, Entity},
};

/// What shows that a write comes from the present holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// What is done under the lease.
    pub name: String,
    /// The number under which it was taken.
    pub epoch: i64,
}

/// Somebody's claim on a lease.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// Who claims it.
    pub holder: &'a str,
    /// For how many milliseconds.
    pub term: i64,
    /// The holder instead of whom the claimant would have it, if he would: one who does nothing under it,
    /// or has too many.
    pub instead_of: Option<&'a str>,
}

/// The lease of this name, and whether it may be taken by somebody who would hold it for `term`
/// milliseconds.
pub async fn standing(
    conn: &impl ConnectionTrait,
    name: &str,
    term: i64,
) -> Result<Option<(lease::Model, bool)>> {
    let free = Expr::case(has_run_out(conn.get_database_backend(), term), 1).finally(0);
    let row = Entity::find_by_id(name)
        .select_only()
        .columns([Column::Name, Column::Holder, Column::Epoch, Column::ExpiresAt])
        .column_as(Expr::Case(Box::new(free)), "free")
        .into_tuple::<(String, String, i64, Timestamp, i32)>()
        .one(conn)
        .await?;
    Ok(row.map(|(name, holder, epoch, expires_at, free)| {
        (lease::Model { name, holder, epoch, expires_at }, free == 1)
    }))
}

/// Takes a lease of which the claimant has seen the number `seen`, none when there was no such lease.
/// Nothing when somebody else was first, or its holder has renewed it meanwhile.
pub async fn take(
    tx: &DatabaseTransaction,
    name: &str,
    claim: Claim<'_>,
    seen: Option<i64>,
) -> Result<Option<Fence>> {
    if seen.is_none() {
        let blank = lease::ActiveModel {
            name: Set(name.to_owned()),
            holder: Set(String::new()),
            epoch: Set(0),
            expires_at: Set(Timestamp(0)),
        };
        let known = OnConflict::column(Column::Name).do_nothing().to_owned();
        Entity::insert(blank).on_conflict(known).exec_without_returning(tx).await?;
    }
    let backend = tx.get_database_backend();
    let seen = seen.unwrap_or(0);
    let mut free = has_run_out(backend, claim.term);
    if let Some(holder) = claim.instead_of {
        free = free.or(Column::Holder.eq(holder));
    }
    let taken = Entity::update_many()
        .col_expr(Column::Holder, Expr::value(claim.holder))
        .col_expr(Column::Epoch, Expr::value(seen + 1))
        .col_expr(Column::ExpiresAt, now(backend).add(claim.term))
        .filter(Column::Name.eq(name))
        .filter(Column::Epoch.eq(seen))
        .filter(free)
        .exec(tx)
        .await?;
    let fence = Fence { name: name.to_owned(), epoch: seen + 1 };
    Ok((taken.rows_affected == 1).then_some(fence))
}

/// How many leases somebody has whose names begin so.
pub async fn held_by(
    conn: &impl ConnectionTrait,
    holder: &str,
    beginning: &str,
    term: i64,
) -> Result<usize> {
    let counted = Entity::find()
        .filter(Column::Holder.eq(holder))
        .filter(Column::Name.starts_with(beginning))
        .filter(has_run_out(conn.get_database_backend(), term).not())
        .count(conn)
        .await?;
    Ok(usize::try_from(counted).unwrap_or(usize::MAX))
}

/// Renews those leases of `names` that `holder` holds for `term` milliseconds more. Gives which those
/// are; the others were lost.
pub async fn renew(
    tx: &DatabaseTransaction,
    holder: &str,
    names: &[&str],
    term: i64,
) -> Result<Vec<Fence>> {
    let mine = Column::Holder.eq(holder).and(Column::ExpiresAt.gt(0));
    let mine = mine.and(Column::Name.is_in(names.iter().copied()));
    Entity::update_many()
        .col_expr(Column::ExpiresAt, now(tx.get_database_backend()).add(term))
        .filter(mine.clone())
        .exec(tx)
        .await?;
    let rows = Entity::find().filter(mine).all(tx).await?;
    Ok(rows.into_iter().map(|row| Fence { name: row.name, epoch: row.epoch }).collect())
}

/// Gives a lease back before its time, so that nobody waits for it.
pub async fn give_back(tx: &DatabaseTransaction, fence: &Fence) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(0))
        .filter(Column::Name.eq(fence.name.as_str()))
        .filter(Column::Epoch.eq(fence.epoch))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets a transaction go on that belongs to the present holder, and nobody else take the lease before
/// it ends.
///
/// # Errors
/// [`Error::TermOver`] when the lease has changed hands; nothing of the transaction may stay.
pub async fn hold(tx: &DatabaseTransaction, fence: &Fence) -> Result<()> {
    // On SQLite, which has no locks of rows, nobody else can write meanwhile anyhow.
    let row = Entity::find_by_id(fence.name.as_str()).lock_shared().one(tx).await?;
    match row {
        Some(row) if row.epoch == fence.epoch => Ok(()),
        _ => Err(Error::TermOver),
    }
}

/// Whether a lease is anybody's: its time is over, or lies further ahead than anybody may hold it,
/// since the database's clock was put back.
fn has_run_out(backend: DbBackend, term: i64) -> Expr {
    let past = Expr::col(Column::ExpiresAt).lte(now(backend));
    past.or(Expr::col(Column::ExpiresAt).gt(now(backend).add(term)))
}

/// The database's own time, in milliseconds: the instant of the statement, not of the transaction.
fn now(backend: DbBackend) -> Expr {
    Expr::cust(match backend {
        DbBackend::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    })
}
