//! Changes the category of a ticket (N3), with the form, approval (V10) or other procedure (C2)
//! that the new category needs. The survey and the solution fields follow the category by
//! themselves. Deliberately absent: guidance (C5), because a technician has the ticket by then, and
//! a change of group for a category without approval, which is an escalation with a reason.

use sea_orm::ActiveValue::Set;

use super::{Done, Subject, answers, commit, enter, equipment, prepare, route};
use crate::{
    domain::{
        event::Event,
        field::{Answer, Form},
        id::TicketNumber,
        permission::decide,
        procedure::{Category, Group},
        refusal::Refusal,
        source::Source,
        status::Status,
        verb::Verb,
    },
    entity::ticket,
    service::{Act, Result},
};

/// What the form of a new category asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Particulars {
    /// The answer to the category's own question.
    pub details: Option<String>,
    /// The answers to its fields.
    pub answers: Vec<Answer>,
}

/// Changes the category of a ticket. When the new category needs approval, or the old one did, the
/// ticket goes to the next group; otherwise it stays with its group.
///
/// # Errors
/// Refuses the category that the ticket has, a category that its edition does not know, an
/// incomplete form, and, where the new category ends the work so far, equipment that is away.
/// complete, and, where the category ends the work so far, equipment that is not back.
pub async fn categorise(
    act: &Act<'_>,
    number: TicketNumber,
    to: &str,
    particulars: Particulars,
) -> Result<Done> {
    let (subject, _) = prepare(act, number, Verb::Categorise).await?;
    let category = subject.rules.category(to);
    let category = category.ok_or_else(|| Refusal::UnknownCategory(to.to_owned()))?;
    if subject.ticket.category == category.key {
        return Err(Refusal::SameCategory(number, category.key.clone()).into());
    }
    match &category.route {
        Some(key) => to_procedure(act, &subject, category, key).await,
        None => within(act, &subject, category, particulars).await,
    }
}

/// Whether changing a ticket to this category asks for the category's form. A related case uses
/// what its parent was told, and another procedure asks its own questions.
pub fn asks_form(ticket: &ticket::Model, category: &Category) -> bool {
    ticket.parent_id.is_none() && category.route.is_none()
}

/// Ends a ticket whose new category belongs to another procedure.
async fn to_procedure(
    act: &Act<'_>,
    subject: &Subject<'_>,
    category: &Category,
    route: &str,
) -> Result<Done> {
    decide(&act.doer, Verb::Route, &subject.facts)?;
    equipment::must_be_back(act.tx, &subject.ticket).await?;
    let (change, event) = changed(subject, category);
    let mut done = commit(act, &subject.ticket, change, vec![event]).await?;
    let routed = route::route(act, subject.ticket.number, route).await?;
    done.events.extend(routed.events);
    Ok(Done { ticket: routed.ticket, events: done.events })
}

async fn within(
    act: &Act<'_>,
    subject: &Subject<'_>,
    category: &Category,
    particulars: Particulars,
) -> Result<Done> {
    let (mut change, mut event) = changed(subject, category);
    if asks_form(&subject.ticket, category) {
        fill(act, &mut change, subject, category, particulars)?;
    }
    // Work that is done already needs no approval.
    let approval = category.approval.as_ref();
    let approval = approval.filter(|_| subject.ticket.source != Source::AfterTheFact);
    let to = match approval {
        Some(approval) => Some(&approval.by),
        None if subject.ticket.approval => Some(&category.group),
        None => None,
    };
    change.approval = Set(approval.is_some());
    if let Some(to) = to.filter(|to| **to != subject.ticket.group_key) {
        if approval.is_some() {
            equipment::must_be_back(act.tx, &subject.ticket).await?;
        }
        let group = act.procedure.group(to).ok_or_else(|| Refusal::UnknownGroup(to.clone()))?;
        let status = pass_to(act, subject, &mut change, group);
        event = Event::Recategorised {
            from: subject.ticket.category.clone(),
            to: category.key.clone(),
            group: Some(group.key.clone()),
            status,
        };
    }
    commit(act, &subject.ticket, change, vec![event]).await
}

/// The change of the category alone, and its event.
fn changed(subject: &Subject<'_>, category: &Category) -> (ticket::ActiveModel, Event) {
    let mut change = ticket::ActiveModel::from(subject.ticket.clone());
    change.category = Set(category.key.clone());
    change.kind = Set(category.kind);
    change.confidential = Set(category.confidential);
    let from = subject.ticket.category.clone();
    let to = category.key.clone();
    (change, Event::Recategorised { from, to, group: None, status: None })
}

/// Adds the answers of the new category's form. Answers of the former category stay stored.
fn fill(
    act: &Act<'_>,
    change: &mut ticket::ActiveModel,
    subject: &Subject<'_>,
    category: &Category,
    particulars: Particulars,
) -> Result<()> {
    let form = Form { fields: &category.fields, before: &[], today: answers::today(act) };
    let mut given = answers::complete(form, &particulars.answers)?;
    let mut former = answers::of_request(&subject.ticket)?;
    former.retain(|known| category.fields.iter().all(|field| field.key != known.field));
    given.extend(former);
    change.answers = Set(answers::stored(&given));
    let details = particulars.details.unwrap_or_default();
    let details = details.trim();
    if category.details.is_some() && !details.is_empty() {
        let former = subject.ticket.details.iter().filter(|former| former.as_str() != details);
        let all: Vec<&str> = [details].into_iter().chain(former.map(String::as_str)).collect();
        change.details = Set(Some(all.join("\n")));
    }
    Ok(())
}

/// Passes the ticket to another group, which has to take it or to decide on it. Returns the new
/// status; a new ticket stays new.
fn pass_to(
    act: &Act<'_>,
    subject: &Subject<'_>,
    change: &mut ticket::ActiveModel,
    group: &Group,
) -> Option<Status> {
    change.group_key = Set(group.key.clone());
    change.level = Set(i32::from(group.level));
    change.technician_id = Set(None);
    change.meant_for = Set(None);
    change.suspension = Set(None);
    if subject.ticket.status == Status::New {
        return None;
    }
    let status = subject.rules.escalated_to(group).unwrap_or(Status::New);
    enter(change, subject, status, act.now);
    Some(status)
}
