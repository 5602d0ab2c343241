//! What a card shows of a ticket, read from its rows and its history. Deliberately absent: the
//! wording ([`super::card`]).

use super::{
    history_facts::{self, HistoryFacts},
    related::Related,
};
use crate::{
    domain::{event::Event, facts::TicketFacts, source::Source, status::Status},
    entity::{person, ticket},
    service::{
        Act, Result, editions,
        files::{self, Count},
        people,
        ticket::{
            answers::{self, Answered},
            find,
            visit::{self, Standing},
        },
    },
};

pub struct Shown {
    pub ticket: ticket::Model,
    /// What the rules decide by.
    pub facts: TicketFacts,
    /// The requester's name.
    pub requester: String,
    /// Whether no chat reaches the requester.
    pub requester_unreachable: bool,
    /// Counts of its files.
    pub files: Count,
    /// Counts of its files without those of internal notes.
    pub open_files: Count,
    /// How many attachments are kept only as a reference, not as a file.
    pub references: usize,
    /// How many of these do not belong to internal notes.
    pub open_references: usize,
    /// Why it was escalated.
    pub justification: Option<String>,
    /// Why it was not managed.
    pub not_managed_reason: Option<String>,
    /// What is missing, when it was reopened.
    pub missing: Option<String>,
    /// The name of the person who registered it; empty for a request from a chat.
    pub registered_by: String,
    /// The answers to its forms.
    pub answered: Answered,
    pub related: Related,
    /// Its visits and its equipment, where its procedure has them.
    pub visits: Option<Standing>,
    /// How many tickets wait before it in the queue, where the procedure tells its requester.
    pub queue_ahead: Option<u64>,
    pub from_history: HistoryFacts,
}

pub async fn load(act: &Act<'_>, ticket: ticket::Model, facts: TicketFacts) -> Result<Shown> {
    let name = |person: Option<person::Model>| person.map(|person| person.name).unwrap_or_default();
    let requester = name(people::person(act.tx, ticket.requester_id).await?);
    let requester_unreachable = people::is_unreachable(act.tx, ticket.requester_id).await?;
    let registered_by = match ticket.source {
        // A card names the person who registered a ticket only for the other sources.
        Source::Chat => String::new(),
        _ => name(people::person(act.tx, ticket.registered_by).await?),
    };
    let answered = answers::of(act.tx, act.procedure, &ticket).await?;
    let rules = editions::of(act.tx, act.procedure, &ticket).await?;
    let visits = visit::standing(act.tx, &rules, &ticket).await?;
    let waits = rules.tells_queue && ticket.status == Status::New;
    let queue_ahead = match find::place(&ticket).filter(|_| waits) {
        Some(place) => Some(find::before(act.tx, &ticket.group_key, place).await?),
        None => None,
    };
    let (files, open_files) = files::count(act.tx, ticket.id).await?;
    let mut shown = Shown {
        answered,
        facts,
        requester,
        requester_unreachable,
        registered_by,
        visits,
        queue_ahead,
        files,
        open_files,
        references: 0,
        open_references: 0,
        justification: None,
        not_managed_reason: None,
        missing: None,
        related: Related::load(act, &ticket).await?,
        from_history: HistoryFacts::default(),
        ticket,
    };
    let history = find::history(act.tx, shown.ticket.id).await?;
    shown.from_history = history_facts::of(act, &shown.ticket, &history).await?;
    for entry in history {
        match entry.event {
            Event::AttachmentReferenced { internal, .. } => {
                shown.references += 1;
                shown.open_references += usize::from(!internal);
            }
            Event::Escalated { justification, .. } => shown.justification = Some(justification),
            Event::NotManaged { reason } => shown.not_managed_reason = Some(reason),
            Event::Declined { reason } => shown.related.declined = Some(reason),
            Event::AssetChecked { tag, verified } => shown.related.note_asset(tag, verified),
            Event::Reopened { missing } => shown.missing = Some(missing),
            _ => {}
        }
    }
    // The history has one event per attachment, stored files included.
    shown.references -= shown.files.all().min(shown.references);
    shown.open_references -= shown.open_files.all().min(shown.open_references);
    Ok(shown)
}
