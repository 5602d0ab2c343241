//! Adds to the evidence of a visit in vain after its note was written: more text (N5). Photos are
//! kept with the ticket like other files. Deliberately absent: the note itself, which proves the
//! absence ([`super::visit`]).

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::{Done, append, prepare};
use crate::{
    domain::{event::Event, id::TicketNumber, refusal::Refusal, verb::Verb, visit::Outcome},
    entity::visit,
    service::{Act, Result},
};

/// Adds text to the note of the last visit in vain. An empty text changes nothing.
///
/// # Errors
/// Refuses a ticket without a visit in vain, and a person who may not make visits for it.
pub async fn add(act: &Act<'_>, number: TicketNumber, words: &str) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Miss).await?;
    let ticket = subject.ticket;
    let in_vain = visit::Entity::find()
        .filter(visit::Column::TicketId.eq(ticket.id))
        .filter(visit::Column::Outcome.eq(Outcome::Absent))
        .order_by_desc(visit::Column::Id)
        .one(act.tx)
        .await?;
    let in_vain = in_vain.ok_or(Refusal::VisitOver(number))?;
    let words = words.trim();
    if words.is_empty() {
        return Ok(Done { ticket, events: vec![] });
    }
    let note = in_vain.note.clone().unwrap_or_default();
    let mut change = in_vain.into_active_model();
    change.note = Set(Some(format!("{note}\n{words}").trim().to_owned()));
    change.update(act.tx).await?;
    let noted = Event::Noted { text: words.to_owned() };
    append(act, &ticket, &noted).await?;
    Ok(Done { ticket, events: vec![noted] })
}
