//! Putting what is said into the outbox. Long texts are split here, so that no network cuts one
//! silently. Deliberately absent: what is said.

use crate::{
    chat::{
        fit::fit,
        outgoing::{Delivery, Outgoing, Piece, RichText},
        wording,
    },
    domain::id::{CardId, TicketId},
    entity::{card, outbox::Precedence},
    service::{
        Act, Result, cards, from_json,
        outbox::{self, NewDelivery},
        people::Address,
        threads, to_json,
    },
};

/// What one message holds at most, in UTF-16 units: below Telegram's 4,096.
pub const LONGEST: usize = 4_000;

/// The longest acknowledgement of a press that every network shows, in characters.
pub const LONGEST_TOAST: usize = 190;

/// What a message is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    /// The ticket.
    pub ticket: Option<TicketId>,
    /// Whether it is said once more when nobody knows if it arrived.
    pub critical: bool,
    /// Which messages in the same chat go before it. What its reader asked for goes first, whatever
    /// stands here.
    pub precedence: Precedence,
}

impl About {
    /// A notice on a ticket that is worth saying twice.
    pub fn critical(ticket: TicketId) -> Self {
        Self { ticket: Some(ticket), critical: true, ..Self::default() }
    }

    /// A notice on a ticket that has to be acted on.
    pub fn urgent(ticket: TicketId) -> Self {
        Self { precedence: Precedence::Urgent, ..Self::critical(ticket) }
    }

    /// An answer in the place where it was asked for.
    pub fn asked() -> Self {
        Self { precedence: Precedence::Asked, ..Self::default() }
    }

    /// A notice on a ticket.
    pub fn ticket(ticket: TicketId) -> Self {
        Self { ticket: Some(ticket), ..Self::default() }
    }
}

/// Says something in a chat, in as many messages as it takes; the buttons hang on the last.
pub async fn post(act: &Act<'_>, to: &Address, message: Outgoing, about: About) -> Result<()> {
    answer(act, to, message, (about, None)).await
}

/// Says something as the answer to what waits for one under the token `via`.
pub async fn answer(
    act: &Act<'_>,
    to: &Address,
    message: Outgoing,
    (about, via): (About, Option<String>),
) -> Result<()> {
    let mut parts = split(message.text, LONGEST);
    let last = parts.pop().unwrap_or_default();
    for text in parts {
        let message = Outgoing { text, buttons: vec![], ..Default::default() };
        let via = via.clone();
        enqueue(act, to, &Delivery::Send { message, card: None, via }, about).await?;
    }
    let message = Outgoing { text: last, ..message };
    enqueue(act, to, &Delivery::Send { message, card: None, via }, about).await
}

/// Draws a card: a message that is kept up to date from now on. The one it replaces loses its
/// buttons, for they belong to a moment that has passed.
pub async fn draw(
    act: &Act<'_>,
    to: &Address,
    view: &str,
    (message, about, via): (Outgoing, About, Option<String>),
) -> Result<CardId> {
    if let Some(ticket) = about.ticket {
        for older in cards::retire(act.tx, ticket, view, to).await? {
            fade(act, &older).await?;
        }
    }
    let message = fitted(message);
    let card = cards::draw(act.tx, about.ticket, view, to).await?;
    let face = Outgoing { pointer: None, ..message.clone() };
    cards::keep_face(act.tx, card, to_json(&face)).await?;
    let delivery = Delivery::Send { message, card: Some(card), via };
    enqueue(act, to, &delivery, about).await?;
    Ok(card)
}

/// A card is one message, so a text that is too long for that becomes an excerpt.
fn fitted(message: Outgoing) -> Outgoing {
    Outgoing { text: fit(message.text, LONGEST), ..message }
}

/// Takes the buttons off a card, and whatever else asks for an answer.
pub async fn fade(act: &Act<'_>, card: &card::Model) -> Result<()> {
    let Some(face) = &card.face else { return Ok(()) };
    let shown: Outgoing = from_json(face, || format!("card {}", card.id))?;
    redraw(act, card, Outgoing { buttons: vec![], form: None, ..shown }).await
}

/// Takes a ticket out of a chat where it may not be read any more: its card says so, without buttons,
/// and is not kept up to date from now on.
pub async fn withdraw(act: &Act<'_>, card: &card::Model) -> Result<()> {
    let text = RichText::plain(wording::say(card.locale, "card-withdrawn", &[]));
    redraw(act, card, Outgoing { text, ..Default::default() }).await?;
    cards::release(act.tx, card.id).await
}

/// Gives a card a new face, unless it has it.
pub async fn redraw(act: &Act<'_>, card: &card::Model, message: Outgoing) -> Result<()> {
    let message = fitted(message);
    let face = to_json(&message);
    if card.face.as_deref() == Some(face.as_str()) {
        return Ok(());
    }
    cards::keep_face(act.tx, card.id, face).await?;
    let to = Address {
        channel: card.channel,
        chat_key: card.chat_key.clone(),
        person: card.viewer_id,
        locale: card.locale,
    };
    // Only what hangs can be redrawn before what waits in the chat.
    let pressed = asked_by(act, &to) && card.message_key.is_some();
    let precedence = if pressed { Precedence::Asked } else { Precedence::Face };
    let about = About { ticket: card.ticket_id, critical: false, precedence };
    enqueue(act, &to, &Delivery::Edit { message, card: card.id }, about).await
}

