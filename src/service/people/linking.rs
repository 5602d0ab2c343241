//! One person, several accounts. A code asked for in one account and brought by another is the
//! proof that both are the same person's; the one who asked stays, and everything of the other
//! becomes theirs, history aside. Like an invitation, a code is told once and kept as a digest.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{AccountId, PersonId},
        person::Role,
        refusal::Refusal,
        time::{HOUR, MINUTE, Timestamp},
    },
    entity::{
        account, card, link_code, link_try, membership, outbox, person, ticket, ticket_reader,
        visit,
    },
    service::{Error, Result},
};

/// How long a code works.
pub const VALID: i64 = 10 * MINUTE;
/// How many wrong codes an account may bring within an hour.
const TRIES: u64 = 5;
/// Digits and letters that nobody takes for each other.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Who brings a code: an account, known or not.
#[derive(Debug, Clone)]
pub struct Visitor<'v> {
    /// On which network.
    pub channel: ChannelKind,
    /// The platform's key of the account.
    pub external_key: &'v str,
    /// Whose account, when the desk knows it.
    pub person: Option<PersonId>,
}

/// What became of a code that was brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// It was good, and is used up now.
    Good(Asker),
    /// It was not, and the try is written down.
    Refused(Refusal),
}

/// Who asked for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// The person who stays.
    pub person: PersonId,
    /// The account they asked from.
    pub account: AccountId,
}

/// What somebody brought along when they were joined to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Joined {
    /// How many tickets, asked for or attended to.
    pub tickets: u64,
}

/// The code of 40 random bits: eight characters that survive a telephone.
pub fn code(randomness: [u8; 5]) -> String {
    let bits = randomness.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let character = |at: u32| char::from(ALPHABET[usize::from((bits >> (5 * at)) as u8 & 31)]);
    (0..8).rev().map(character).collect()
}

