//! The history of people: appended in the transaction that changes them, read by the command line and
//! by administrators.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder,
};

use crate::{
    domain::{
        id::PersonId,
        person_event::{By, PersonEvent},
        time::Timestamp,
    },
    entity::person_event,
    service::{Act, Result, from_json, to_json},
};

/// Something that happened, as it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Its row.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it: `person`, `operator` or `desk`.
    pub actor_kind: String,
    /// Which person did it.
    pub actor: Option<PersonId>,
    /// The person concerned.
    pub person: Option<PersonId>,
    /// What.
    pub event: PersonEvent,
}

/// Who acts, for the history: the person of the act, or the desk.
pub fn by(act: &Act<'_>) -> By {
    act.doer.person().map_or(By::Desk, |actor| By::Person(actor.id))
}

/// Appends to the history. Gives the row's identity.
pub async fn append(
    act: &Act<'_>,
    by: By,
    person: Option<PersonId>,
    event: &PersonEvent,
) -> Result<i64> {
    let row = person_event::ActiveModel {
        at: Set(act.now),
        actor_kind: Set(by.as_str().to_owned()),
        actor_id: Set(by.person()),
        channel: Set(act.channel),
        person_id: Set(person),
        kind: Set(event.kind().to_owned()),
        detail: Set(to_json(event)),
        ..Default::default()
    };
    Ok(row.insert(act.tx).await?.id)
}

/// What happened to a person, the oldest first.
pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Happened>> {
    let rows = person_event::Entity::find()
        .filter(person_event::Column::PersonId.eq(person))
        .order_by_asc(person_event::Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// One row of the history.
pub async fn one(conn: &impl ConnectionTrait, id: i64) -> Result<Option<Happened>> {
    person_event::Entity::find_by_id(id).one(conn).await?.map(read).transpose()
}

fn read(row: person_event::Model) -> Result<Happened> {
    let event = from_json(&row.detail, || format!("event {} of a person", row.id))?;
    Ok(Happened {
        id: row.id,
        at: row.at,
        actor_kind: row.actor_kind,
        actor: row.actor_id,
        person: row.person_id,
        event,
    })
}
