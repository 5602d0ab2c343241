//! The files of tickets: which are still to be fetched, how each fetch ended, and where each file
//! was shown. Deliberately absent: the bytes, which are in the file store, and the fetching.

use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, TryInsertResult,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::{
    Error, Result,
    outbox::LONGEST_WAIT,
    people::{self, Address},
};
use crate::{
    domain::{
        channel::ChannelKind,
        file::Unkept,
        id::{PersonId, TicketId},
        time::Timestamp,
    },
    entity::{
        attachment::{self, FileState},
        file_showing, person, stored_file,
    },
};

/// A file that was fetched into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Its size in bytes.
    pub size: i64,
    /// Its media type, detected from its content.
    pub media: String,
}

/// A stored file of a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The attachment by which the file came to the ticket.
    pub attachment: attachment::Model,
    /// The stored file.
    pub file: stored_file::Model,
}

/// How many files of a ticket are in which state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// Stored, or still to be fetched.
    pub files: usize,
    /// Stored.
    pub kept: usize,
    /// Not stored, for any reason.
    pub missing: usize,
}

impl Count {
    fn add(&mut self, state: FileState, count: usize) {
        match state {
            FileState::Wanted => self.files += count,
            FileState::Kept => {
                self.files += count;
                self.kept += count;
            }
            FileState::Refused | FileState::Lost => self.missing += count,
        }
    }

    /// All files, stored or not.
    pub fn all(&self) -> usize {
        self.files + self.missing
    }
}

/// The files that are due to be fetched, those that wait longest first, without those of networks
/// that are `unreached`. When no file is due, returns those whose next attempt lies further ahead
/// than any back-off allows, which means that the clock was set back.
pub async fn due(
    conn: &impl ConnectionTrait,
    now: Timestamp,
    unreached: &[ChannelKind],
    limit: u64,
) -> Result<Vec<attachment::Model>> {
    let reached = || attachment::Column::Channel.is_not_in(unreached.iter().copied());
    let due = awaited(conn, attachment::Column::DueAt.lte(now).and(reached()), limit).await?;
    if !due.is_empty() {
        return Ok(due);
    }
    let put_back = attachment::Column::DueAt.gt(now.plus(LONGEST_WAIT));
    awaited(conn, put_back.and(reached()), limit).await
}

async fn awaited(
    conn: &impl ConnectionTrait,
    until: Expr,
    limit: u64,
) -> Result<Vec<attachment::Model>> {
    Ok(attachment::Entity::find()
        .filter(until)
        .order_by_asc(attachment::Column::DueAt)
        .order_by_asc(attachment::Column::Id)
        .limit(limit)
        .all(conn)
        .await?)
}

/// The next instant at which a file is due, without those of networks that are `unreached`.
pub async fn next_due(
    conn: &impl ConnectionTrait,
    unreached: &[ChannelKind],
) -> Result<Option<Timestamp>> {
    Ok(attachment::Entity::find()
        .select_only()
        .column_as(attachment::Column::DueAt.min(), "next")
        .filter(attachment::Column::DueAt.is_not_null())
        .filter(attachment::Column::Channel.is_not_in(unreached.iter().copied()))
        .into_tuple::<Option<Timestamp>>()
        .one(conn)
        .await?
        .flatten())
}

/// Claims a file until `until`, so that no other fetcher takes it. The file becomes due again when
/// its fetcher dies. Returns whether this claim was the first.
pub async fn claim(
    tx: &DatabaseTransaction,
    wanted: &attachment::Model,
    until: Timestamp,
) -> Result<bool> {
    let claimed = attachment::Entity::update_many()
        .set(attachment::ActiveModel { due_at: Set(Some(until)), ..Default::default() })
        .col_expr(attachment::Column::Attempts, Expr::col(attachment::Column::Attempts).add(1))
        .filter(attachment::Column::Id.eq(wanted.id))
        .filter(attachment::Column::State.eq(FileState::Wanted))
        .filter(attachment::Column::DueAt.eq(wanted.due_at))
        .exec(tx)
        .await?;
    Ok(claimed.rows_affected == 1)
}

/// Postpones the next attempt to fetch a file until `at`.
pub async fn put_off(
    tx: &DatabaseTransaction,
    wanted: &attachment::Model,
    at: Timestamp,
) -> Result<()> {
    let change = attachment::ActiveModel { due_at: Set(Some(at)), ..Default::default() };
    settle(tx, wanted, change).await.map(drop)
}

