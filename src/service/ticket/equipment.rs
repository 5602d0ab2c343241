//! Equipment that is taken to the workshop or to a vendor, and comes back (N6). A ticket cannot end
//! while its equipment is away. Deliberately absent: an inventory.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel,
    sea_query::OnConflict,
};

use super::{Done, append, find, prepare, visit};
use crate::{
    domain::{
        event::Event,
        id::TicketNumber,
        refusal::Refusal,
        status::Status,
        verb::Verb,
        visit::{Whereabouts, reached},
    },
    entity::{equipment, ticket},
    service::{Act, Result},
};

/// Refuses to end a ticket whose equipment is away.
///
/// # Errors
/// The refusal names the equipment and its place.
pub async fn must_be_back(conn: &impl ConnectionTrait, ticket: &ticket::Model) -> Result<()> {
    match find::away(conn, ticket.id).await? {
        None => Ok(()),
        Some(row) => {
            let number = ticket.number;
            let what = row.what;
            let at = row.whereabouts;
            Err(Refusal::EquipmentAway { number, what, at }.into())
        }
    }
}

/// Takes equipment from the requester's workplace, or from one place to another. A visit in
/// progress ends with it.
///
/// # Errors
/// Refuses equipment without a name, and a procedure without visits.
pub async fn take(
    act: &Act<'_>,
    number: TicketNumber,
    to: Whereabouts,
    what: &str,
) -> Result<Done> {
    let verb = match to {
        Whereabouts::Workshop => Verb::MoveToWorkshop,
        Whereabouts::Vendor => Verb::MoveToVendor,
    };
    let (subject, _) = prepare(act, number, verb).await?;
    let visits = visit::visits(&subject)?;
    let technician = visit::technician_or_actor(act, &subject, verb)?;
    let what = what.trim().to_owned();
    if what.is_empty() {
        return Err(Refusal::TextMissing(verb).into());
    }
    let row = equipment::ActiveModel {
        ticket_id: Set(subject.ticket.id),
        what: Set(what.clone()),
        whereabouts: Set(to),
        moved_at: Set(act.now),
        returned_at: Set(None),
        received_at: Set(None),
    };
    let again = OnConflict::column(equipment::Column::TicketId)
        .update_columns([
            equipment::Column::What,
            equipment::Column::Whereabouts,
            equipment::Column::MovedAt,
            equipment::Column::ReturnedAt,
            equipment::Column::ReceivedAt,
        ])
        .to_owned();
    equipment::Entity::insert(row).on_conflict(again).exec_without_returning(act.tx).await?;
    visit::end_made(act, subject.ticket.id).await?;
    let wanted = match to {
        Whereabouts::Workshop => visits.workshop,
        Whereabouts::Vendor => {
            Some(Status::WithVendor).filter(|status| subject.rules.uses(*status))
        }
    };
    let status = reached(subject.ticket.status, wanted);
    let moved = Event::EquipmentMoved { what, to, status };
    visit::step(act, &subject, technician, status, moved).await
}

/// Returns equipment. A ticket that waited for it resumes, unless it waits for a visit.
///
/// # Errors
/// Refuses when no equipment is away.
pub async fn give_back(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::ReturnEquipment).await?;
    let technician = visit::technician_or_actor(act, &subject, Verb::ReturnEquipment)?;
    let row = find::away(act.tx, subject.ticket.id).await?;
    let row = row.ok_or(Refusal::NoEquipmentAway(number))?;
    let what = row.what.clone();
    let mut change = row.into_active_model();
    change.returned_at = Set(Some(act.now));
    change.update(act.tx).await?;
    let visit = visit::standing(act.tx, &subject.rules, &subject.ticket).await?;
    let visited = visit.is_some_and(|standing| standing.to_come().is_some());
    let waits = matches!(subject.ticket.status, Status::Suspended | Status::WithVendor);
    let wanted = Some(Status::InProgress).filter(|_| waits && !visited);
    let status = reached(subject.ticket.status, wanted);
    let returned = Event::EquipmentReturned { what, status };
    visit::step(act, &subject, technician, status, returned).await
}

/// The requester confirms that the equipment is back. A second confirmation changes nothing.
///
/// # Errors
/// Refuses every other person, and while the equipment is away.
pub async fn receive(act: &Act<'_>, number: TicketNumber) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::ReceiveEquipment).await?;
    let ticket = subject.ticket;
    let row = equipment::Entity::find_by_id(ticket.id).one(act.tx).await?;
    let Some(row) = row.filter(|row| row.returned_at.is_some()) else {
        return Err(Refusal::VisitOver(number).into());
    };
    if row.received_at.is_some() {
        return Ok(Done { ticket, events: vec![] });
    }
    let mut change = row.into_active_model();
    change.received_at = Set(Some(act.now));
    change.update(act.tx).await?;
    append(act, &ticket, &Event::EquipmentReceived).await?;
    Ok(Done { ticket, events: vec![Event::EquipmentReceived] })
}
