//! The history of people: appended in the transaction that changes a person, read by the command
//! line and by administrators.

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

/// One entry of the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The row.
    pub id: i64,
    /// When it happened (UTC).
    pub at: Timestamp,
    /// The kind of actor: `person`, `operator` or `desk`.
    pub actor_kind: String,
    /// The acting person, when a person acted.
    pub actor: Option<PersonId>,
    /// The person that the entry is about.
    pub person: Option<PersonId>,
    /// What happened.
    pub event: PersonEvent,
}

/// The actor for the history: the person of the act, or the desk.
pub fn by(act: &Act<'_>) -> By {
    act.doer.person().map_or(By::Desk, |actor| By::Person(actor.id))
}

/// Appends an entry. Returns its row id.
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

/// The entries about a person, oldest first.
pub async fn of(conn: &impl ConnectionTrait, person: PersonId) -> Result<Vec<Happened>> {
    let rows = person_event::Entity::find()
        .filter(person_event::Column::PersonId.eq(person))
        .order_by_asc(person_event::Column::Id)
        .all(conn)
        .await?;
    rows.into_iter().map(read).collect()
}

/// Reads one entry.
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

/// Whether two people are or ever were joined, even when the join was undone since.
pub async fn were_one(conn: &impl ConnectionTrait, one: PersonId, other: PersonId) -> Result<bool> {
    for (person, partner) in [(one, other), (other, one)] {
        let history = of(conn, person).await?;
        let joined = history.iter().any(|happened| match &happened.event {
            PersonEvent::Linked { gone, .. } => *gone == Some(partner),
            PersonEvent::Unlinked { to, .. } => *to == partner,
            _ => false,
        });
        if joined {
            return Ok(true);
        }
    }
    Ok(false)
}
