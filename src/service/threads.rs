//! The chat threads in which the tickets of a group are discussed. A thread is a view: when it is
//! deleted, it is created again. Rows refer to it by a key of the desk's own, such as `~5`, because
//! messages may be queued before the platform has created the thread. Deliberately absent: the
//! messages in a thread, and how a platform creates one.

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

/// How often a thread is created for one acceptance of its ticket. When a chat's members delete it
/// that often, they do not want it.
pub const OPENINGS: i32 = 3;

/// The prefix of a symbolic key. No platform's key starts with it.
const MARK: char = '~';

/// The symbolic address of a thread, valid before and after the platform creates it.
pub fn address(thread: &thread::Model) -> Address {
    Address {
        channel: thread.channel,
        chat_key: format!("{MARK}{}", thread.id),
        person: None,
        locale: thread.locale,
    }
}

/// The thread that a chat key stands for, if it is a symbolic key.
pub fn by_symbolic_key(chat_key: &str) -> Option<ThreadId> {
    chat_key.strip_prefix(MARK)?.parse().ok().map(ThreadId)
}

/// The thread of a ticket in a group's chat: the existing one, or a new one with this name. A
/// thread that was given up is tried again.
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

/// Reads one thread.
pub async fn find(conn: &impl ConnectionTrait, id: ThreadId) -> Result<thread::Model> {
    thread::Entity::find_by_id(id)
        .one(conn)
        .await?
        .ok_or_else(|| Error::Missing(format!("thread {id}")))
}

/// The thread that has this key on the platform.
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

/// The open threads of a network, selected by whether their tickets are over.
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

/// Whether the ticket still belongs in the thread: it is not over, and a technician of the group
/// whose chat contains the thread has it.
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

/// The accounts that a person has on the thread's network.
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

/// Records whether the thread is archived.
pub async fn set_archived(tx: &DatabaseTransaction, id: ThreadId, asleep: bool) -> Result<()> {
    change(tx, id, thread::ActiveModel { asleep: Set(asleep), ..Default::default() }).await
}

/// Clears the platform's key of a thread that was deleted, with the cards in it. Returns whether
/// the deletion was not known before.
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

/// Gives a thread up, because it cannot be created or the desk has no access to it. Its cards are
/// no longer updated.
pub async fn give_up(tx: &DatabaseTransaction, thread: &thread::Model) -> Result<()> {
    change(tx, thread.id, thread::ActiveModel { given_up: Set(true), ..Default::default() })
        .await?;
    cards::abandon(tx, &address(thread)).await
}

/// The queued messages of a thread, oldest first.
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
