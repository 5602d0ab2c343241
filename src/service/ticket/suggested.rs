//! The tickets that a person may mean while they type: all of theirs, found by the database by the
//! beginning of a number or by words of the title. Deliberately absent: how the words are compared in the
//! end; engines do not agree on accents, so the caller looks again.

use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};

use super::readers::readable;
use crate::{
    domain::{id::TicketId, right::Reader},
    entity::ticket,
    service::{Result, people::known::pattern},
};

/// How many tickets are offered at most: as many as a list of suggestions shows.
const LIMIT: usize = 25;
/// How many tickets are read at a time.
const PAGE: u64 = 100;
/// How many pages are read at most, when many titles fit but for their accents.
const PAGES: usize = 10;

/// What was typed.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'s> {
    /// Words without accents, in small letters.
    pub words: &'s [String],
    /// The digits at the beginning of a number, when nothing else was typed.
    pub number: Option<&'s str>,
}

/// At most 25 of the tickets that the reader may read now, and asked for, has, or can take because they wait for one of
/// `groups`: those that `fits` says fit, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn suggested(
    conn: &impl ConnectionTrait,
    reader: Reader<'_>,
    groups: &[String],
    sought: Sought<'_>,
    fits: impl Fn(&ticket::Model) -> bool,
) -> Result<Vec<ticket::Model>> {
    let open = ticket::Column::QueueRank.gte(0);
    let theirs = Condition::any()
        .add(ticket::Column::RequesterId.eq(reader.actor.id))
        .add(ticket::Column::TechnicianId.eq(reader.actor.id).and(open.clone()))
        .add(ticket::Column::GroupKey.is_in(groups.iter().cloned()).and(open));
    let mut all = Condition::all().add(theirs).add(readable(reader));
    let mut meant = Condition::any();
    if let Some(digits) = sought.number {
        let number = Expr::col(ticket::Column::Number).cast_as("text");
        meant = meant.add(number.like(format!("{digits}%")));
    }
    let mut titled = Condition::all();
    for word in sought.words {
        let title = Expr::expr(Func::lower(Expr::col(ticket::Column::Title)));
        titled = titled.add(title.like(pattern(word)));
    }
    if !sought.words.is_empty() {
        meant = meant.add(titled);
        all = all.add(meant);
    }
    let mut found = Vec::new();
    let mut before: Option<TicketId> = None;
    for _ in 0..PAGES {
        let mut query = ticket::Entity::find().filter(all.clone());
        if let Some(before) = before {
            query = query.filter(ticket::Column::Id.lt(before));
        }
        let page = query.order_by_desc(ticket::Column::Id).limit(PAGE).all(conn).await?;
        before = page.last().map(|ticket| ticket.id);
        let whole = u64::try_from(page.len()).is_ok_and(|read| read == PAGE);
        found.extend(page.into_iter().filter(|ticket| fits(ticket)));
        if found.len() >= LIMIT || !whole {
            break;
        }
    }
    found.truncate(LIMIT);
    Ok(found)
}
