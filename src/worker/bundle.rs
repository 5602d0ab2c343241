//! Changes a message just before it is sent. A burst of notices on one ticket to one chat becomes
//! one message: the first row takes over the texts of the rows behind it. A message that is sent a
//! second time, because its outcome is unknown, says so. Deliberately absent: cards, answers that
//! their reader asked for, files and forms, which stay as they are.

use super::delivery::{self, Sending};
use crate::{
    chat::{
        Desk,
        outgoing::{Delivery, RichText},
        posting, wording,
    },
    domain::{id::OutboxId, time::Timestamp},
    entity::outbox as entity,
    service::{Result, Transaction, outbox::burst, people, to_json},
};

/// At most this many rows are examined for one message.
const MANY: u64 = 100;
/// The longest caption of a file, in UTF-16 code units.
const CAPTION: usize = 1_000;

/// Joins the notices behind a row that was just claimed for its first try into that row; the joined
/// rows end.
///
/// # Errors
/// When the database fails, or a row holds no delivery.
pub(super) async fn gather(
    tx: &Transaction,
    row: &mut entity::Model,
    delivery: Delivery,
    now: Timestamp,
) -> Result<Delivery> {
    let Delivery::Send { message: first, card: None, via: None } = &delivery else {
        return Ok(delivery);
    };
    if !may_join(row) || row.attempts > 1 {
        return Ok(delivery);
    }
    let mut message = first.clone();
    let mut joined: Vec<OutboxId> = Vec::new();
    for next in burst::following(tx, row, MANY).await? {
        // A new face of the ticket's card is no message, and stays in its place.
        if next.card_id.is_some() {
            continue;
        }
        let Ok(Delivery::Send { message: more, card: None, via: None }) = delivery::read(&next)
        else {
            break;
        };
        let Some(both) =
            posting::join(&message, &more).filter(|_| may_join(&next) && next.attempts == 0)
        else {
            break;
        };
        message = both;
        row.critical |= next.critical;
        joined.push(next.id);
    }
    if joined.is_empty() {
        return Ok(delivery);
    }
    let delivery = Delivery::Send { message, card: None, via: None };
    row.delivery = to_json(&delivery);
    burst::gather(tx, row, &joined, now).await?;
    Ok(delivery)
}

/// Whether a row may become a part of one message: it is a notice on a ticket.
fn may_join(row: &entity::Model) -> bool {
    row.ticket_id.is_some() && !row.asked
}

/// Marks a message that is sent a second time, because its reader may have read it already.
///
/// # Errors
/// When the database fails.
pub(super) async fn mark_repetition(
    tx: &Transaction,
    desk: &Desk,
    row: &entity::Model,
    delivery: &mut Delivery,
) -> Result<()> {
    if Sending::of(row) == Sending::First {
        return Ok(());
    }
    let (text, longest) = match delivery {
        Delivery::Send { message, .. } => (&mut message.text, posting::LONGEST),
        Delivery::File(file) => (&mut file.caption, CAPTION),
        _ => return Ok(()),
    };
    let person = match row.person_id {
        Some(person) => people::person(tx, person).await?,
        None => None,
    };
    let locale = person.map_or(desk.locale, |person| person.locale);
    let mut marked = RichText::plain(wording::say(locale, "repeated", &[]));
    if marked.utf16_len() + 1 + text.utf16_len() > longest {
        return Ok(());
    }
    marked.append(" ", std::mem::take(text));
    *text = marked;
    Ok(())
}
