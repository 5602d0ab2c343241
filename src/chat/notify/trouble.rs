//! What people are told when something went wrong: somebody cannot be reached (G5), or what somebody
//! did could not be handled (G14). Failures are visible, on the ticket and to a person.

use sea_orm::DatabaseTransaction;

use super::Notice;
use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming, Input},
        outgoing::{Delivery, Outgoing, RichText},
        say::{self, About, clip},
        wording,
    },
    domain::{
        id::PersonId,
        person::{Doer, Role},
        time::Timestamp,
    },
    entity::{outbox, ticket},
    service::{Act, Result, people, people::Address, ticket::find},
};

/// How many open tickets of somebody who was lost are looked at.
const MANY: u64 = 50;

/// A notice could not be delivered for good. The person counts as unreachable, the ticket says so,
/// and whoever has the ticket is told; a group that shut the desk out is replaced by its members.
pub async fn unreachable(
    tx: &DatabaseTransaction,
    desk: &Desk,
    row: &outbox::Model,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let news = people::mark_unreachable(tx, row.channel, &row.chat_key, now).await?;
    let shut_out = row.person_id.is_none()
        && people::unlink_destination(tx, row.channel, &row.chat_key).await?;
    let Some(ticket) = row.ticket_id else { return Ok(()) };
    let ticket = find::by_id(tx, ticket).await?;
    if shut_out && !ticket.status.is_final() {
        return Notice { act: &act, ticket: &ticket }.draw_for_group().await;
    }
    match (row.person_id, news) {
        (Some(person), Some(_)) => lost(&act, person, Some(&ticket)).await,
        _ => Ok(()),
    }
}

/// Somebody cannot be told anything any more: each of their open tickets says so, and whoever has
/// it is told to look for them otherwise. `about` is the ticket of the notice that failed.
pub async fn lost(act: &Act<'_>, person: PersonId, about: Option<&ticket::Model>) -> Result<()> {
    let name = people::person(act.tx, person).await?.map(|person| person.name).unwrap_or_default();
    let mut tickets = find::mine_open(act.tx, person, MANY).await?;
    if let Some(about) = about.filter(|about| tickets.iter().all(|known| known.id != about.id)) {
        tickets.push(about.clone());
    }
    for ticket in &tickets {
        people::note_unreachable(act.tx, ticket.id, person, act.now).await?;
        if ticket.technician_id != Some(person) {
            let notice = Notice { act, ticket };
            notice.technician("notice-unreachable", &[("name", name.as_str().into())]).await?;
        }
    }
    Ok(())
}

/// Something that was told could not be handled and was set aside: its sender gets the reference,
/// and so do the administrators. A pressed button is acknowledged all the same.
pub async fn quarantined(
    tx: &DatabaseTransaction,
    desk: &Desk,
    incoming: Option<&Incoming>,
    (reference, now): (&str, Timestamp),
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let args = [("reference", reference.into())];
    if let Some(incoming) = incoming {
        let known = people::find_account(tx, incoming.channel, &incoming.sender.key).await?;
        let to = Address {
            channel: incoming.channel,
            chat_key: incoming.chat.key.clone(),
            person: known.as_ref().map(|(account, _)| account.person_id),
            locale: known.map_or(desk.locale, |(_, person)| person.locale),
        };
        let text = wording::say(to.locale, "internal-error", &args);
        if let Input::Press { token, .. } = &incoming.input {
            let shown = Some(clip(&text, say::LONGEST_TOAST));
            let answer = Delivery::Answer { token: token.clone(), text: shown };
            say::enqueue(&act, &to, &answer, About::default()).await?;
        }
        if incoming.chat.kind == ChatKind::Private {
            let message = Outgoing { text: RichText::plain(text), buttons: vec![] };
            say::post(&act, &to, message, About::default()).await?;
        }
    }
    for administrator in people::with_role(tx, Role::Administrator).await? {
        for to in people::addresses(tx, administrator.id).await?.into_iter().take(1) {
            let text = RichText::plain(wording::say(to.locale, "notice-poison", &args));
            say::post(&act, &to, Outgoing { text, buttons: vec![] }, About::default()).await?;
        }
    }
    Ok(())
}
