//! The codes by which a person joins another account to their own. A code alone joins nothing: both
//! sides confirm (`people::link_requests`) before two people become one (`crate::service::membership::joining`). Like
//! an invitation, a code is shown once and stored as a digest.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{AccountId, PersonId},
        refusal::Refusal,
        time::{HOUR, MINUTE, Timestamp},
    },
    entity::{account, link_code, link_try},
    service::{Result, codes},
};

/// How long a code is valid, in milliseconds.
pub const VALID: i64 = 10 * MINUTE;
/// How many wrong codes an account may present within an hour.
const TRIES: u64 = 5;
/// Digits and letters without those that look alike.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The account that presents a code; the desk may not know it yet.
#[derive(Debug, Clone)]
pub struct Visitor<'v> {
    /// The network.
    pub channel: ChannelKind,
    /// The platform's key of the account.
    pub external_key: &'v str,
    /// The owner of the account, when the desk knows it.
    pub person: Option<PersonId>,
}

/// The result of presenting a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tried {
    /// The code was valid, and is used up now.
    Good(Asker),
    /// The code was not accepted, and the attempt is recorded.
    Refused(Refusal),
}

/// The person who asked for a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asker {
    /// The person, who stays when two people are joined.
    pub person: PersonId,
    /// The account from which they asked.
    pub account: AccountId,
}

/// What a join moved, for the confirmation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Joined {
    /// How many tickets the joined person had requested or held.
    pub tickets: u64,
}

/// Encodes 40 random bits as eight characters that are safe on the telephone.
pub fn code(randomness: [u8; 5]) -> String {
    let bits = randomness.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    let character = |at: u32| char::from(ALPHABET[usize::from((bits >> (5 * at)) as u8 & 31)]);
    (0..8).rev().map(character).collect()
}

/// Stores a code that joins other accounts to the owner of `account`. The person's earlier code
/// becomes void.
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
        digest: Set(codes::hash_of_link(code)),
        expires_at: Set(now.plus(VALID)),
    };
    link_code::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Tries a code, and uses it up when it is valid. Codes that are unknown, used, expired or the
/// visitor's own get the same refusal. After too many wrong codes within an hour every code is
/// refused.
pub async fn try_code(
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
        return Ok(Tried::Good(Asker { person: offered.person_id, account: offered.account_id }));
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

/// The accounts of a person, the most recently used first.
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

/// Deletes the code of a person. Returns whether there was one.
pub(in crate::service) async fn forget(tx: &DatabaseTransaction, person: PersonId) -> Result<bool> {
    let gone = link_code::Entity::delete_by_id(person).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// The digest of a code, given as the code or as the stored digest.
fn digest(code: &str) -> String {
    codes::digest_in(code).map_or_else(|| codes::hash_of_link(code), str::to_owned)
}
