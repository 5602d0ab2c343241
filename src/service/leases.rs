//! Leases: which replica alone performs a task (G8). A lease expires by the database's clock, which
//! is the same for all replicas. Its epoch is a fencing token that grows with every change of the
//! holder. Every write under the lease checks the epoch in the same transaction, so a replica that
//! lost the lease unnoticed cannot commit. Deliberately absent: when to renew, and the tasks
//! themselves.

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

/// The fencing token of a lease: proves that a write comes from the present holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The name of the lease.
    pub name: String,
    /// The epoch under which the lease was taken.
    pub epoch: i64,
}

/// A replica's claim on a lease.
#[derive(Debug, Clone, Copy)]
pub struct Claim<'a> {
    /// The name of the claiming replica.
    pub holder: &'a str,
    /// For how long the lease is claimed, in milliseconds.
    pub length: i64,
    /// A present holder that may lose the lease to the claimant before it expires: one that does
    /// nothing under it, or that holds too many leases.
    pub instead_of: Option<&'a str>,
}

/// The lease of this name, and whether a replica that would hold it for `length` milliseconds may
/// take it.
pub async fn observe(
    conn: &impl ConnectionTrait,
    name: &str,
    length: i64,
) -> Result<Option<(lease::Model, bool)>> {
    let free = Expr::case(has_run_out(conn.get_database_backend(), length), 1).finally(0);
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

/// Takes a lease whose last seen epoch is `seen`; `None` means that the row did not exist. Returns
/// `None` when another replica was first, or when the holder has renewed the lease since.
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
    let mut free = has_run_out(backend, claim.length);
    if let Some(holder) = claim.instead_of {
        free = free.or(Column::Holder.eq(holder));
    }
    let taken = Entity::update_many()
        .col_expr(Column::Holder, Expr::value(claim.holder))
        .col_expr(Column::Epoch, Expr::value(seen + 1))
        .col_expr(Column::ExpiresAt, now(backend).add(claim.length))
        .filter(Column::Name.eq(name))
        .filter(Column::Epoch.eq(seen))
        .filter(free)
        .exec(tx)
        .await?;
    let fence = Fence { name: name.to_owned(), epoch: seen + 1 };
    Ok((taken.rows_affected == 1).then_some(fence))
}

/// How many leases with this name prefix a replica holds.
pub async fn count_held(
    conn: &impl ConnectionTrait,
    holder: &str,
    beginning: &str,
    length: i64,
) -> Result<usize> {
    let counted = Entity::find()
        .filter(Column::Holder.eq(holder))
        .filter(Column::Name.starts_with(beginning))
        .filter(has_run_out(conn.get_database_backend(), length).not())
        .count(conn)
        .await?;
    Ok(usize::try_from(counted).unwrap_or(usize::MAX))
}

/// Renews the leases in `names` that `holder` still holds, for `length` milliseconds from now.
/// Returns those; the holder has lost the rest.
pub async fn renew(
    tx: &DatabaseTransaction,
    holder: &str,
    names: &[&str],
    length: i64,
) -> Result<Vec<Fence>> {
    let mine = Column::Holder.eq(holder).and(Column::ExpiresAt.gt(0));
    let mine = mine.and(Column::Name.is_in(names.iter().copied()));
    Entity::update_many()
        .col_expr(Column::ExpiresAt, now(tx.get_database_backend()).add(length))
        .filter(mine.clone())
        .exec(tx)
        .await?;
    let rows = Entity::find().filter(mine).all(tx).await?;
    Ok(rows.into_iter().map(|row| Fence { name: row.name, epoch: row.epoch }).collect())
}

/// Releases a lease before it expires, so that the next replica need not wait.
pub async fn release(tx: &DatabaseTransaction, fence: &Fence) -> Result<()> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(0))
        .filter(Column::Name.eq(fence.name.as_str()))
        .filter(Column::Epoch.eq(fence.epoch))
        .exec(tx)
        .await?;
    Ok(())
}

/// Checks that this transaction belongs to the present holder, and locks the lease until the
/// transaction ends.
///
/// # Errors
/// [`Error::LeaseLost`] when another replica holds the lease; the caller must roll back.
pub async fn hold(tx: &DatabaseTransaction, fence: &Fence) -> Result<()> {
    // SQLite has no row locks, but no other connection can write during this transaction.
    let row = Entity::find_by_id(fence.name.as_str()).lock_shared().one(tx).await?;
    match row {
        Some(row) if row.epoch == fence.epoch => Ok(()),
        _ => Err(Error::LeaseLost),
    }
}

/// Whether a lease may be taken: it has expired, or it expires later than any holder may claim,
/// which means that the database's clock was set back.
fn has_run_out(backend: DbBackend, length: i64) -> Expr {
    let past = Expr::col(Column::ExpiresAt).lte(now(backend));
    past.or(Expr::col(Column::ExpiresAt).gt(now(backend).add(length)))
}

/// The database's clock in milliseconds: the instant of the statement, not of the transaction.
fn now(backend: DbBackend) -> Expr {
    Expr::cust(match backend {
        DbBackend::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        _ => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
    })
}
