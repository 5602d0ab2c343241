//! What people are told when something went wrong: somebody cannot be reached (G5), or what somebody
//! did could not be handled (G14). Failures are visible, on the ticket and to a person.

use sea_orm::DatabaseTransaction;

use super::{Notice, places, unheard};
use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming},
        outgoing::{Delivery, Outgoing, RichText},
        say::{self, About, clip},
        view::card,
        wording,
    },
    domain::{
        id::PersonId,
        person::{Doer, Role},
        time::Timestamp,
    },
    entity::{outbox, ticket},
    service::{Act, Result, cards, from_json, people, people::Address, ticket::find},
};

/// How many open tickets of somebody who was lost are looked at.
const MANY: u64 = 50;

/// A chat refused a notice. A person's account counts as unreachable and the notice goes to their
/// other account; without one, the ticket says so and the next of the chain is told. A group's chat
/// counts as out of reach and those who stand in for it are told.
pub async fn unreachable(
    tx: &DatabaseTransaction,
    desk: &Desk,
    (row, why): (&outbox::Model, &str),
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let Some(person) = row.person_id else { return places::refused(&act, row, why).await };
    let news = people::mark_unreachable(tx, row.channel, &row.chat_key, now).await?;
    if let Some(to) = elsewhere(&act, row).await? {
        return say_again(&act, row, &to).await;
    }
    places::instead_of(&act, row, person).await?;
    if news.is_none() {
        return Ok(());
    }
    // What was refused may belong to no ticket; the person's tickets are silent all the same.
    let ticket = match row.ticket_id {
        Some(id) => Some(find::by_id(tx, id).await?),
        None => None,
    };
    lost(&act, person, ticket.as_ref()).await
}

/// Somebody shut the desk out of one of their chats. With another one nothing is lost.
pub async fn silent(act: &Act<'_>, person: PersonId) -> Result<()> {
    match people::addresses(act.tx, person).await?.is_empty() {
        true => lost(act, person, None).await,
        false => Ok(()),
    }
}

/// Where else whoever should have read a notice can be told.
async fn elsewhere(act: &Act<'_>, row: &outbox::Model) -> Result<Option<Address>> {
    let Some(person) = row.person_id else { return Ok(None) };
    let failed = |to: &Address| to.channel == row.channel && to.chat_key == row.chat_key;
    let addresses = people::addresses(act.tx, person).await?;
    Ok(addresses.into_iter().find(|to| !failed(to)))
}

/// Says in another chat of the same person what could not be said in one of them. A ticket's card
/// hangs there from now on; what belongs to the chat itself, like a question in the middle of a
/// dialogue or a menu, does not move.
async fn say_again(act: &Act<'_>, row: &outbox::Model, to: &Address) -> Result<()> {
    let delivery: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
    let about = About { ticket: row.ticket_id, critical: row.critical, precedence: row.precedence };
    let (card, anew) = match &delivery {
        Delivery::Send { card: None, message, .. } => {
            return say::post(act, to, message.clone(), about).await;
        }
        Delivery::File(_) => return say::enqueue(act, to, &delivery, about).await,
        Delivery::Send { card: Some(card), .. } => (*card, true),
        Delivery::Edit { card, .. } => (*card, false),
        Delivery::Answer { .. }
        | Delivery::Admit { .. }
        | Delivery::Archive { .. }
        | Delivery::Menu { .. } => return Ok(()),
    };
    let Some(shown) = cards::find(act.tx, card).await? else { return Ok(()) };
    let Some(ticket) = shown.ticket_id else { return Ok(()) };
    let from = Address { channel: row.channel, chat_key: row.chat_key.clone(), ..to.clone() };
    cards::retire(act.tx, ticket, &shown.view, &from).await?;
    let hangs = cards::of_ticket(act.tx, ticket).await?.iter().any(|known| {
        known.view == shown.view && (known.channel, &known.chat_key) == (to.channel, &to.chat_key)
    });
    if hangs && !anew {
        return Ok(());
    }
    let ticket = find::by_id(act.tx, ticket).await?;
    card::draw(act, (to, &shown.view), &ticket, about).await
}

/// Somebody cannot be told anything any more: each of their open tickets says so, and whoever has
/// it is told to look for them otherwise. `about` is the ticket of the notice that failed.
async fn lost(act: &Act<'_>, person: PersonId, about: Option<&ticket::Model>) -> Result<()> {
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
        // Its cards say so too.
        super::refresh(act, ticket).await?;
    }
    unheard::lost(act, person, &name).await
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
        if let Some(token) = &incoming.token {
            let shown = Some(clip(&text, say::LONGEST_TOAST));
            let answer = Delivery::Answer { token: token.clone(), text: shown };
            say::enqueue(&act, &to, &answer, About::default()).await?;
        }
        if incoming.chat.kind == ChatKind::Private {
            let message =
                Outgoing { text: RichText::plain(text), buttons: vec![], ..Default::default() };
            say::post(&act, &to, message, About::default()).await?;
        }
    }
    for administrator in people::with_role(tx, Role::Administrator).await? {
        for to in people::addresses(tx, administrator.id).await?.into_iter().take(1) {
            let text = RichText::plain(wording::say(to.locale, "notice-poison", &args));
            say::post(
                &act,
                &to,
                Outgoing { text, buttons: vec![], ..Default::default() },
                About::default(),
            )
            .await?;
        }
    }
    Ok(())
}
