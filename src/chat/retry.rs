//! Saying again, by hand, what was not delivered: a new row at the end of its chat's lane, so that
//! order is kept, with its own time to be given up and its own mark by which a platform knows a
//! repetition. A card says what it says by now, not what it said then; what has become pointless is
//! taken off the list and not said. Deliberately absent: who may do so, which is the operator.

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

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retried {
    /// It is said again, under this identity.
    As(OutboxId),
    /// It would say nothing any more, and is off the list.
    Pointless,
    /// There is no such row, or it waits for nobody's decision.
    NotThere,
}

/// Says a row again.
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
    // Settled first: of two who retry the same row, the second finds nothing.
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

/// What is to be done by now instead of what was to be done then; nothing when that is over.
async fn anew(tx: &Transaction, row: &entity::Model) -> Result<Option<Delivery>> {
    let then: Delivery = from_json(&row.delivery, || format!("outbox {}", row.id))?;
    Ok(match then {
        // Nobody waits for the acknowledgement of a press that was made long ago.
        Delivery::Answer { .. } => None,
        Delivery::Send { card: Some(card), via: via @ Some(_), .. } => {
            let message = face(tx, card).await?;
            message.map(|message| Delivery::Send { message, card: Some(card), via })
        }
        // A card that hangs is changed; one that never did, or is gone, is drawn.
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

/// What a card says by now.
async fn face(tx: &Transaction, card: CardId) -> Result<Option<Outgoing>> {
    let face = cards::find(tx, card).await?.and_then(|card| card.face);
    face.map(|face| from_json(&face, || format!("card {card}"))).transpose()
}
