//! The tickets that a person may mean while typing: candidates found in the database by the first
//! digits of the number or by words of the title. Deliberately absent: the final comparison of
//! words; engines disagree on accents, so the caller filters the candidates.

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

/// The maximum of offered tickets, which is the length of a suggestion list.
const LIMIT: usize = 25;
/// How many tickets are read at a time.
const PAGE: u64 = 100;
/// How many pages are read at most, when many candidates differ only by accents.
const PAGES: usize = 10;

/// The typed text.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'s> {
    /// Words in lower case without accents.
    pub words: &'s [String],
    /// The first digits of a number, when nothing else was typed.
    pub number: Option<&'s str>,
}

/// At most 25 tickets, newest first, that the reader may read now, that `fits` accepts, and that
/// the reader requested, has, or can take because they wait for one of `groups`.
///
/// # Errors
/// When the database fails.
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
