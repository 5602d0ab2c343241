//! Joins two people into one, and undoes a join. The event of a join lists every row that it moved,
//! so that undoing can return what still exists; what happened after the join stays with the
//! person who did it. Deliberately absent: the consent of both sides, which the chats ask for.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{groups, guard};
use crate::{
    domain::{
        id::{AccountId, PersonId, TicketId},
        person::{Access, Role},
        person_event::{By, Moved, PersonEvent},
        refusal::Refusal,
        time::Timestamp,
    },
    entity::{account, card, membership, outbox, person, ticket, ticket_reader, visit},
    service::{
        Act, Error, Result,
        outbox::lane,
        people::{
            self, history,
            linking::{self, Joined},
        },
        ticket::{Done, follow, release},
    },
};

/// How many rows one statement names.
const CHUNK: usize = 500;

/// A join that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The row of its event.
    pub id: i64,
    /// When it was made.
    pub at: Timestamp,
    /// The name of the person who was joined.
    pub name: String,
    /// The person who was joined; `None` when the account was unknown to the desk.
    pub gone: Option<PersonId>,
    /// The role that the joined person had.
    pub role: Role,
    /// The rows that the join moved.
    pub moved: Moved,
}

/// A join that was undone.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The person who keeps the remaining accounts.
    pub from: PersonId,
    /// The person who has the returned accounts now.
    pub to: person::Model,
    /// The returned accounts.
    pub accounts: Vec<account::Model>,
    /// The tickets that went back to their groups.
    pub released: Vec<Done>,
}

