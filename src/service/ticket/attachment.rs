//! Attachments: the ticket keeps the platform's reference, and a file waits in the database until
//! the fetcher has stored it. Deliberately absent: fetching and storing the bytes.

use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect,
    QueryTrait,
};

use super::{Done, append, prepare, record, suspend};
use crate::{
    domain::{event::Event, file::Unkept, id::TicketNumber, refusal::Refusal, verb::Verb},
    entity::{
        attachment::{self, FileState},
        ticket, ticket_event,
    },
    service::{Act, Result},
};

/// The kinds that are files on every network. Any other kind stays on its platform only.
const FILES: [&str; 4] = ["photo", "document", "audio", "video"];

/// An attachment before it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// Its kind, by the stable name.
    pub kind: String,
    /// The platform's reference.
    pub reference: String,
    /// Its file name.
    pub name: Option<String>,
    /// The text that was sent with it.
    pub caption: String,
    /// Whether it belongs to an internal note.
    pub internal: bool,
}

/// Whether a kind is a file that the desk fetches and stores.
pub fn is_file(kind: &str) -> bool {
    FILES.contains(&kind)
}

/// Records an attachment on a ticket.
///
/// # Errors
/// Refuses a person who may not write on the ticket, tickets that are over, and more files than a
/// ticket may have.
pub async fn attach(act: &Act<'_>, number: TicketNumber, new: NewAttachment) -> Result<Done> {
    let verb = if new.internal { Verb::Note } else { Verb::Reply };
    let (subject, _) = prepare(act, number, verb).await?;
    if !has_room(act, number, 1).await? {
        return Err(no_room(act).into());
    }
    let mut kept = keep(act, &subject.ticket, new).await?;
    if verb == Verb::Reply
        && let Some(resumed) = suspend::answered(act, &subject).await?
    {
        kept.events.extend(resumed.events);
        kept.ticket = resumed.ticket;
    }
    Ok(kept)
}

/// Whether a ticket may have `more` further attachments.
///
/// # Errors
/// When the database fails.
pub async fn has_room(act: &Act<'_>, number: TicketNumber, more: usize) -> Result<bool> {
    let most = act.procedure.limits.files;
    let its_ticket = ticket::Entity::find()
        .select_only()
        .column(ticket::Column::Id)
        .filter(ticket::Column::Number.eq(number))
        .into_query();
    let known = ticket_event::Entity::find()
        .select_only()
        .column(ticket_event::Column::Id)
        .filter(ticket_event::Column::TicketId.in_subquery(its_ticket))
        .filter(ticket_event::Column::Kind.eq("attachment_referenced"))
        .limit(u64::try_from(most).unwrap_or(u64::MAX))
        .into_tuple::<i64>()
        .all(act.tx)
        .await?;
    Ok(known.len() + more <= most)
}

/// The refusal of further attachments on a ticket.
pub fn no_room(act: &Act<'_>) -> Refusal {
    Refusal::TooManyFiles { most: act.procedure.limits.files }
}

/// Records an attachment as part of another act, such as registering or answering. The caller has
/// checked the rights.
pub async fn keep(act: &Act<'_>, ticket: &ticket::Model, new: NewAttachment) -> Result<Done> {
    let event = Event::AttachmentReferenced {
        attachment: new.kind.clone(),
        reference: new.reference.clone(),
        name: new.name.clone(),
        caption: new.caption.clone(),
        internal: new.internal,
    };
    let told = record(act, ticket, &event).await?;
    if let Some(channel) = act.channel.filter(|_| is_file(&new.kind)) {
        let row = attachment::ActiveModel {
            ticket_id: Set(ticket.id),
            event_id: Set(told.id),
            person_id: Set(told.actor_id),
            channel: Set(channel),
            kind: Set(new.kind),
            reference: Set(new.reference),
            name: Set(new.name),
            caption: Set(new.caption),
            internal: Set(new.internal),
            state: Set(FileState::Wanted),
            why: Set(None),
            digest: Set(None),
            attempts: Set(0),
            due_at: Set(Some(act.now)),
            created_at: Set(act.now),
            settled_at: Set(None),
            ..Default::default()
        };
        row.insert(act.tx).await?;
    }
    Ok(Done { ticket: ticket.clone(), events: vec![event] })
}

/// Adds to a ticket's history that a file could not be stored.
pub async fn refuse(act: &Act<'_>, ticket: &ticket::Model, name: &str, why: Unkept) -> Result<()> {
    append(act, ticket, &Event::FileRefused { name: name.to_owned(), why }).await
}
