//! Interactions that a delivery answers: each ends with an answer, another sentence in its place, or
//! without its placeholder, whatever became of the message. Deliberately absent: the outcome of the
//! delivery itself.

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

/// Whether a message arrived in a private chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    Yes,
    No,
}

/// Says where a message was asked for whether it arrived in private.
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
            // In another chat of theirs it is said again, and pointed to once it arrived there.
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

/// Answers an interaction whose answer was refused: with a sentence in its place, and if that is refused
/// too, by taking the placeholder away.
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

/// Takes the placeholder of an interaction away when it is unknown whether its answer was shown.
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
