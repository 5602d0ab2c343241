//! People found by what they are called, and people known by their name alone. Deliberately absent:
//! taking a name for an identity; which of those found is meant, somebody says.

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

/// How many people are looked at.
const LOOKED_AT: u64 = 200;

/// Somebody the desk knows, with the networks it knows them on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Who.
    pub person: person::Model,
    /// Where they have an account; nowhere when somebody else spoke for them.
    pub networks: Vec<ChannelKind>,
}

/// People whose names may hold all these words, by name. Letters that bear accents fit any letter, so
/// whoever asks looks again.
pub async fn maybe_called(conn: &impl ConnectionTrait, words: &[String]) -> Result<Vec<Known>> {
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

/// Whoever has an account with this key on some network.
pub async fn with_key(conn: &impl ConnectionTrait, key: &str) -> Result<Vec<Known>> {
    let accounts = account::Entity::find().filter(account::Column::ExternalKey.eq(key));
    let ids: Vec<PersonId> =
        accounts.all(conn).await?.into_iter().map(|account| account.person_id).collect();
    let people = person::Entity::find().filter(person::Column::Id.is_in(ids));
    with_networks(conn, people.order_by_asc(person::Column::Id).all(conn).await?).await
}

/// Notes somebody whom the desk knows by name alone: they have no account to be told things in.
pub async fn note(
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

/// A word within a name, for `LIKE`: engines do not agree on what accented letters are without their
/// accents, so whatever may bear one stands for any.
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
