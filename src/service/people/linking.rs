//! One person, several accounts: the codes with which one account finds another. A code links nothing
//! by itself; both sides confirm (`people::link_requests`) before two people become one
//! (`people::joining`). Like an invitation, a code is told once and kept as a digest.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DatabaseTransaction,
    EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{AccountId, PersonId},
        refusal::Refusal,
        time::{HOUR, MINUTE, Timestamp},
    },
    entity::{account, link_code, link_try},
    service::{Result, inbox::redact},
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
        digest: Set(hash(code)),
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

/// Makes the code of a person void. Gives whether there was one.
pub(super) async fn forget(tx: &DatabaseTransaction, person: PersonId) -> Result<bool> {
    let gone = link_code::Entity::delete_by_id(person).exec(tx).await?;
    Ok(gone.rows_affected == 1)
}

/// The digest of a code, whether it is the code itself or stands for it already.
fn digest(code: &str) -> String {
    redact::digest_in(code).map_or_else(|| hash(code), str::to_owned)
}

/// The digest of a code as people type it: in any case, in groups, with letters that look like
/// digits.
pub(in crate::service) fn hash(code: &str) -> String {
    let plain = |character: char| match character.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    let typed = code.chars().filter(|character| character.is_alphanumeric());
    let plain: String = typed.map(plain).collect();
    data_encoding::HEXLOWER.encode(&Sha256::digest(plain.as_bytes()))
}
