//! Related cases of one request: opened for another group (V6) or with the vendor (V8), and the
//! effect of their end on the parent ticket. Each case keeps its own follow-ups, files and survey;
//! nothing is copied from one case to another.

use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};

use super::{
    Done, Subject, append, commit, enter, find, give_to,
    open::{self, NewTicket},
    prepare, suspend,
};
use crate::{
    domain::{
        event::Event,
        id::{TicketId, TicketNumber},
        person::Doer,
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// The receiver of a related case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// The group of this category, by the category's key.
    Category(String),
    /// This group, by its key, under the parent's category.
    Group(String),
}

/// The related cases of a ticket, in the order in which they were opened.
pub async fn of(conn: &impl ConnectionTrait, parent: TicketId) -> Result<Vec<ticket::Model>> {
    Ok(ticket::Entity::find()
        .filter(ticket::Column::ParentId.eq(parent))
        .order_by_asc(ticket::Column::Id)
        .all(conn)
        .await?)
}

/// Opens a related case for another group, with the same requester, place, impact and urgency (V6).
/// Returns the change of the parent, and the new case.
///
/// # Errors
/// Refuses the group that has the ticket already, an unknown category or group, an empty text, and
/// a procedure without related cases.
pub async fn open_child(
    act: &Act<'_>,
    number: TicketNumber,
    to: &Destination,
    text: &str,
) -> Result<(Done, Done)> {
    let (subject, _) = prepare(act, number, Verb::OpenChild).await?;
    let parent = &subject.ticket;
    let text = text.trim();
    if text.is_empty() {
        return Err(Refusal::TextMissing(Verb::OpenChild).into());
    }
    let (category, group) = match to {
        Destination::Category(key) => {
            let category = act.procedure.category(key);
            let category = category.ok_or_else(|| Refusal::UnknownCategory(key.clone()))?;
            (&category.key, &category.group)
        }
        Destination::Group(key) => (&parent.category, key),
    };
    if *group == parent.group_key {
        return Err(Refusal::SameGroup(group.clone()).into());
    }
    let new = NewTicket {
        category: category.clone(),
        group: Some(group.clone()),
        description: text.to_owned(),
        ..related_request(parent)
    };
    let child = open::open(act, new).await?;
    let events = vec![note(act, parent, &child, Relation::Case).await?];
    Ok((Done { ticket: parent.clone(), events }, child))
}

/// Lets a ticket wait for the vendor. Where the procedure says so, a related case is opened with
/// the vendor's group, and the ticket is suspended until that case is solved (V8); otherwise the
/// ticket's own status is "with vendor" (U7). A ticket without a technician goes to the actor.
///
/// # Errors
/// Refuses an empty reason, and a procedure that knows no vendor.
pub async fn pass_to_vendor(
    act: &Act<'_>,
    number: TicketNumber,
    reason: &str,
) -> Result<(Done, Option<Done>)> {
    let (subject, _) = prepare(act, number, Verb::PassToVendor).await?;
    let Some(group) = subject.rules.vendor_child() else {
        return Ok((suspend::pass_to_vendor(act, number, reason).await?, None));
    };
    let parent = &subject.ticket;
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::TextMissing(Verb::PassToVendor).into());
    }
    if group.key == parent.group_key {
        return Err(Refusal::SameGroup(group.key.clone()).into());
    }
    // A refusal does not roll back, so all checks come before the first write.
    open::find_category(act, &parent.category)?;
    act.procedure.group(&group.key).ok_or_else(|| Refusal::UnknownGroup(group.key.clone()))?;
    let mut change = ticket::ActiveModel::from(parent.clone());
    let mut events = Vec::new();
    if let (None, Some(actor)) = (parent.technician_id, act.doer.person()) {
        give_to(&mut change, parent, actor.id, act.now);
        events.push(Event::Accepted);
    }
    change.suspension = Set(Some(reason.to_owned()));
    enter(&mut change, &subject, Status::Suspended, act.now);
    events.push(Event::Suspended { reason: reason.to_owned() });
    let mut waits = commit(act, parent, change, events).await?;
    let new = NewTicket {
        group: Some(group.key.clone()),
        description: reason.to_owned(),
        ..related_request(parent)
    };
    let child = open::open(act, new).await?;
    waits.events.push(note(act, parent, &child, Relation::Vendor).await?);
    Ok((waits, Some(child)))
}