/// Writes one delivery to the outbox.
pub async fn enqueue(act: &Act<'_>, to: &Address, delivery: &Delivery, about: About) -> Result<()> {
    let lane = match delivery {
        Delivery::Answer { token, .. } | Delivery::Send { via: Some(token), .. } => {
            outbox::awaited_lane(to.channel, token)
        }
        _ => outbox::lane(to.channel, &to.chat_key),
    };
    let asked = asked_by(act, to) || about.precedence == Precedence::Asked;
    let precedence = match delivery {
        // What goes into a thread is kept in the order in which it was written.
        _ if threads::meant(&to.chat_key).is_some() => Precedence::Notice,
        Delivery::Edit { .. } => about.precedence,
        _ if asked => Precedence::Asked,
        _ => about.precedence,
    };
    let new = NewDelivery {
        channel: to.channel,
        chat_key: to.chat_key.clone(),
        lane,
        delivery: to_json(delivery),
        card: delivery.redraws(),
        ticket: about.ticket,
        person: to.person,
        critical: about.critical,
        precedence,
        asked,
    };
    outbox::enqueue(act.tx, new, act.now).await?;
    Ok(())
}

/// Whether the reader of a chat is who did what is being answered.
fn asked_by(act: &Act<'_>, to: &Address) -> bool {
    to.person.is_some() && act.doer.person().map(|doer| doer.id) == to.person
}

/// The most rows of buttons under messages that were joined.
const JOINED_ROWS: usize = 4;

/// Two messages as one, when one message holds both: the texts one after the other, and the buttons of
/// both, each once. Nothing is cut.
pub fn join(first: &Outgoing, next: &Outgoing) -> Option<Outgoing> {
    let length = first.text.utf16_len() + SEPARATOR.len() + next.text.utf16_len();
    if length > LONGEST || first.form.is_some() || next.form.is_some() {
        return None;
    }
    let mut joined = first.clone();
    joined.text.append(SEPARATOR, next.text.clone());
    for row in &next.buttons {
        if !joined.buttons.contains(row) {
            joined.buttons.push(row.clone());
        }
    }
    (joined.buttons.len() <= JOINED_ROWS).then_some(joined)
}

/// What stands between messages that were joined.
const SEPARATOR: &str = "\n\n";

/// Cuts a text into stretches of at most `longest` UTF-16 units, at line or word ends where there
/// are any. Joined again, the stretches give the text back.
fn split(text: RichText, longest: usize) -> Vec<RichText> {
    let mut parts = vec![RichText::default()];
    let mut room = longest;
    for piece in text.0 {
        let mut rest = piece.text.as_str();
        while !rest.is_empty() {
            let cut = cut(rest, room);
            let last = parts.len() - 1;
            if cut == 0 {
                parts.push(RichText::default());
                room = longest;
                continue;
            }
            // What names an instant stands behind its words, so it goes with the last of them.
            let instant = piece.instant.filter(|_| cut == rest.len());
            let text = rest[..cut].to_owned();
            parts[last].0.push(Piece { text, style: piece.style, instant });
            room -= rest[..cut].encode_utf16().count();
            rest = &rest[cut..];
            if !rest.is_empty() {
                parts.push(RichText::default());
                room = longest;
            }
        }
    }
    parts
}

/// How many bytes of `text` fit into `room` UTF-16 units: all, or up to the last line or word end.
fn cut(text: &str, room: usize) -> usize {
    let mut units = 0;
    let mut fits = 0;
    for (at, character) in text.char_indices() {
        units += character.len_utf16();
        if units > room {
            break;
        }
        fits = at + character.len_utf8();
    }
    if fits == text.len() {
        return fits;
    }
    let head = &text[..fits];
    let end = head.rfind('\n').or_else(|| head.rfind(' ')).map(|at| at + 1);
    end.filter(|end| *end > fits / 2).unwrap_or(fits)
}

/// Shortens a text for a view that shows it beside other things.
pub fn clip(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    let cut: String = text.chars().take(longest).collect();
    format!("{}…", cut.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::outgoing::Style;

    #[test]
    fn a_long_text_is_split_and_nothing_of_it_is_lost() {
        let mut text = RichText::default();
        text.push("uno dos tres\ncuatro 🖨️ cinco ", Style::Bold);
        text.push("seis siete ocho nueve", Style::Plain);
        for longest in 4..60 {
            let parts = split(text.clone(), longest);
            let joined: String = parts.iter().map(RichText::to_plain).collect();
            assert_eq!(joined, text.to_plain(), "cut at {longest}");
            assert!(parts.iter().all(|part| part.utf16_len() <= longest), "cut at {longest}");
            assert!(parts.iter().all(|part| part.utf16_len() > 0), "cut at {longest}");
        }
    }
}
