//! Notices of failures: a person cannot be reached (G5), or an update could not be handled (G14). A
//! failure is visible on the ticket and to a person.

use super::{chats, notice::Notice, unreachable_technician};
use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming},
        outgoing::{Delivery, Outgoing, RichText},
        posting::{self, About},
        shorten::clip,
        view::card,
        wording,
    },
    domain::{
        id::PersonId,
        person::{Doer, Role},
        time::Timestamp,
    },
    entity::{outbox, ticket},
    service::{Act, Result, Transaction, cards, from_json, people, people::Address, ticket::find},
};

/// How many open tickets of an unreachable person are read.
const MANY: u64 = 50;

/// Handles a notice that a chat rejected. The person's account counts as unreachable and the notice
/// goes to their other account; without one, the ticket says so and the next recipients of the
/// chain are told. A group's chat counts as unreachable and its substitutes are told.
pub async fn unreachable(
    tx: &Transaction,
    desk: &Desk,
    row: &outbox::Model,
    why: &str,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let Some(person) = row.person_id else { return chats::rejected(&act, row, why).await };
    let news = people::mark_unreachable(tx, row.channel, &row.chat_key, now).await?;
    if let Some(to) = other_address(&act, row).await? {
        return resend(&act, row, &to).await;
    }
    chats::hand_to_next(&act, row, person).await?;
    if news.is_none() {
        return Ok(());
    }
    // The rejected notice may belong to no ticket; the person's tickets are affected all the same.
    let ticket = match row.ticket_id {
        Some(id) => Some(find::by_id(tx, id).await?),
        None => None,
    };
    report_unreachable(&act, person, ticket.as_ref()).await
}

/// Handles a person's block of one of their chats. While another chat reaches the person, nothing
/// is lost.
pub async fn blocked(act: &Act<'_>, person: PersonId) -> Result<()> {
    match people::addresses(act.tx, person).await?.is_empty() {
        true => report_unreachable(act, person, None).await,
        false => Ok(()),
    }
}

/// Another address of the person who should have read the notice.
async fn other_address(act: &Act<'_>, row: &outbox::Model) -> Result<Option<Address>> {
    let Some(person) = row.person_id else { return Ok(None) };
    let failed = |to: &Address| to.channel == row.channel && to.chat_key == row.chat_key;
    let addresses = people::addresses(act.tx, person).await?;
    Ok(addresses.into_iter().find(|to| !failed(to)))
}

/// Sends a rejected notice to another chat of the same person. A ticket's card moves there; what
/// belongs to the chat itself, such as a dialogue's question or a menu, does not.
async fn resend(act: &Act<'_>, row: &outbox::Model, to: &Address) -> Result<()> {
    let delivery: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
    let about = About { ticket: row.ticket_id, critical: row.critical, precedence: row.precedence };
    let (card, anew) = match &delivery {
        Delivery::Send { card: None, message, .. } => {
            return posting::post(act, to, message.clone(), about).await;
        }
        Delivery::File(_) => return posting::enqueue(act, to, &delivery, about).await,
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
    cards::retire(act.tx, ticket, shown.view, &from).await?;
    let hangs = cards::of_ticket(act.tx, ticket).await?.iter().any(|known| {
        known.view == shown.view && (known.channel, &known.chat_key) == (to.channel, &to.chat_key)
    });
    if hangs && !anew {
        return Ok(());
    }
    let ticket = find::by_id(act.tx, ticket).await?;
    card::draw(act, to, shown.view, &ticket, about).await
}

/// Handles a person who can no longer be reached: each of their open tickets says so, and its
/// technician is told to contact them otherwise. `about` is the ticket of the rejected notice.
async fn report_unreachable(
    act: &Act<'_>,
    person: PersonId,
    about: Option<&ticket::Model>,
) -> Result<()> {
    let name = people::person(act.tx, person).await?.map(|person| person.name).unwrap_or_default();
    let mut tickets = find::mine_open(act.tx, person, MANY).await?;
    if let Some(about) = about.filter(|about| tickets.iter().all(|known| known.id != about.id)) {
        tickets.push(about.clone());
    }
    for ticket in &tickets {
        people::note_unreachable(act.tx, ticket.id, person, act.now).await?;
        if ticket.technician_id != Some(person) {
            let notice = Notice { act, ticket };
            notice
                .tell_technician_urgently("notice-unreachable", &[("name", name.as_str().into())])
                .await?;
        }
        // Its cards show that the person cannot be reached.
        super::refresh(act, ticket).await?;
    }
    unreachable_technician::report(act, person, &name).await
}

/// Handles an update that failed and was quarantined: its sender and the administrators get the
/// reference. A pressed button is acknowledged as well.
pub async fn quarantined(
    tx: &Transaction,
    desk: &Desk,
    incoming: Option<&Incoming>,
    reference: &str,
    now: Timestamp,
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
            let shown = Some(clip(&text, posting::LONGEST_TOAST));
            let answer = Delivery::Answer { token: token.clone(), text: shown };
            posting::enqueue(&act, &to, &answer, About::default()).await?;
        }
        if incoming.chat.kind == ChatKind::Private {
            let message =
                Outgoing { text: RichText::plain(text), buttons: vec![], ..Default::default() };
            posting::post(&act, &to, message, About::default()).await?;
        }
    }
    for administrator in people::with_role(tx, Role::Administrator).await? {
        for to in people::addresses(tx, administrator.id).await?.into_iter().take(1) {
            let text = RichText::plain(wording::say(to.locale, "notice-poison", &args));
            posting::post(
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
