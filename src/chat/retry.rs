//! The operator's retry of a dead letter: a new row at the end of its chat's lane, so that the
//! order is kept, with its own deadline and its own idempotency key. A card is sent with its
//! present content, not with that of the failed attempt. A delivery that has become pointless is
//! settled and not sent. Deliberately absent: the permission to retry, which only the operator has.

use crate::{
    chat::outgoing::{Delivery, Outgoing},
    domain::{
        id::{CardId, OutboxId},
        time::Timestamp,
    },
    entity::outbox as entity,
    service::{
        Result, Transaction, cards, from_json,
        outbox::{self, NewDelivery, dead_letters},
        people, threads, to_json,
    },
};

/// The outcome of a retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// The delivery is queued again, as the row with this id.
    As(OutboxId),
    /// The delivery has become pointless, and the dead letter is settled.
    Pointless,
    /// There is no such row, or it is not a dead letter.
    NotThere,
}

/// Queues the delivery of a dead letter again.
///
/// # Errors
/// When the database fails, or the row holds no delivery.
pub async fn retry(tx: &Transaction, id: OutboxId, now: Timestamp) -> Result<Retried> {
    let Some(row) = dead_letters::find(tx, id).await? else { return Ok(Retried::NotThere) };
    let why = row.failure.clone().unwrap_or_default();
    let Some(delivery) = anew(tx, &row).await? else {
        let settled = dead_letters::settle(tx, id, &format!("pointless: {why}"), now).await?;
        return Ok(if settled { Retried::Pointless } else { Retried::NotThere });
    };
    // Settled first: when two operators retry the same row, the second retry finds none.
    if !dead_letters::settle(tx, id, &format!("said again: {why}"), now).await? {
        return Ok(Retried::NotThere);
    }
    let new = NewDelivery {
        channel: row.channel,
        chat_key: row.chat_key,
        lane: row.lane,
        delivery: to_json(&delivery),
        card: delivery.redraws(),
        ticket: row.ticket_id,
        person: row.person_id,
        critical: row.critical,
        precedence: row.precedence,
        asked: row.asked,
    };
    Ok(Retried::As(outbox::enqueue(tx, new, now).await?.id))
}

/// The delivery with its present content; `None` when it has become pointless.
async fn anew(tx: &Transaction, row: &entity::Model) -> Result<Option<Delivery>> {
    let then: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
    Ok(match then {
        // The platform no longer waits for the acknowledgement of a press made long ago.
        Delivery::Answer { .. } => None,
        Delivery::Send { card: Some(card), via: via @ Some(_), .. } => {
            let message = face(tx, card).await?;
            message.map(|message| Delivery::Send { message, card: Some(card), via })
        }
        // The edit changes a card that hangs in the chat, and draws one that does not.
        Delivery::Send { card: Some(card), via: None, .. } | Delivery::Edit { card, .. } => {
            face(tx, card).await?.map(|message| Delivery::Edit { message, card })
        }
        Delivery::Archive { archived } => match threads::by_symbolic_key(&row.chat_key) {
            Some(thread) if threads::find(tx, thread).await?.asleep != archived => None,
            _ => Some(then),
        },
        Delivery::Menu { .. } => {
            let Some(person) = row.person_id else { return Ok(Some(then)) };
            people::person(tx, person).await?.map(|person| Delivery::Menu {
                audience: crate::chat::catalogue::audience(person.role),
                locale: person.locale,
            })
        }
        Delivery::Send { card: None, .. } | Delivery::File(_) | Delivery::Admit { .. } => {
            Some(then)
        }
    })
}

/// The present content of a card.
async fn face(tx: &Transaction, card: CardId) -> Result<Option<Outgoing>> {
    let face = cards::find(tx, card).await?.and_then(|card| card.face);
    face.map(|face| from_json(&face, || format!("card {card}"))).transpose()
}
