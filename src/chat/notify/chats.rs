//! What follows when a chat rejects a delivery, and when it accepts deliveries again:
//! administrators are told, and the recipients next in the chain (`recipients`) get what
//! the chat should have shown. Deliberately absent: when a chat is tried again, which the sweeper
//! decides.

use super::{
    notice::Notice,
    recipients::{self, Rank},
};
use crate::{
    chat::{
        Desk,
        outgoing::{Delivery, Outgoing},
        posting::{self, About},
        view::card,
        wording::{Arg, Voice},
    },
    domain::{id::PersonId, person::Doer, time::Timestamp},
    entity::{card::CardView, outbox as row, ticket},
    service::{
        Act, Result, Transaction, cards, from_json, outbox,
        people::{self, Address, places, places::Lost},
        ticket::find,
    },
};

/// The most cards that are drawn again in a chat that can be reached again.
const MOST_CARDS: usize = 50;

/// Handles a delivery that a group chat rejected: administrators are told once, and the substitutes
/// get what the chat should have shown.
pub(super) async fn rejected(act: &Act<'_>, refused: &row::Model, why: &str) -> Result<()> {
    match place_of(act, refused).await? {
        Some(place) => mark_unreachable(act, &place, Rejection { why, row: Some(refused) }).await,
        None => Ok(()),
    }
}

/// Handles the desk's removal from a chat: every linked part of the chat (a topic or a channel) is
/// unreachable.
pub async fn removed_from(act: &Act<'_>, place: &Address) -> Result<()> {
    for part in places::within(act.tx, place.channel, &place.chat_key).await? {
        mark_unreachable(act, &part, Rejection::default()).await?;
    }
    Ok(())
}

/// Handles the desk's return to a chat.
pub async fn returned_to(act: &Act<'_>, place: &Address) -> Result<()> {
    for part in places::within(act.tx, place.channel, &place.chat_key).await? {
        let groups = places::mark_reachable(act.tx, part.channel, &part.chat_key).await?;
        if !groups.is_empty() {
            restore(act, &part, groups).await?;
        }
    }
    Ok(())
}

/// Marks a chat as unreachable. When it was reachable until now, tells administrators and hands its
/// waiting deliveries to the substitutes.
///
/// A rejected retry in a chat that is already marked changes nothing: the substitutes were told
/// directly.
async fn mark_unreachable(act: &Act<'_>, place: &Address, rejection: Rejection<'_>) -> Result<()> {
    let lost = places::mark_unreachable(act.tx, place.channel, &place.chat_key, act.now).await?;
    if lost != Lost::News {
        return Ok(());
    }
    tell_administrators(act, place, Change::Lost(rejection.why)).await?;
    if let Some(row) = rejection.row {
        hand_to_substitutes(act, row).await?;
    }
    let lane = outbox::lane(place.channel, &place.chat_key);
    let waiting = outbox::waiting_in(act.tx, &lane).await?;
    let ids: Vec<_> = waiting.iter().map(|waiting| waiting.id).collect();
    outbox::supersede(act.tx, &ids, act.now).await?;
    for waiting in &waiting {
        hand_to_substitutes(act, waiting).await?;
    }
    Ok(())
}

/// Handles an accepted delivery. When the chat was unreachable, its tickets return to it.
///
/// # Errors
/// When the database fails.
pub async fn accepted(
    tx: &Transaction,
    desk: &Desk,
    delivered: &row::Model,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let groups = places::mark_reachable(tx, delivered.channel, &delivered.chat_key).await?;
    match place_of(&act, delivered).await? {
        Some(place) if !groups.is_empty() => restore(&act, &place, groups).await,
        _ => Ok(()),
    }
}

async fn restore(act: &Act<'_>, place: &Address, groups: Vec<String>) -> Result<()> {
    tell_administrators(act, place, Change::Back).await?;
    for shown in cards::in_chat(act.tx, place).await?.iter().rev().take(MOST_CARDS) {
        draw_again(act, place, shown).await?;
    }
    for group in groups {
        let queue = find::queue(act.tx, &[group], None, MOST_CARDS as u64).await?;
        for ticket in queue.tickets.iter().rev().filter(|ticket| ticket.technician_id.is_none()) {
            let shown = cards::of_ticket(act.tx, ticket.id).await?;
            if !shown.iter().any(|card| is_at(card, place)) {
                let about = About::critical(ticket.id);
                card::draw(act, place, CardView::Group, ticket, about).await?;
            }
        }
    }
    Ok(())
}

/// Retries an unreachable chat with the oldest card that it should show.
///
/// # Errors
/// When the database fails.
pub async fn try_again(
    tx: &Transaction,
    desk: &Desk,
    place: &Address,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    places::note_try(tx, place, now).await?;
    for shown in cards::in_chat(tx, place).await? {
        if shown.message_key.is_none() && draw_again(&act, place, &shown).await? {
            return Ok(());
        }
    }
    for group in people::groups_of_chat(tx, place.channel, &place.chat_key).await? {
        let queue = find::queue(tx, &[group], None, MOST_CARDS as u64).await?;
        if let Some(ticket) = queue.tickets.iter().find(|ticket| ticket.technician_id.is_none()) {
            let about = About::critical(ticket.id);
            return card::draw(&act, place, CardView::Group, ticket, about).await;
        }
    }
    Ok(())
}

/// Sends the card of an open ticket with its present content. Returns whether it did.
async fn draw_again(
    act: &Act<'_>,
    place: &Address,
    shown: &crate::entity::card::Model,
) -> Result<bool> {
    let Some(id) = shown.ticket_id else { return Ok(false) };
    let ticket = find::by_id(act.tx, id).await?;
    if ticket.status.is_final() {
        return Ok(false);
    }
    let to = Address { locale: shown.locale, ..place.clone() };
    let Some(message) = card::content(act, &to, shown.view, &ticket).await? else {
        return Ok(false);
    };
    cards::keep_face(act.tx, shown.id, crate::service::to_json(&message)).await?;
    let delivery = Delivery::Edit { message, card: shown.id };
    posting::enqueue(act, &to, &delivery, About::critical(id)).await?;
    Ok(true)
}