/// Moves everything of `gone` to `into`: accounts, tickets, groups, the higher role, and queued
/// messages. The row of `gone` stays, because the history names it.
///
/// # Errors
/// Refuses when either was joined to another person before, or was revoked.
pub async fn join(act: &Act<'_>, by: By, gone: PersonId, into: PersonId) -> Result<Joined> {
    let tx = act.tx;
    // In the order of their keys, so that two transactions that join the same people do not
    // deadlock.
    let both = person::Entity::find()
        .filter(person::Column::Id.is_in([gone, into]))
        .filter(person::Column::JoinedInto.is_null())
        .filter(person::Column::RevokedAt.is_null())
        .order_by_asc(person::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let find = |id| both.iter().find(|person| person.id == id);
    let (Some(left), Some(stays)) = (find(gone), find(into)) else {
        return Err(Error::Refused(Refusal::LinkInvalid));
    };
    let mut moved = move_tickets(tx, gone, into).await?;
    moved.groups = groups_of(tx, gone).await?;
    let had = groups_of(tx, into).await?;
    moved.groups_given =
        moved.groups.iter().filter(|group| !had.contains(group)).cloned().collect();
    people::promote(tx, stays, left.role, &moved.groups).await?;
    let emptied = membership::Entity::delete_many().filter(membership::Column::PersonId.eq(gone));
    emptied.exec(tx).await?;
    for account in linking::accounts(tx, gone).await? {
        moved.accounts.push(account.id);
        move_account(tx, account, into).await?;
    }
    linking::forget(tx, gone).await?;
    let mut change = person::ActiveModel::from(left.clone());
    change.role = Set(Role::Requester);
    change.joined_into = Set(Some(into));
    change.update(tx).await?;
    let tickets = moved.requested.len() + moved.held.len();
    let event =
        PersonEvent::Linked { gone: Some(gone), name: left.name.clone(), role: left.role, moved };
    history::append(act, by, Some(into), &event).await?;
    Ok(Joined { tickets: u64::try_from(tickets).unwrap_or(u64::MAX) })
}

/// Records that an account unknown to the desk was added to a person.
pub async fn note_added(act: &Act<'_>, by: By, account: &account::Model, name: &str) -> Result<()> {
    let moved = Moved { accounts: vec![account.id], ..Moved::default() };
    let event =
        PersonEvent::Linked { gone: None, name: name.to_owned(), role: Role::Requester, moved };
    history::append(act, by, Some(account.person_id), &event).await.map(drop)
}

/// The joins of a person that were not undone, oldest first.
pub async fn links(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Link>> {
    let mut links: Vec<Link> = Vec::new();
    for happened in history::of(conn, person).await? {
        match happened.event {
            PersonEvent::Linked { gone, name, role, moved } => {
                links.push(Link { id: happened.id, at: happened.at, name, gone, role, moved });
            }
            PersonEvent::Unlinked { link, .. } => links.retain(|known| known.id != link),
            _ => {}
        }
    }
    Ok(links)
}

/// Undoes a join: the accounts, tickets and groups of the joined person go back. A role or a group
/// that the person lost since does not come back. An account that was unknown before the join gets
/// a new person, who has access only when the desk's access is open.
///
/// # Errors
/// Refuses when the person has no such join.
pub async fn undo(
    act: &Act<'_>,
    by: By,
    person: PersonId,
    link: i64,
    access: Access,
) -> Result<Undone> {
    let stays = guard::locked(act.tx, person).await?;
    let known = links(act.tx, person).await?.into_iter().find(|known| known.id == link);
    let link = known.ok_or(Refusal::LinkInvalid)?;
    let to = match link.gone {
        Some(gone) => reinstate(act, gone, &stays, &link).await?,
        None => create_person_for_account(act, &stays, &link, access).await?,
    };
    let mut accounts = Vec::new();
    for account in linking::accounts(act.tx, person).await? {
        if link.moved.accounts.contains(&account.id) {
            accounts.push(move_account(act.tx, account, to.id).await?);
        }
    }
    linking::forget(act.tx, person).await?;
    give_tickets_back(act.tx, &link.moved, person, to.id).await?;
    let given = membership::Column::GroupKey.is_in(&link.moved.groups_given);
    membership::Entity::delete_many()
        .filter(membership::Column::PersonId.eq(person))
        .filter(given)
        .exec(act.tx)
        .await?;
    let mut released = release::release(act, person).await?;
    released.extend(release::release(act, to.id).await?);
    let event = PersonEvent::Unlinked { link: link.id, to: to.id };
    history::append(act, by, Some(person), &event).await?;
    Ok(Undone { from: person, to, accounts, released })
}

/// Restores a joined person, with no more rights than the person they were joined to has.
async fn reinstate(
    act: &Act<'_>,
    gone: PersonId,
    stays: &person::Model,
    link: &Link,
) -> Result<person::Model> {
    let row = person::Entity::find_by_id(gone).lock_exclusive().one(act.tx).await?;
    let row = row.filter(|row| row.joined_into == Some(stays.id)).ok_or(Refusal::LinkInvalid)?;
    let mut change = person::ActiveModel::from(row);
    change.joined_into = Set(None);
    change.role = Set(link.role.min(stays.role));
    let person = change.update(act.tx).await?;
    let has = groups_of(act.tx, stays.id).await?;
    for group in link.moved.groups.iter().filter(|group| has.contains(group)) {
        groups::insert(act.tx, gone, group).await?;
    }
    Ok(person)
}

async fn create_person_for_account(
    act: &Act<'_>,
    stays: &person::Model,
    link: &Link,
    access: Access,
) -> Result<person::Model> {
    let person = person::ActiveModel {
        name: Set(link.name.clone()),
        role: Set(Role::Requester),
        locale: Set(stays.locale),
        place: Set(None),
        joined_into: Set(None),
        created_at: Set(act.now),
        revoked_at: Set((access == Access::Invite).then_some(act.now)),
        ..Default::default()
    };
    Ok(person.insert(act.tx).await?)
}

async fn groups_of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<String>> {
    Ok(people::actor(conn, person).await?.map(|actor| actor.groups).unwrap_or_default())
}

async fn move_tickets(tx: &DatabaseTransaction, gone: PersonId, into: PersonId) -> Result<Moved> {
    let mut moved = Moved::default();
    for (column, ids) in [
        (ticket::Column::RegisteredBy, &mut moved.registered),
        (ticket::Column::RequesterId, &mut moved.requested),
        (ticket::Column::TechnicianId, &mut moved.held),
        (ticket::Column::MeantFor, &mut moved.meant),
    ] {
        *ids = ticket::Entity::find()
            .select_only()
            .column(ticket::Column::Id)
            .filter(column.eq(gone))
            .order_by_asc(ticket::Column::Id)
            .into_tuple::<TicketId>()
            .all(tx)
            .await?;
        pass(tx, column, ids, gone, into).await?;
    }
    moved.read = ticket_reader::Entity::find()
        .select_only()
        .column(ticket_reader::Column::Id)
        .filter(ticket_reader::Column::PersonId.eq(gone))
        .into_tuple::<i64>()
        .all(tx)
        .await?;
    pass_readers(tx, &moved.read, gone, into).await?;
    follow::pass_on(tx, gone, into).await?;
    pass_visits(tx, None, gone, into).await?;
    Ok(moved)
}

async fn give_tickets_back(
    tx: &DatabaseTransaction,
    moved: &Moved,
    from: PersonId,
    to: PersonId,
) -> Result<()> {
    for (column, ids) in [
        (ticket::Column::RegisteredBy, &moved.registered),
        (ticket::Column::RequesterId, &moved.requested),
        (ticket::Column::TechnicianId, &moved.held),
        (ticket::Column::MeantFor, &moved.meant),
    ] {
        pass(tx, column, ids, from, to).await?;
    }
    pass_readers(tx, &moved.read, from, to).await?;
    pass_visits(tx, Some(&moved.held), from, to).await
}

/// Moves a person column of these tickets from `from` to `to`, where it still names `from`.
async fn pass(
    tx: &DatabaseTransaction,
    column: ticket::Column,
    ids: &[TicketId],
    from: PersonId,
    to: PersonId,
) -> Result<()> {
    use sea_orm::sea_query::Expr;
    for ids in ids.chunks(CHUNK) {
        ticket::Entity::update_many()
            .col_expr(column, Expr::value(to))
            .filter(ticket::Column::Id.is_in(ids.iter().copied()))
            .filter(column.eq(from))
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn pass_readers(
    tx: &DatabaseTransaction,
    rows: &[i64],
    from: PersonId,
    to: PersonId,
) -> Result<()> {
    for rows in rows.chunks(CHUNK) {
        ticket_reader::Entity::update_many()
            .set(ticket_reader::ActiveModel { person_id: Set(Some(to)), ..Default::default() })
            .filter(ticket_reader::Column::Id.is_in(rows.iter().copied()))
            .filter(ticket_reader::Column::PersonId.eq(from))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Moves visits to another technician: all of them, or those of these tickets.
async fn pass_visits(
    tx: &DatabaseTransaction,
    of: Option<&[TicketId]>,
    from: PersonId,
    to: PersonId,
) -> Result<()> {
    let update = || {
        visit::Entity::update_many()
            .set(visit::ActiveModel { technician_id: Set(to), ..Default::default() })
            .filter(visit::Column::TechnicianId.eq(from))
    };
    let Some(tickets) = of else {
        update().exec(tx).await?;
        return Ok(());
    };
    for tickets in tickets.chunks(CHUNK) {
        let of_tickets = visit::Column::TicketId.is_in(tickets.iter().copied());
        update().filter(of_tickets).exec(tx).await?;
    }
    Ok(())
}

/// Moves an account with the cards and the queued messages of its chat. Its conversation belongs to
/// the account and stays.
async fn move_account(
    tx: &DatabaseTransaction,
    account: account::Model,
    into: PersonId,
) -> Result<account::Model> {
    if let Some(chat) = &account.private_chat {
        card::Entity::update_many()
            .set(card::ActiveModel { viewer_id: Set(Some(into)), ..Default::default() })
            .filter(card::Column::Channel.eq(account.channel))
            .filter(card::Column::ChatKey.eq(chat))
            .exec(tx)
            .await?;
        outbox::Entity::update_many()
            .set(outbox::ActiveModel { person_id: Set(Some(into)), ..Default::default() })
            .filter(outbox::Column::OpenLane.eq(lane(account.channel, chat)))
            .exec(tx)
            .await?;
    }
    let mut change = account::ActiveModel::from(account);
    change.person_id = Set(into);
    Ok(change.update(tx).await?)
}

/// Reads one account.
pub async fn account(conn: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>> {
    Ok(account::Entity::find_by_id(id).one(conn).await?)
}
