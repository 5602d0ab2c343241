//! People, their accounts and groups. Deliberately absent: invitations (`people::invitations`), and
//! any identity by name: only the platform's numeric key identifies an account.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::Expr,
};

use super::{Result, to_json};
use crate::{
    domain::{
        channel::ChannelKind,
        event::Event,
        id::{AccountId, PersonId, TicketId},
        locale::Locale,
        person::{Actor, Role},
        time::{MINUTE, Timestamp},
    },
    entity::{account, card, destination, membership, outbox, person, ticket_event},
};

pub mod chats;
pub mod history;
pub mod invitations;
pub mod known;
pub mod link_requests;
pub mod linking;
pub mod list;
pub mod places;
pub mod traits;

/// A person that the desk does not know yet.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// The network of their account.
    pub channel: ChannelKind,
    /// The platform's key of the account.
    pub external_key: String,
    /// The display name.
    pub name: String,
    /// Their language.
    pub locale: Locale,
}

/// A chat to which messages can be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The network.
    pub channel: ChannelKind,
    /// The platform's key of the chat.
    pub chat_key: String,
    /// The only reader of a private chat; `None` in a group.
    pub person: Option<PersonId>,
    /// The language of messages to this chat.
    pub locale: Locale,
}

/// The account with this key and the person who owns it; `None` when the desk does not know it.
pub async fn find_account(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    external_key: &str,
) -> Result<Option<(account::Model, person::Model)>> {
    let Some(account) = account::Entity::find()
        .filter(account::Column::Channel.eq(channel))
        .filter(account::Column::ExternalKey.eq(external_key))
        .one(conn)
        .await?
    else {
        return Ok(None);
    };
    let person = person::Entity::find_by_id(account.person_id).one(conn).await?;
    Ok(person.map(|person| (account, person)))
}

/// Whether any person has an account on another network than this one.
pub async fn known_elsewhere(conn: &impl ConnectionTrait, channel: ChannelKind) -> Result<bool> {
    let elsewhere =
        account::Entity::find().filter(account::Column::Channel.ne(channel)).one(conn).await?;
    Ok(elsewhere.is_some())
}

/// A person with their present rights; `None` when the person is unknown.
pub async fn actor(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<Actor>> {
    let Some(person) = person::Entity::find_by_id(id).one(conn).await? else {
        return Ok(None);
    };
    let memberships = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(id))
        .order_by_asc(membership::Column::GroupKey)
        .all(conn)
        .await?;
    let groups = memberships.into_iter().map(|row| row.group_key).collect();
    Ok(Some(Actor { id, name: person.name, role: person.role, groups }))
}

/// Reads one person.
pub async fn person(conn: &impl ConnectionTrait, id: PersonId) -> Result<Option<person::Model>> {
    Ok(person::Entity::find_by_id(id).one(conn).await?)
}

/// Follows joins: the person themselves, or the person they were joined to.
pub async fn joined(conn: &impl ConnectionTrait, id: PersonId) -> Result<PersonId> {
    let mut id = id;
    while let Some(into) = self::person(conn, id).await?.and_then(|person| person.joined_into) {
        id = into;
    }
    Ok(id)
}

/// Enrols a person as a requester, with one account.
pub async fn enrol(
    tx: &DatabaseTransaction,
    new: NewPerson,
    now: Timestamp,
) -> Result<(account::Model, person::Model)> {
    let person = person::ActiveModel {
        name: Set(new.name.clone()),
        role: Set(Role::Requester),
        locale: Set(new.locale),
        place: Set(None),
        joined_into: Set(None),
        created_at: Set(now),
        ..Default::default()
    };
    let person = person.insert(tx).await?;
    Ok((add_account(tx, new, person.id, now).await?, person))
}

/// Enrols as a requester a person that another person reports for. Messages go to the private chat
/// that the desk may open itself, where the network allows that.
pub async fn enrol_for_reporter(
    tx: &DatabaseTransaction,
    new: NewPerson,
    now: Timestamp,
) -> Result<person::Model> {
    let chat = new.channel.private_chat(&new.external_key);
    let (account, person) = enrol(tx, new, now).await?;
    let mut change = account::ActiveModel::from(account);
    change.private_chat = Set(chat);
    change.update(tx).await?;
    Ok(person)
}