/// Keeps a code for the other accounts of whoever asks from `account`; the one before is void.
pub async fn offer(
    tx: &DatabaseTransaction,
    account: &account::Model,
    code: &str,
    now: Timestamp,
) -> Result<()> {
    forget(tx, account.person_id).await?;
    let row = link_code::ActiveModel {
        person_id: Set(account.person_id),
        account_id: Set(account.id),
        digest: Set(digest(code)),
        expires_at: Set(now.plus(VALID)),
    };
    link_code::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Tries a code, and uses it up when it is good. Codes that are unknown, used, expired or one's own
/// are refused alike; after too many of them, any code is for a while.
pub async fn bring(
    tx: &DatabaseTransaction,
    visitor: &Visitor<'_>,
    code: &str,
    now: Timestamp,
) -> Result<Tried> {
    let since = now.plus(-HOUR);
    let wrong = link_try::Entity::find()
        .filter(link_try::Column::Channel.eq(visitor.channel))
        .filter(link_try::Column::ExternalKey.eq(visitor.external_key))
        .filter(link_try::Column::At.gt(since))
        .order_by_desc(link_try::Column::At)
        .limit(TRIES)
        .all(tx)
        .await?;
    if let Some(oldest) = wrong.last().filter(|_| wrong.len() as u64 >= TRIES) {
        return Ok(Tried::Refused(Refusal::LinkTooManyTries { until: oldest.at.plus(HOUR) }));
    }
    let offered = link_code::Entity::find()
        .filter(link_code::Column::Digest.eq(digest(code)))
        .filter(link_code::Column::ExpiresAt.gt(now))
        .one(tx)
        .await?
        .filter(|offered| Some(offered.person_id) != visitor.person);
    if let Some(offered) = offered
        && forget(tx, offered.person_id).await?
    {
        let (person, account) = (offered.person_id, offered.account_id);
        return Ok(Tried::Good(Asker { person, account }));
    }
    link_try::Entity::delete_many().filter(link_try::Column::At.lte(since)).exec(tx).await?;
    let row = link_try::ActiveModel {
        channel: Set(visitor.channel),
        external_key: Set(visitor.external_key.to_owned()),
        at: Set(now),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(Tried::Refused(Refusal::LinkInvalid))
}

/// Makes everything of `gone` belong to `into`: accounts, tickets, groups, the higher role, and what
/// waits to be told. The row of `gone` stays, because history names it.
///
/// # Errors
/// Refuses when one of them was joined to somebody meanwhile.
pub async fn join(tx: &DatabaseTransaction, gone: PersonId, into: PersonId) -> Result<Joined> {
    // In the order of their keys, so that two who join each other do not wait for each other.
    let both = person::Entity::find()
        .filter(person::Column::Id.is_in([gone, into]))
        .filter(person::Column::JoinedInto.is_null())
        .order_by_asc(person::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?;
    let find = |id| both.iter().find(|person| person.id == id);
    let (Some(left), Some(stays)) = (find(gone), find(into)) else {
        return Err(Error::Refused(Refusal::LinkInvalid));
    };
    let tickets = move_tickets(tx, gone, into).await?;
    let groups = membership::Entity::find().filter(membership::Column::PersonId.eq(gone));
    let groups: Vec<_> = groups.all(tx).await?.into_iter().map(|row| row.group_key).collect();
    super::promote(tx, stays, left.role, &groups).await?;
    let emptied = membership::Entity::delete_many().filter(membership::Column::PersonId.eq(gone));
    emptied.exec(tx).await?;
    for account in accounts(tx, gone).await? {
        move_account(tx, account, into).await?;
    }
    forget(tx, gone).await?;
    let mut change = person::ActiveModel::from(left.clone());
    change.role = Set(Role::Requester);
    change.joined_into = Set(Some(into));
    change.update(tx).await?;
    Ok(Joined { tickets })
}

/// The accounts of a person, the one heard last first.
pub async fn accounts(
    conn: &impl ConnectionTrait,
    person: PersonId,
) -> Result<Vec<account::Model>> {
    Ok(account::Entity::find()
        .filter(account::Column::PersonId.eq(person))
        .order_by_desc(account::Column::LastHeardAt)
        .order_by_desc(account::Column::Id)
        .all(conn)
        .await?)
}

async fn move_tickets(tx: &DatabaseTransaction, gone: PersonId, into: PersonId) -> Result<u64> {
    let none = <ticket::ActiveModel as Default>::default;
    let mut moved = 0;
    for (column, change, counts) in [
        (
            ticket::Column::RegisteredBy,
            ticket::ActiveModel { registered_by: Set(into), ..none() },
            false,
        ),
        (
            ticket::Column::RequesterId,
            ticket::ActiveModel { requester_id: Set(into), ..none() },
            true,
        ),
        (
            ticket::Column::TechnicianId,
            ticket::ActiveModel { technician_id: Set(Some(into)), ..none() },
            true,
        ),
        (
            ticket::Column::MeantFor,
            ticket::ActiveModel { meant_for: Set(Some(into)), ..none() },
            false,
        ),
    ] {
        let update = ticket::Entity::update_many().set(change).filter(column.eq(gone));
        let rows = update.exec(tx).await?.rows_affected;
        moved += if counts { rows } else { 0 };
    }
    ticket_reader::Entity::update_many()
        .set(ticket_reader::ActiveModel { person_id: Set(Some(into)), ..Default::default() })
        .filter(ticket_reader::Column::PersonId.eq(gone))
        .exec(tx)
        .await?;
    visit::Entity::update_many()
        .set(visit::ActiveModel { technician_id: Set(into), ..Default::default() })
        .filter(visit::Column::TechnicianId.eq(gone))
        .exec(tx)
        .await?;
    Ok(moved)
}

/// An account with what hangs in its chat and what waits to be said there. Its conversation is its
/// own and stays as it is.
async fn move_account(
    tx: &DatabaseTransaction,
    account: account::Model,
    into: PersonId,
) -> Result<()> {
    if let Some(chat) = &account.private_chat {
        card::Entity::update_many()
            .set(card::ActiveModel { viewer_id: Set(Some(into)), ..Default::default() })
            .filter(card::Column::Channel.eq(account.channel))
            .filter(card::Column::ChatKey.eq(chat))
            .exec(tx)
            .await?;
        outbox::Entity::update_many()
            .set(outbox::ActiveModel { person_id: Set(Some(into)), ..Default::default() })
            .filter(
                outbox::Column::OpenLane.eq(crate::service::outbox::lane(account.channel, chat)),
            )
            .exec(tx)
            .await?;
    }
    let mut change = account::ActiveModel::from(account);
    change.person_id = Set(into);
    change.update(tx).await?;
    Ok(())
}

/// Makes the code of a person void. Gives whether there was one.
async fn forget(tx: &DatabaseTransaction, person: PersonId) -> Result<bool> {
    let gone = link_code::Entity::delete_by_id(person).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// The digest of a code as people type it: in any case, in groups, with letters that look like
/// digits.
fn digest(code: &str) -> String {
    let plain = |character: char| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let typed = code.chars().filter(|character| character.is_alphanumeric());
    let plain: String = typed.map(plain).collect();
    data_encoding::HEXLOWER.encode(&Sha256::digest(plain.as_bytes()))
}
