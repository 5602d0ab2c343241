//! Finds people by name, and stores people who are known by name only. Deliberately absent:
//! treating a name as an identity; the person who asked chooses among the matches.

use std::collections::HashMap;

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, Func},
};

use crate::{
    domain::{channel::ChannelKind, id::PersonId, locale::Locale, person::Role, time::Timestamp},
    entity::{account, person},
    service::Result,
};

/// How many people one search returns.
const LOOKED_AT: u64 = 200;

/// A known person with the networks of their accounts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub person: person::Model,
    /// The networks where they have an account; empty when another person reported for them.
    pub networks: Vec<ChannelKind>,
}

/// People whose names may contain all these words, ordered by name. Letters that can bear accents
/// match any letter, so the caller must filter the result.
pub async fn find_by_name(conn: &impl ConnectionTrait, words: &[String]) -> Result<Vec<Known>> {
    let mut query = person::Entity::find()
        .filter(person::Column::JoinedInto.is_null())
        .filter(person::Column::RevokedAt.is_null());
    for word in words {
        let name = Expr::expr(Func::lower(Expr::col(person::Column::Name)));
        query = query.filter(name.like(pattern(word)));
    }
    let query = query.order_by_asc(person::Column::Name).order_by_asc(person::Column::Id);
    with_networks(conn, query.limit(LOOKED_AT).all(conn).await?).await
}

/// The people who have an account with this key on any network.
pub async fn with_key(conn: &impl ConnectionTrait, key: &str) -> Result<Vec<Known>> {
    let accounts = account::Entity::find().filter(account::Column::ExternalKey.eq(key));
    let ids: Vec<PersonId> =
        accounts.all(conn).await?.into_iter().map(|account| account.person_id).collect();
    let people = person::Entity::find().filter(person::Column::Id.is_in(ids));
    with_networks(conn, people.order_by_asc(person::Column::Id).all(conn).await?).await
}

/// Stores a person who is known by name only and has no account to receive messages.
pub async fn enrol_by_name(
    tx: &DatabaseTransaction,
    name: String,
    locale: Locale,
    now: Timestamp,
) -> Result<person::Model> {
    let person = person::ActiveModel {
        name: Set(name),
        role: Set(Role::Requester),
        locale: Set(locale),
        place: Set(None),
        joined_into: Set(None),
        created_at: Set(now),
        ..Default::default()
    };
    Ok(person.insert(tx).await?)
}

async fn with_networks(
    conn: &impl ConnectionTrait,
    people: Vec<person::Model>,
) -> Result<Vec<Known>> {
    let ids = people.iter().map(|person| person.id);
    let accounts = account::Entity::find().filter(account::Column::PersonId.is_in(ids));
    let mut networks: HashMap<PersonId, Vec<ChannelKind>> = HashMap::new();
    for account in accounts.order_by_asc(account::Column::Id).all(conn).await? {
        let known = networks.entry(account.person_id).or_default();
        if !known.contains(&account.channel) {
            known.push(account.channel);
        }
    }
    let known = |person: person::Model| {
        let networks = networks.remove(&person.id).unwrap_or_default();
        Known { person, networks }
    };
    Ok(people.into_iter().map(known).collect())
}

/// A word as a `LIKE` pattern. Engines disagree on how accented letters compare, so every letter
/// that can bear an accent matches any letter.
pub(in crate::service) fn pattern(word: &str) -> String {
    let sure = |letter: char| {
        let letter = letter.to_ascii_lowercase();
        match letter {
            'a' | 'e' | 'i' | 'o' | 'u' | 'n' => '_',
            _ if letter.is_ascii_alphanumeric() => letter,
            _ => '_',
        }
    };
    let word: String = word.chars().map(sure).collect();
    format!("%{word}%")
}
