//! The threads in which the tickets of a group are talked about. A thread is a view: whoever deletes
//! it loses nothing, and it is made again. It is spoken of by a key of the desk's own, `~5`, because
//! what is to be said there may have to wait until the platform has made it. Deliberately absent:
//! what is said there, and how a platform makes one.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use super::{
    Error, Result, cards,
    outbox::{self, lane},
    people::{self, Address, linking},
};
use crate::{
    domain::{
        channel::ChannelKind,
        id::{PersonId, ThreadId, TicketId},
        status::Status,
    },
    entity::{outbox as said, thread, ticket},
};

/// How often a thread is made for one acceptance of its ticket: whoever deletes it so often does
/// not want it.
pub const OPENINGS: i32 = 3;

/// What a symbolic key begins with; no platform's key does.
const MARK: char = '~';

/// Where a thread is spoken to, wherever the platform has it.
pub fn address(thread: &thread::Model) -> Address {
    Address {
        channel: thread.channel,
        chat_key: format!("{MARK}{}", thread.id),
        person: None,
        locale: thread.locale,
    }
}

/// The thread that a chat key stands for, when it stands for one.
pub fn meant(chat_key: &str) -> Option<ThreadId> {
    chat_key.strip_prefix(MARK)?.parse().ok().map(ThreadId)
}

/// The thread of a ticket in a group's chat: the one there is, or a new one of this name. One that
/// was given up is tried again.
pub async fn register(
    tx: &DatabaseTransaction,
    ticket: TicketId,
    place: &Address,
    name: String,
) -> Result<thread::Model> {
    let known = thread::Entity::find()
        .filter(thread::Column::TicketId.eq(ticket))
        .filter(thread::Column::Channel.eq(place.channel))
        .filter(thread::Column::Place.eq(&place.chat_key))
        .one(tx)
        .await?;
    match known {
        Some(known) => {
            let mut change = thread::ActiveModel::from(known.clone());
            change.openings = Set(0);
            if known.given_up {
                change.given_up = Set(false);
                change.chat_key = Set(None);
                change.asleep = Set(false);
            }
            Ok(change.update(tx).await?)
        }
        None => {
            let row = thread::ActiveModel {
                ticket_id: Set(ticket),
                channel: Set(place.channel),
                place: Set(place.chat_key.clone()),
                locale: Set(place.locale),
                name: Set(name),
                chat_key: Set(None),
                overheard: Set(false),
                asleep: Set(false),
                given_up: Set(false),
                openings: Set(0),
                ..Default::default()
            };
            Ok(row.insert(tx).await?)
        }
    }
}

/// The thread with this identity.
pub async fn find(conn: &impl ConnectionTrait, id: ThreadId) -> Result<thread::Model> {
    thread::Entity::find_by_id(id)
        .one(conn)
        .await?
        .ok_or_else(|| Error::Unreadable(format!("thread {id} is not there")))
}

