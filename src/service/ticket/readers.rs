//! People and groups that may still read a ticket that they no longer have, and the query filter of
//! the tickets that a person may read. The filter and `domain::right::may_read` state the same
//! rule, once in SQL and once over facts. Deliberately absent: addresses, which `service::right`
//! handles.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    domain::{
        event::Event,
        facts::{Reach, Readers},
        id::{PersonId, TicketId},
        person::Role,
        procedure::Procedure,
        reading::Reading,
        right::Reader,
        warning::Stage,
    },
    entity::{ticket, ticket_reader},
    service::{Act, Result},
};

/// The people and groups that may read a ticket besides its requester and those who have it now.
pub(super) async fn of(
    conn: &impl ConnectionTrait,
    procedure: &Procedure,
    ticket: &ticket::Model,
) -> Result<Readers> {
    let mut former_groups = Vec::new();
    let mut former_technicians = Vec::new();
    for row in rows(conn, ticket.id).await? {
        former_groups.extend(row.group_key);
        former_technicians.extend(row.person_id);
    }
    Ok(Readers {
        registered_by: ticket.registered_by,
        former_groups,
        former_technicians,
        reach: procedure.reach(&ticket.category, ticket.confidential),
    })
}

/// Records the technician and group that had a ticket before a change as its readers.
pub(super) async fn remember(
    act: &Act<'_>,
    before: &ticket::Model,
    after: &ticket::Model,
) -> Result<()> {
    let group = Some(&before.group_key).filter(|group| **group != after.group_key);
    let technician = before.technician_id.filter(|_| before.technician_id != after.technician_id);
    if group.is_none() && technician.is_none() {
        return Ok(());
    }
    let known = rows(act.tx, before.id).await?;
    if let Some(group) = group
        && known.iter().all(|row| row.group_key.as_ref() != Some(group))
    {
        add(act, before.id, Claim::Group(group)).await?;
    }
    if let Some(technician) = technician
        && known.iter().all(|row| row.person_id != Some(technician))
    {
        add(act, before.id, Claim::Technician(technician)).await?;
    }
    Ok(())
}

/// Records the groups that are warned of a broken promise as readers of the ticket.
pub(super) async fn call_in(act: &Act<'_>, ticket: &ticket::Model, events: &[Event]) -> Result<()> {
    let called = |event: &Event| matches!(event, Event::Warned { stage: Stage::Escalation, .. });
    if !events.iter().any(called) {
        return Ok(());
    }
    let known = rows(act.tx, ticket.id).await?;
    for group in act.procedure.called_in(ticket.level) {
        if known.iter().all(|row| row.group_key.as_ref() != Some(&group.key)) {
            add(act, ticket.id, Claim::Group(&group.key)).await?;
        }
    }
    Ok(())
}

/// Why a person or group may keep reading a ticket.
enum Claim<'c> {
    Group(&'c str),
    Technician(PersonId),
}

/// The ticket is locked, so no concurrent act can add the same row.
async fn add(act: &Act<'_>, ticket: TicketId, claim: Claim<'_>) -> Result<()> {
    let (group, person) = match claim {
        Claim::Group(group) => (Some(group.to_owned()), None),
        Claim::Technician(person) => (None, Some(person)),
    };
    let row = ticket_reader::ActiveModel {
        ticket_id: Set(ticket),
        group_key: Set(group),
        person_id: Set(person),
        ..Default::default()
    };
    row.insert(act.tx).await?;
    Ok(())
}

async fn rows(conn: &impl ConnectionTrait, ticket: TicketId) -> Result<Vec<ticket_reader::Model>> {
    let rows = ticket_reader::Entity::find().filter(ticket_reader::Column::TicketId.eq(ticket));
    Ok(rows.all(conn).await?)
}

/// The condition that selects the tickets that `reader` may read.
pub(super) fn readable(reader: Reader<'_>) -> Condition {
    let Reader { actor, procedure } = reader;
    if actor.role >= Role::Supervisor {
        return Condition::all();
    }
    let own = Condition::any().add(ticket::Column::RequesterId.eq(actor.id));
    if actor.role < Role::Technician {
        return own;
    }
    let has_it = own
        .add(ticket::Column::TechnicianId.eq(actor.id))
        .add(ticket::Column::MeantFor.eq(actor.id))
        .add(ticket::Column::GroupKey.is_in(&actor.groups));
    let open = Condition::all()
        .add(ticket::Column::Confidential.eq(false))
        .add(ticket::Column::Category.is_not_in(procedure.confidential()));
    let opened_wide = procedure.reading == Reading::Desk && !actor.is_outside(&procedure.vendors());
    if opened_wide {
        return has_it.add(open);
    }
    let its_ticket = Expr::col((ticket_reader::Entity, ticket_reader::Column::TicketId))
        .equals((ticket::Entity, ticket::Column::Id));
    let claim = Condition::any()
        .add(ticket_reader::Column::PersonId.eq(actor.id))
        .add(ticket_reader::Column::GroupKey.is_in(&actor.groups));
    let had_it = ticket_reader::Entity::find()
        .select_only()
        .column(ticket_reader::Column::Id)
        .filter(its_ticket)
        .filter(claim)
        .into_query();
    let had_it =
        Condition::any().add(ticket::Column::RegisteredBy.eq(actor.id)).add(Expr::exists(had_it));
    has_it.add(open.add(had_it))
}

/// Whether only the people who have a ticket, its requester and supervisors may read it.
pub fn is_confidential(procedure: &Procedure, ticket: &ticket::Model) -> bool {
    procedure.reach(&ticket.category, ticket.confidential) == Reach::Confidential
}
