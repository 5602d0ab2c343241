//! Interactions that a delivery answers: each ends with its answer, with another sentence instead,
//! or without its placeholder, independently of the outcome of the message. Deliberately absent: the
//! outcome of the delivery itself.

use super::card;
use crate::{
    chat::{
        outgoing::{Delivery, Outgoing, RichText},
        wording::say,
    },
    domain::{locale::Locale, time::Timestamp},
    entity::outbox::{self as entity, Precedence},
    service::{
        Result, Transaction,
        outbox::{self, NewDelivery},
        people, to_json,
    },
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Yes,
    No,
}

/// Tells the reader, in the chat where they asked for a message, whether it arrived in private.
pub(super) async fn point(
    tx: &Transaction,
    row: &entity::Model,
    delivery: &Delivery,
    reached: Reached,
    now: Timestamp,
) -> Result<()> {
    let Some(pointer) = delivery.pointer() else { return Ok(()) };
    let text = match reached {
        Reached::Yes => &pointer.arrived,
        Reached::No => {
            // The message is sent again in another chat of this person, and pointed to once it
            // arrived there.
            let elsewhere = match row.person_id {
                Some(person) => !people::addresses(tx, person).await?.is_empty(),
                None => false,
            };
            if elsewhere && row.card_id.is_none() && card(delivery).is_none() {
                return Ok(());
            }
            &pointer.closed
        }
    };
    let message = Outgoing { text: RichText::plain(text.as_str()), ..Default::default() };
    let lane = match &pointer.via {
        Some(token) => outbox::awaited_lane(row.channel, token),
        None => outbox::lane(row.channel, &pointer.chat),
    };
    let new = NewDelivery {
        channel: row.channel,
        chat_key: pointer.chat.clone(),
        lane,
        delivery: to_json(&Delivery::Send { message, card: None, via: pointer.via.clone() }),
        card: None,
        ticket: None,
        person: None,
        critical: false,
        precedence: Precedence::Asked,
        asked: true,
    };
    outbox::enqueue(tx, new, now).await.map(drop)
}

/// Answers an interaction whose answer was refused with a sentence instead; when that is refused
/// too, removes the placeholder.
pub(super) async fn answer_otherwise(
    tx: &Transaction,
    row: &entity::Model,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<()> {
    let reader = match row.person_id {
        Some(person) => people::person(tx, person).await?,
        None => None,
    };
    let locale = reader.map_or(Locale::Es, |person| person.locale);
    match delivery {
        Delivery::Send { via: Some(token), .. } => {
            let text = say(locale, "answer-not-shown", &[]);
            answer(tx, row, token, Some(text), now).await
        }
        Delivery::Answer { token, text: Some(_) } => answer(tx, row, token, None, now).await,
        _ => Ok(()),
    }
}

/// Removes the placeholder of an interaction when it is unknown whether its answer was shown.
pub(super) async fn clear_placeholder(
    tx: &Transaction,
    row: &entity::Model,
    delivery: &Delivery,
    now: Timestamp,
) -> Result<()> {
    match delivery.interaction() {
        Some(token) => answer(tx, row, token, None, now).await,
        None => Ok(()),
    }
}

async fn answer(
    tx: &Transaction,
    row: &entity::Model,
    token: &str,
    text: Option<String>,
    now: Timestamp,
) -> Result<()> {
    let new = NewDelivery {
        channel: row.channel,
        chat_key: row.chat_key.clone(),
        lane: row.lane.clone(),
        delivery: to_json(&Delivery::Answer { token: token.to_owned(), text }),
        card: None,
        ticket: None,
        person: row.person_id,
        critical: false,
        precedence: Precedence::Asked,
        asked: true,
    };
    outbox::enqueue(tx, new, now).await.map(drop)
}