/// The thread that the platform knows by this key.
pub async fn of_chat(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<Option<thread::Model>> {
    if !channel.has_threads() {
        return Ok(None);
    }
    Ok(thread::Entity::find()
        .filter(thread::Column::Channel.eq(channel))
        .filter(thread::Column::ChatKey.eq(chat_key))
        .filter(thread::Column::GivenUp.eq(false))
        .one(conn)
        .await?)
}

/// The threads of a ticket that were not given up.
pub async fn of_ticket(
    conn: &impl ConnectionTrait,
    ticket: TicketId,
) -> Result<Vec<thread::Model>> {
    Ok(thread::Entity::find()
        .filter(thread::Column::TicketId.eq(ticket))
        .filter(thread::Column::GivenUp.eq(false))
        .order_by_asc(thread::Column::Id)
        .all(conn)
        .await?)
}

/// The threads of a network that stand, by whether their tickets are over.
pub async fn standing(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    over: bool,
) -> Result<Vec<thread::Model>> {
    let statuses = Status::ALL.into_iter().filter(|status| status.is_final() == over);
    let its_ticket = Expr::col((ticket::Entity, ticket::Column::Id))
        .equals((thread::Entity, thread::Column::TicketId));
    let ticket = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(its_ticket)
        .filter(ticket::Column::Status.is_in(statuses))
        .into_query();
    Ok(thread::Entity::find()
        .filter(thread::Column::Channel.eq(channel))
        .filter(thread::Column::ChatKey.is_not_null())
        .filter(thread::Column::GivenUp.eq(false))
        .filter(Expr::exists(ticket))
        .order_by_asc(thread::Column::Id)
        .all(conn)
        .await?)
}

/// Whether the ticket belongs in the thread now: a technician of the group whose chat it hangs in
/// has it, and it is not over.
pub async fn is_current(
    conn: &impl ConnectionTrait,
    thread: &thread::Model,
    ticket: &ticket::Model,
) -> Result<bool> {
    if thread.given_up || ticket.technician_id.is_none() || ticket.status.is_final() {
        return Ok(false);
    }
    let groups = people::groups_of_chat(conn, thread.channel, &thread.place).await?;
    Ok(groups.contains(&ticket.group_key))
}

/// The accounts that somebody has on the thread's network.
pub async fn accounts(
    conn: &impl ConnectionTrait,
    thread: &thread::Model,
    person: PersonId,
) -> Result<Vec<String>> {
    let accounts = linking::accounts(conn, person).await?;
    let here = accounts.into_iter().filter(|account| account.channel == thread.channel);
    Ok(here.map(|account| account.external_key).collect())
}

/// A thread that the platform has created.
#[derive(Debug, Clone, Copy)]
pub struct Opened<'o> {
    /// The platform's key of the thread.
    pub chat_key: &'o str,
    /// Whether other members of the chat can read the thread.
    pub overheard: bool,
}

/// Records that the platform has created a thread.
pub async fn opened(tx: &DatabaseTransaction, id: ThreadId, opened: Opened<'_>) -> Result<()> {
    thread::Entity::update_many()
        .col_expr(thread::Column::ChatKey, Expr::value(opened.chat_key))
        .col_expr(thread::Column::Overheard, Expr::value(opened.overheard))
        .col_expr(thread::Column::Openings, Expr::col(thread::Column::Openings).add(1))
        .filter(thread::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes whether it sleeps from now on.
pub async fn put_away(tx: &DatabaseTransaction, id: ThreadId, asleep: bool) -> Result<()> {
    change(tx, id, thread::ActiveModel { asleep: Set(asleep), ..Default::default() }).await
}

/// Forgets where it was, because somebody deleted it, with everything that hung there. Gives whether
/// that is news.
pub async fn forget(tx: &DatabaseTransaction, gone: &thread::Model) -> Result<bool> {
    let Some(known) = &gone.chat_key else { return Ok(false) };
    let forgotten = thread::Entity::update_many()
        .col_expr(thread::Column::ChatKey, Expr::value(Option::<String>::None))
        .filter(thread::Column::Id.eq(gone.id))
        .filter(thread::Column::ChatKey.eq(known))
        .exec(tx)
        .await?;
    if forgotten.rows_affected == 0 {
        return Ok(false);
    }
    cards::forget_messages(tx, &address(gone)).await?;
    Ok(true)
}

/// Gives it up, because it cannot be made or the desk was shut out of it: its cards are no longer
/// kept up to date.
pub async fn give_up(tx: &DatabaseTransaction, thread: &thread::Model) -> Result<()> {
    change(tx, thread.id, thread::ActiveModel { given_up: Set(true), ..Default::default() })
        .await?;
    cards::abandon(tx, &address(thread)).await
}

/// What waits to be done in it, oldest first.
pub async fn waiting(
    conn: &impl ConnectionTrait,
    thread: &thread::Model,
) -> Result<Vec<said::Model>> {
    outbox::waiting_in(conn, &lane(thread.channel, &address(thread).chat_key)).await
}

async fn change(tx: &DatabaseTransaction, id: ThreadId, change: thread::ActiveModel) -> Result<()> {
    thread::Entity::update_many().set(change).filter(thread::Column::Id.eq(id)).exec(tx).await?;
    Ok(())
}