/// Adds an account to a known person.
pub async fn add_account(
    tx: &DatabaseTransaction,
    new: NewPerson,
    person: PersonId,
    now: Timestamp,
) -> Result<account::Model> {
    let account = account::ActiveModel {
        channel: Set(new.channel),
        external_key: Set(new.external_key),
        person_id: Set(person),
        private_chat: Set(None),
        unreachable_since: Set(None),
        last_heard_at: Set(now),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(account.insert(tx).await?)
}

/// Raises a person's role, never lowers it, and adds groups.
pub async fn promote(
    tx: &DatabaseTransaction,
    person: &person::Model,
    role: Role,
    groups: &[String],
) -> Result<()> {
    if role > person.role {
        let mut change = person::ActiveModel::from(person.clone());
        change.role = Set(role);
        change.update(tx).await?;
    }
    let existing = membership::Entity::find()
        .filter(membership::Column::PersonId.eq(person.id))
        .all(tx)
        .await?;
    for group in groups.iter().filter(|group| existing.iter().all(|row| row.group_key != **group)) {
        let row =
            membership::ActiveModel { person_id: Set(person.id), group_key: Set(group.clone()) };
        membership::Entity::insert(row).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Sets the language in which the desk writes to a person.
pub async fn set_locale(tx: &DatabaseTransaction, person: PersonId, locale: Locale) -> Result<()> {
    person::Entity::update_many()
        .set(person::ActiveModel { locale: Set(locale), ..Default::default() })
        .filter(person::Column::Id.eq(person))
        .exec(tx)
        .await?;
    Ok(())
}

/// Renames a person.
pub async fn rename(tx: &DatabaseTransaction, person: PersonId, name: String) -> Result<()> {
    person::Entity::update_many()
        .set(person::ActiveModel { name: Set(name), ..Default::default() })
        .filter(person::Column::Id.eq(person))
        .exec(tx)
        .await?;
    Ok(())
}

/// Records that a person wrote in their private chat. Messages go to that chat from now on, and it
/// counts as reachable. Another message within a minute is not recorded, unless the person wrote
/// from another account in between.
pub async fn note_private_message(
    tx: &DatabaseTransaction,
    account: &account::Model,
    chat_key: &str,
    now: Timestamp,
) -> Result<()> {
    let known = account.private_chat.as_deref() == Some(chat_key);
    let fresh = now.since(account.last_heard_at) < MINUTE;
    if known && account.unreachable_since.is_none() && fresh {
        let accounts = linking::accounts(tx, account.person_id).await?;
        if accounts.first().is_none_or(|latest| latest.id == account.id) {
            return Ok(());
        }
    }
    let mut change = account::ActiveModel::from(account.clone());
    change.private_chat = Set(Some(chat_key.to_owned()));
    change.unreachable_since = Set(None);
    change.last_heard_at = Set(now);
    change.update(tx).await?;
    Ok(())
}

/// Records that messages to an account are refused for now. Returns the account when that was not
/// known before.
pub async fn mark_unreachable(
    tx: &DatabaseTransaction,
    channel: ChannelKind,
    chat_key: &str,
    now: Timestamp,
) -> Result<Option<account::Model>> {
    let Some(account) = account::Entity::find()
        .filter(account::Column::Channel.eq(channel))
        .filter(account::Column::PrivateChat.eq(chat_key))
        .filter(account::Column::UnreachableSince.is_null())
        .one(tx)
        .await?
    else {
        return Ok(None);
    };
    let mut change = account::ActiveModel::from(account);
    change.unreachable_since = Set(Some(now));
    Ok(Some(change.update(tx).await?))
}

/// Adds to a ticket's history that a person could not be reached.
pub async fn note_unreachable(
    tx: &DatabaseTransaction,
    ticket: TicketId,
    person: PersonId,
    now: Timestamp,
) -> Result<()> {
    let event = Event::Unreachable { person };
    let row = ticket_event::ActiveModel {
        ticket_id: Set(ticket),
        at: Set(now),
        actor_id: Set(None),
        channel: Set(None),
        kind: Set(event.kind().to_owned()),
        detail: Set(to_json(&event)),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// The addresses at which a person can be reached now: their reachable private chats, the one they
/// wrote in last first.
pub async fn addresses(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Address>> {
    let reader = person::Entity::find_by_id(person).one(conn).await?;
    let Some(reader) = reader.filter(|reader| reader.revoked_at.is_none()) else {
        return Ok(Vec::new());
    };
    let mut accounts = linking::accounts(conn, person).await?;
    accounts.retain(|account| account.unreachable_since.is_none());
    let address = |account: account::Model| {
        let chat_key = account.private_chat?;
        Some(Address {
            channel: account.channel,
            chat_key,
            person: Some(person),
            locale: reader.locale,
        })
    };
    Ok(accounts.into_iter().filter_map(address).collect())
}

/// Whether a person has a private chat, but none of them is reachable now.
pub async fn is_unreachable(conn: &impl ConnectionTrait, person: PersonId) -> Result<bool> {
    let mut chats = linking::accounts(conn, person).await?;
    chats.retain(|account| account.private_chat.is_some());
    Ok(!chats.is_empty() && chats.iter().all(|account| account.unreachable_since.is_some()))
}

/// The person who reads this private chat.
pub async fn reader(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<Option<PersonId>> {
    let account = account::Entity::find()
        .filter(account::Column::Channel.eq(channel))
        .filter(account::Column::PrivateChat.eq(chat_key))
        .one(conn)
        .await?;
    Ok(account.map(|account| account.person_id))
}

/// The technicians of a group, ordered by name.
pub async fn members(conn: &impl ConnectionTrait, group: &str) -> Result<Vec<person::Model>> {
    let ids = membership::Entity::find()
        .select_only()
        .column(membership::Column::PersonId)
        .filter(membership::Column::GroupKey.eq(group))
        .into_query();
    Ok(person::Entity::find()
        .filter(person::Column::Id.in_subquery(ids))
        .filter(person::Column::Role.ne(Role::Requester))
        .order_by_asc(person::Column::Name)
        .order_by_asc(person::Column::Id)
        .all(conn)
        .await?)
}

/// All people with at least this role, ordered by name.
pub async fn with_role(conn: &impl ConnectionTrait, role: Role) -> Result<Vec<person::Model>> {
    let roles = Role::ALL.into_iter().filter(|other| *other >= role);
    Ok(person::Entity::find()
        .filter(person::Column::Role.is_in(roles))
        .filter(person::Column::JoinedInto.is_null())
        .filter(person::Column::RevokedAt.is_null())
        .order_by_asc(person::Column::Name)
        .order_by_asc(person::Column::Id)
        .all(conn)
        .await?)
}

/// The reachable group chats in which the tickets of a group appear.
pub async fn destinations(conn: &impl ConnectionTrait, group: &str) -> Result<Vec<Address>> {
    let rows = destination::Entity::find()
        .filter(destination::Column::GroupKey.eq(group))
        .filter(destination::Column::UnreachableSince.is_null())
        .order_by_asc(destination::Column::Id)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(places::address).collect())
}

/// The chats of a network in which tickets of any group appear.
pub async fn linked_chats(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
) -> Result<Vec<String>> {
    Ok(destination::Entity::find()
        .select_only()
        .column(destination::Column::ChatKey)
        .distinct()
        .filter(destination::Column::Channel.eq(channel))
        .into_tuple()
        .all(conn)
        .await?)
}

/// The groups whose tickets appear in this chat.
pub async fn groups_of_chat(
    conn: &impl ConnectionTrait,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<Vec<String>> {
    Ok(destination::Entity::find()
        .select_only()
        .column(destination::Column::GroupKey)
        .filter(destination::Column::Channel.eq(channel))
        .filter(destination::Column::ChatKey.eq(chat_key))
        .order_by_asc(destination::Column::Id)
        .into_tuple::<String>()
        .all(conn)
        .await?)
}

/// Links a group to a group chat: the group's tickets appear there.
pub async fn link_destination(tx: &DatabaseTransaction, group: &str, to: &Address) -> Result<()> {
    let linked = groups_of_chat(tx, to.channel, &to.chat_key).await?;
    if linked.iter().any(|known| known == group) {
        return places::mark_reachable(tx, to.channel, &to.chat_key).await.map(drop);
    }
    let row = destination::ActiveModel {
        group_key: Set(group.to_owned()),
        channel: Set(to.channel),
        chat_key: Set(to.chat_key.clone()),
        locale: Set(to.locale),
        unreachable_since: Set(None),
        tried_at: Set(None),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// Removes all links of a group chat.
pub async fn unlink_destination(
    tx: &DatabaseTransaction,
    channel: ChannelKind,
    chat_key: &str,
) -> Result<bool> {
    let gone = destination::Entity::delete_many()
        .filter(destination::Column::Channel.eq(channel))
        .filter(destination::Column::ChatKey.eq(chat_key))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Replaces a group chat's key in every row that names it.
pub async fn move_chat(
    tx: &DatabaseTransaction,
    channel: ChannelKind,
    old: &str,
    new: &str,
) -> Result<()> {
    // Links that the new key has already would violate uniqueness; they mean the same.
    let known = groups_of_chat(tx, channel, new).await?;
    destination::Entity::delete_many()
        .filter(destination::Column::Channel.eq(channel))
        .filter(destination::Column::ChatKey.eq(old))
        .filter(destination::Column::GroupKey.is_in(known))
        .exec(tx)
        .await?;
    destination::Entity::update_many()
        .col_expr(destination::Column::ChatKey, Expr::value(new))
        .filter(destination::Column::Channel.eq(channel))
        .filter(destination::Column::ChatKey.eq(old))
        .exec(tx)
        .await?;
    // Messages of the old chat cannot be edited under the new key. Their cards are deleted and sent
    // again with the ticket's next change.
    card::Entity::delete_many()
        .filter(card::Column::Channel.eq(channel))
        .filter(card::Column::ChatKey.eq(old))
        .filter(card::Column::MessageKey.is_not_null())
        .exec(tx)
        .await?;
    card::Entity::update_many()
        .col_expr(card::Column::ChatKey, Expr::value(new))
        .filter(card::Column::Channel.eq(channel))
        .filter(card::Column::ChatKey.eq(old))
        .exec(tx)
        .await?;
    let lane = super::outbox::lane(channel, new);
    outbox::Entity::update_many()
        .col_expr(outbox::Column::ChatKey, Expr::value(new))
        .col_expr(outbox::Column::Lane, Expr::value(lane.clone()))
        .col_expr(outbox::Column::OpenLane, Expr::value(lane))
        .filter(outbox::Column::OpenLane.eq(super::outbox::lane(channel, old)))
        .exec(tx)
        .await?;
    Ok(())
}

/// Reads one account.
pub async fn account(conn: &impl ConnectionTrait, id: AccountId) -> Result<Option<account::Model>> {
    Ok(account::Entity::find_by_id(id).one(conn).await?)
}