/// A new request with the content of `ticket`, as a related case of it.
pub(super) fn related_request(ticket: &ticket::Model) -> NewTicket {
    NewTicket {
        requester: ticket.requester_id,
        category: ticket.category.clone(),
        group: None,
        description: ticket.description.clone(),
        details: None,
        answers: vec![],
        place: ticket.place.clone(),
        impact: ticket.impact,
        urgency: ticket.urgency,
        follow_up_of: None,
        parent: Some(ticket.number),
        source: Source::Chat,
    }
}

/// How a related case belongs to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// A case of its own.
    Case,
    /// The vendor's case, whose solution the parent waits for (V8).
    Vendor,
}

/// Records a related case in the history of its parent.
pub(super) async fn note(
    act: &Act<'_>,
    parent: &ticket::Model,
    child: &Done,
    relation: Relation,
) -> Result<Event> {
    let group = child.ticket.group_key.clone();
    let vendor = relation == Relation::Vendor;
    let event = Event::ChildOpened { child: child.ticket.number, group, vendor };
    append(act, parent, &event).await?;
    Ok(event)
}

/// Whether a related case no longer holds up its parent: it is over or solved.
pub fn is_done(ticket: &ticket::Model) -> bool {
    ticket.status.is_final() || ticket.status == Status::Solved
}

/// Refuses to solve a ticket whose related cases are open, where its edition says so.
///
/// # Errors
/// The refusal names the open related cases.
pub(super) async fn check_done(conn: &impl ConnectionTrait, subject: &Subject<'_>) -> Result<()> {
    if !subject.rules.children.is_some_and(|children| children.parent_waits) {
        return Ok(());
    }
    let all = of(conn, subject.ticket.id).await?;
    let open = all.iter().filter(|child| !is_done(child));
    let children: Vec<TicketNumber> = open.map(|child| child.number).collect();
    if children.is_empty() {
        return Ok(());
    }
    Err(Refusal::ChildrenOpen { number: subject.ticket.number, children }.into())
}

/// The effect of a related case's end on its parent.
#[derive(Debug, Clone)]
pub struct Parent {
    /// The parent and its events. A parent that waited for the vendor resumes by itself.
    pub done: Done,
    /// The parent's related cases that are still open.
    pub open: Vec<TicketNumber>,
}

/// Applies the end of a related case to its parent, unless the parent is over. Returns `None` for a
/// ticket without a parent, or when the events end no case.
pub async fn ended(act: &Act<'_>, done: &Done) -> Result<Option<Parent>> {
    let ends = |event: &Event| {
        matches!(
            event,
            Event::Solved { .. }
                | Event::NotManaged { .. }
                | Event::Routed { .. }
                | Event::Approved
                | Event::Declined { .. }
        )
    };
    if !done.events.iter().any(ends) {
        return Ok(None);
    }
    let Some(parent) = find::parent_of(act.tx, &done.ticket).await? else { return Ok(None) };
    if parent.status.is_final() {
        return Ok(None);
    }
    let all = of(act.tx, parent.id).await?;
    let open = all.iter().filter(|child| !is_done(child)).map(|child| child.number).collect();
    let done = if waits_for(act.tx, &parent, done.ticket.number).await? {
        let desk = Act { doer: Doer::Desk, channel: None, ..act.clone() };
        suspend::resume(&desk, parent.number).await?
    } else {
        Done { ticket: parent, events: vec![] }
    };
    Ok(Some(Parent { done, open }))
}

/// Whether a ticket is suspended because this related case went to the vendor, and has no newer
/// reason to wait.
async fn waits_for(
    conn: &impl ConnectionTrait,
    parent: &ticket::Model,
    child: TicketNumber,
) -> Result<bool> {
    if parent.status != Status::Suspended {
        return Ok(false);
    }
    let history = find::history(conn, parent.id).await?;
    let last = history.iter().rev().find_map(|entry| match &entry.event {
        Event::Suspended { .. } => Some(None),
        Event::ChildOpened { child, vendor: true, .. } => Some(Some(*child)),
        _ => None,
    });
    Ok(last == Some(Some(child)))
}
