//! What distinguishes people of the same name: place, groups, accounts, latest ticket. Deliberately
//! absent: which of these a list shows (`chat::named`).

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    domain::{
        channel::ChannelKind,
        id::{PersonId, TicketNumber},
        person::Role,
    },
    entity::{account, membership, person, ticket},
    service::Result,
};

/// How many people one query names.
const AT_ONCE: usize = 100;

/// The distinguishing facts of one person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Traits {
    /// Where the person last asked for help.
    pub place: Option<String>,
    /// The keys of the person's groups.
    pub groups: Vec<String>,
    /// The person's accounts: the network and the platform's key.
    pub accounts: Vec<(ChannelKind, String)>,
    /// The newest ticket that the person requested.
    pub latest: Option<TicketNumber>,
}

/// Whether another member of the staff has the same name.
pub async fn has_namesake(conn: &impl ConnectionTrait, id: PersonId, name: &str) -> Result<bool> {
    let same = person::Entity::find()
        .filter(person::Column::Name.eq(name))
        .filter(person::Column::Id.ne(id))
        .filter(person::Column::Role.ne(Role::Requester))
        .filter(person::Column::JoinedInto.is_null())
        .filter(person::Column::RevokedAt.is_null());
    Ok(same.one(conn).await?.is_some())
}

/// The distinguishing facts of these people.
pub async fn of(
    conn: &impl ConnectionTrait,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, Traits>> {
    let mut known: HashMap<PersonId, Traits> = HashMap::new();
    for ids in ids.chunks(AT_ONCE) {
        let is_one = person::Column::Id.is_in(ids.iter().copied());
        for person in person::Entity::find().filter(is_one).all(conn).await? {
            known.entry(person.id).or_default().place = person.place;
        }
        let of_one = membership::Column::PersonId.is_in(ids.iter().copied());
        let rows = membership::Entity::find().filter(of_one);
        for row in rows.order_by_asc(membership::Column::GroupKey).all(conn).await? {
            known.entry(row.person_id).or_default().groups.push(row.group_key);
        }
        let of_one = account::Column::PersonId.is_in(ids.iter().copied());
        let rows = account::Entity::find().filter(of_one);
        for row in rows.order_by_asc(account::Column::Id).all(conn).await? {
            let account = (row.channel, row.external_key);
            known.entry(row.person_id).or_default().accounts.push(account);
        }
        let latest: Vec<(PersonId, TicketNumber)> = ticket::Entity::find()
            .select_only()
            .column(ticket::Column::RequesterId)
            .column_as(Expr::col(ticket::Column::Number).max(), "number")
            .filter(ticket::Column::RequesterId.is_in(ids.iter().copied()))
            .group_by(ticket::Column::RequesterId)
            .into_tuple()
            .all(conn)
            .await?;
        for (person, number) in latest {
            known.entry(person).or_default().latest = Some(number);
        }
    }
    Ok(known)
}