/// Records that a file is in the store. Returns it, unless the attachment was settled already.
pub async fn keep(
    tx: &DatabaseTransaction,
    wanted: &attachment::Model,
    fetched: &Fetched,
    now: Timestamp,
) -> Result<Option<Kept>> {
    let row = stored_file::ActiveModel {
        digest: Set(fetched.digest.clone()),
        size: Set(fetched.size),
        media: Set(fetched.media.clone()),
        kept_at: Set(now),
    };
    // The same content may have been stored before, or may be stored by another fetcher at this
    // moment.
    let known = OnConflict::column(stored_file::Column::Digest).do_nothing().to_owned();
    stored_file::Entity::insert(row).on_conflict(known).exec_without_returning(tx).await?;
    let change = attachment::ActiveModel {
        state: Set(FileState::Kept),
        digest: Set(Some(fetched.digest.clone())),
        due_at: Set(None),
        settled_at: Set(Some(now)),
        ..Default::default()
    };
    if !settle(tx, wanted, change).await? {
        return Ok(None);
    }
    let attachment = reread(tx, wanted).await?;
    let file = stored_file::Entity::find_by_id(&fetched.digest).one(tx).await?;
    let file = file.ok_or_else(|| Error::Unreadable(format!("attachment {}", wanted.id)))?;
    Ok(Some(Kept { attachment, file }))
}

/// Records that a file will not be stored. Returns its attachment, unless it was settled already.
pub async fn give_up(
    tx: &DatabaseTransaction,
    wanted: &attachment::Model,
    why: Unkept,
    now: Timestamp,
) -> Result<Option<attachment::Model>> {
    let state = if why.is_refusal() { FileState::Refused } else { FileState::Lost };
    let change = attachment::ActiveModel {
        state: Set(state),
        why: Set(Some(why)),
        due_at: Set(None),
        settled_at: Set(Some(now)),
        ..Default::default()
    };
    if settle(tx, wanted, change).await? { reread(tx, wanted).await.map(Some) } else { Ok(None) }
}

/// Changes an attachment whose file is still to be fetched. Returns the row, or `None` when it was
/// settled.
async fn settle(
    tx: &DatabaseTransaction,
    wanted: &attachment::Model,
    change: attachment::ActiveModel,
) -> Result<bool> {
    let settled = attachment::Entity::update_many()
        .set(change)
        .filter(attachment::Column::Id.eq(wanted.id))
        .filter(attachment::Column::State.eq(FileState::Wanted))
        .exec(tx)
        .await?;
    Ok(settled.rows_affected == 1)
}

async fn reread(
    conn: &impl ConnectionTrait,
    known: &attachment::Model,
) -> Result<attachment::Model> {
    let row = attachment::Entity::find_by_id(known.id).one(conn).await?;
    row.ok_or_else(|| Error::Missing(format!("attachment {}", known.id)))
}

/// The stored files of a ticket, in the order in which they were sent.
pub async fn of_ticket(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<Kept>> {
    let rows = attachment::Entity::find()
        .filter(attachment::Column::TicketId.eq(ticket))
        .filter(attachment::Column::State.eq(FileState::Kept))
        .order_by_asc(attachment::Column::Id)
        .all(conn)
        .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let digests = rows.iter().filter_map(|row| row.digest.clone());
    let files = stored_file::Entity::find()
        .filter(stored_file::Column::Digest.is_in(digests))
        .all(conn)
        .await?;
    let kept = |attachment: attachment::Model| {
        let same = |file: &&stored_file::Model| Some(&file.digest) == attachment.digest.as_ref();
        let file = files.iter().find(same)?.clone();
        Some(Kept { attachment, file })
    };
    Ok(rows.into_iter().filter_map(kept).collect())
}

/// Counts the files of a ticket: all of them, and those that belong to no internal note.
pub async fn count(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<(Count, Count)> {
    let counted = attachment::Entity::find()
        .select_only()
        .columns([attachment::Column::State, attachment::Column::Internal])
        .column_as(attachment::Column::Id.count(), "count")
        .filter(attachment::Column::TicketId.eq(ticket))
        .group_by(attachment::Column::State)
        .group_by(attachment::Column::Internal)
        .into_tuple::<(FileState, bool, i64)>()
        .all(conn)
        .await?;
    let mut all = Count::default();
    let mut open = Count::default();
    for (state, internal, count) in counted {
        let count = usize::try_from(count).unwrap_or_default();
        all.add(state, count);
        if !internal {
            open.add(state, count);
        }
    }
    Ok((all, open))
}

/// The person who sent a file, or the person that person was joined to since.
pub async fn sender(
    conn: &impl ConnectionTrait,
    attachment: &attachment::Model,
) -> Result<Option<person::Model>> {
    match attachment.person_id {
        Some(id) => people::person(conn, people::joined(conn, id).await?).await,
        None => Ok(None),
    }
}

/// Whether a person sent a file.
pub async fn is_from(
    conn: &impl ConnectionTrait,
    attachment: &attachment::Model,
    person: PersonId,
) -> Result<bool> {
    Ok(sender(conn, attachment).await?.is_some_and(|sender| sender.id == person))
}

/// Records that a file is shown in a chat. Returns whether it was not shown there before.
pub async fn show(
    tx: &DatabaseTransaction,
    attachment: &attachment::Model,
    to: &Address,
) -> Result<bool> {
    let row = file_showing::ActiveModel {
        attachment_id: Set(attachment.id),
        channel: Set(to.channel),
        chat_key: Set(to.chat_key.clone()),
    };
    let inserted = file_showing::Entity::insert(row)
        .on_conflict_do_nothing()
        .exec_without_returning(tx)
        .await?;
    Ok(matches!(inserted, TryInsertResult::Inserted(rows) if rows > 0))
}