/// Hands a rejected delivery to the substitutes of the chat.
async fn hand_to_substitutes(act: &Act<'_>, refused: &row::Model) -> Result<()> {
    let ticket = match refused.ticket_id {
        Some(id) => Some(find::by_id(act.tx, id).await?),
        None => None,
    };
    let mut groups = people::groups_of_chat(act.tx, refused.channel, &refused.chat_key).await?;
    if let Some(ticket) = &ticket
        && groups.contains(&ticket.group_key)
    {
        groups = vec![ticket.group_key.clone()];
    }
    for group in groups {
        let readers = recipients::of_group(act, &group).await?;
        // Another chat of the group got its own delivery.
        if readers.rank > Rank::Chats {
            hand_to(act, refused, ticket.as_ref(), &readers.addresses).await?;
        }
    }
    Ok(())
}

/// Hands a delivery that did not reach a member of staff to the next recipients of the chain.
pub(super) async fn hand_to_next(
    act: &Act<'_>,
    refused: &row::Model,
    person: PersonId,
) -> Result<()> {
    let Some(id) = refused.ticket_id else { return Ok(()) };
    let ticket = find::by_id(act.tx, id).await?;
    if ticket.requester_id == person || ticket.status.is_final() {
        return Ok(());
    }
    let readers = recipients::of_group(act, &ticket.group_key).await?;
    let in_charge = ticket.technician_id == Some(person);
    if in_charge || readers.rank > recipients::rank_of(act, person, &ticket.group_key).await? {
        hand_to(act, refused, Some(&ticket), &readers.addresses).await?;
    }
    Ok(())
}

async fn hand_to(
    act: &Act<'_>,
    refused: &row::Model,
    ticket: Option<&ticket::Model>,
    readers: &[Address],
) -> Result<()> {
    let delivery: Delivery = from_json(&refused.delivery, || format!("outbox {}", refused.id))?;
    let precedence = refused.precedence;
    let about = About { ticket: refused.ticket_id, critical: refused.critical, precedence };
    match (delivery, ticket) {
        (Delivery::Send { message, card: None, via: None }, _) => {
            for to in readers {
                let message = match ticket {
                    Some(ticket) => {
                        Notice { act, ticket }.with_substitution_note(to, message.clone()).await?
                    }
                    None => message.clone(),
                };
                posting::post(act, to, message, about).await?;
            }
        }
        (delivery @ Delivery::File(_), _) => {
            for to in readers {
                posting::enqueue(act, to, &delivery, about).await?;
            }
        }
        (Delivery::Send { card: Some(_), .. } | Delivery::Edit { .. }, Some(ticket)) => {
            let notice = Notice { act, ticket };
            let unheard = match ticket.technician_id {
                Some(technician) => people::addresses(act.tx, technician).await?.is_empty(),
                None => true,
            };
            if ticket.status.is_final() || !unheard {
                return Ok(());
            }
            for to in readers {
                notice.draw_once(to).await?;
            }
            notice.show_files_to_group().await?;
        }
        _ => {}
    }
    Ok(())
}

/// A rejection: its reason, and the outbox row when there was one.
#[derive(Clone, Copy, Default)]
struct Rejection<'r> {
    why: &'r str,
    row: Option<&'r row::Model>,
}

enum Change<'t> {
    /// The chat rejects messages; the platform's own sentence, empty without one.
    Lost(&'t str),
    /// The chat accepts messages again.
    Back,
}

async fn tell_administrators(act: &Act<'_>, place: &Address, change: Change<'_>) -> Result<()> {
    let groups = people::groups_of_chat(act.tx, place.channel, &place.chat_key).await?;
    for to in recipients::administrators(act).await? {
        let voice = Voice::of(act, to.locale);
        let names: Vec<&str> = groups.iter().map(|group| voice.group(group)).collect();
        let mut args: Vec<Arg<'_>> = vec![
            ("groups", names.join(", ").into()),
            ("network", voice.say("network", &[("network", place.channel.as_str().into())]).into()),
        ];
        let key = match change {
            Change::Lost("") => "notice-place-shut-out",
            Change::Lost(why) => {
                args.push(("why", why.into()));
                "notice-place-refused"
            }
            Change::Back => "notice-place-back",
        };
        let message = Outgoing { text: voice.plain(key, &args), ..Default::default() };
        posting::post(act, &to, message, About { critical: true, ..About::default() }).await?;
    }
    Ok(())
}

/// The linked chat that a row goes to.
async fn place_of(act: &Act<'_>, row: &row::Model) -> Result<Option<Address>> {
    let places = places::within(act.tx, row.channel, &row.chat_key).await?;
    Ok(places.into_iter().find(|place| place.chat_key == row.chat_key))
}

fn is_at(card: &crate::entity::card::Model, place: &Address) -> bool {
    (card.channel, &card.chat_key) == (place.channel, &place.chat_key)
}

impl Notice<'_> {
    /// Draws a card for a reader who has none of this ticket.
    async fn draw_once(&self, to: &Address) -> Result<()> {
        let view = if to.person.is_some() { CardView::Technician } else { CardView::Group };
        let shown = cards::of_ticket(self.act.tx, self.ticket.id).await?;
        if shown.iter().any(|card| card.view == view && is_at(card, to)) {
            return Ok(());
        }
        card::draw(self.act, to, view, self.ticket, About::critical(self.ticket.id)).await
    }
}
