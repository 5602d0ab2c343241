//! Writes messages to the outbox. A text that is longer than one message is split here, so that no
//! network truncates it silently. Deliberately absent: the wording of the messages, and sending
//! them, which is the courier's.

use crate::{
    chat::{
        outgoing::{Delivery, Outgoing, Piece, RichText},
        shorten::shorten_lines,
        wording,
    },
    domain::id::{CardId, TicketId},
    entity::{
        card::{self, CardView},
        outbox::Precedence,
    },
    service::{
        Act, Result, cards, from_json,
        outbox::{self, NewDelivery},
        people::Address,
        threads, to_json,
    },
};

/// The longest text of one message, in UTF-16 units: below Telegram's limit of 4,096.
pub const LONGEST: usize = 4_000;

/// The longest acknowledgement of a pressed button that every network shows, in characters.
pub const LONGEST_TOAST: usize = 190;

/// What a message is about, and how the courier treats it.
#[derive(Debug, Clone, Copy, Default)]
pub struct About {
    pub ticket: Option<TicketId>,
    /// Whether the courier sends the message again when it does not know whether it arrived.
    pub critical: bool,
    /// The message's place among the waiting messages of the same chat. A message that its reader
    /// asked for goes first, regardless of this value.
    pub precedence: Precedence,
}

impl About {
    /// A notice on a ticket that may be sent twice rather than be lost.
    pub fn critical(ticket: TicketId) -> Self {
        Self { ticket: Some(ticket), critical: true, ..Self::default() }
    }

    /// A notice on a ticket that its reader has to act on.
    pub fn urgent(ticket: TicketId) -> Self {
        Self { precedence: Precedence::Urgent, ..Self::critical(ticket) }
    }

    /// An answer in the chat where the reader asked for it.
    pub fn asked() -> Self {
        Self { precedence: Precedence::Asked, ..Self::default() }
    }

    pub fn ticket(ticket: TicketId) -> Self {
        Self { ticket: Some(ticket), ..Self::default() }
    }
}

pub struct NewCard {
    pub view: CardView,
    pub message: Outgoing,
    pub about: About,
    /// The platform's interaction token, when the card answers an interaction.
    pub via: Option<String>,
}

/// Posts a message in a chat, split into as many messages as its length needs; the last one carries
/// the buttons.
pub async fn post(act: &Act<'_>, to: &Address, message: Outgoing, about: About) -> Result<()> {
    answer(act, to, message, None, about).await
}

/// Posts a message as the answer to the interaction with the token `via`.
pub async fn answer(
    act: &Act<'_>,
    to: &Address,
    message: Outgoing,
    via: Option<String>,
    about: About,
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

/// Draws a card: a message that is edited in place whenever its ticket changes. The card that it
/// replaces loses its buttons, because they refer to an earlier state.
pub async fn draw(act: &Act<'_>, to: &Address, card: NewCard) -> Result<CardId> {
    let NewCard { view, message, about, via } = card;
    if let Some(ticket) = about.ticket {
        for older in cards::retire(act.tx, ticket, view, to).await? {
            remove_buttons(act, &older).await?;
        }
    }
    let message = fitted(message);
    let card = cards::draw(act.tx, about.ticket, view, to).await?;
    let content = Outgoing { pointer: None, ..message.clone() };
    cards::keep_face(act.tx, card, to_json(&content)).await?;
    let delivery = Delivery::Send { message, card: Some(card), via };
    enqueue(act, to, &delivery, about).await?;
    Ok(card)
}

/// Shortens the text of a card to one message: a card is edited in place, so it cannot be split.
fn fitted(message: Outgoing) -> Outgoing {
    Outgoing { text: shorten_lines(message.text, LONGEST), ..message }
}

/// The chat that shows a card, and its reader.
pub fn address_of(card: &card::Model) -> Address {
    Address {
        channel: card.channel,
        chat_key: card.chat_key.clone(),
        person: card.viewer_id,
        locale: card.locale,
    }
}

/// Removes the buttons and the form of a card.
pub async fn remove_buttons(act: &Act<'_>, card: &card::Model) -> Result<()> {
    let Some(content) = &card.face else { return Ok(()) };
    let shown: Outgoing = from_json(content, || format!("card {}", card.id))?;
    redraw(act, card, Outgoing { buttons: vec![], form: None, ..shown }).await
}

/// Replaces a card whose ticket may no longer be read in its chat by a sentence that says so,
/// without buttons, and stops updating it.
pub async fn close_card(act: &Act<'_>, card: &card::Model) -> Result<()> {
    let text = RichText::plain(wording::say(card.locale, "card-withdrawn", &[]));
    redraw(act, card, Outgoing { text, ..Default::default() }).await?;
    cards::release(act.tx, card.id).await
}

/// Replaces the content of a card, unless it is unchanged.
pub async fn redraw(act: &Act<'_>, card: &card::Model, message: Outgoing) -> Result<()> {
    let message = fitted(message);
    let content = to_json(&message);
    if card.face.as_deref() == Some(content.as_str()) {
        return Ok(());
    }
    cards::keep_face(act.tx, card.id, content).await?;
    let to = address_of(card);
    // Only a card that was sent already can be edited ahead of the messages that wait in the chat.
    let pressed = asked_by(act, &to) && card.message_key.is_some();
    let precedence = if pressed { Precedence::Asked } else { Precedence::Face };
    let about = About { ticket: card.ticket_id, critical: false, precedence };
    enqueue(act, &to, &Delivery::Edit { message, card: card.id }, about).await
}

pub async fn enqueue(act: &Act<'_>, to: &Address, delivery: &Delivery, about: About) -> Result<()> {
    let lane = match delivery {
        Delivery::Answer { token, .. } | Delivery::Send { via: Some(token), .. } => {
            outbox::awaited_lane(to.channel, token)
        }
        _ => outbox::lane(to.channel, &to.chat_key),
    };
    let asked = asked_by(act, to) || about.precedence == Precedence::Asked;
    let precedence = match delivery {
        // Messages in a thread keep the order in which they were written.
        _ if threads::by_symbolic_key(&to.chat_key).is_some() => Precedence::Notice,
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

/// Whether the reader of the chat is the person whose act is being answered.
fn asked_by(act: &Act<'_>, to: &Address) -> bool {
    to.person.is_some() && act.doer.person().map(|doer| doer.id) == to.person
}

/// The most rows of buttons under a joined message.
const JOINED_ROWS: usize = 4;

/// Joins two messages into one: both texts, and the buttons of both without duplicates. `None` when
/// one message cannot hold them uncut.
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

/// Separates the texts of joined messages.
const SEPARATOR: &str = "\n\n";

/// Splits a text into parts of at most `longest` UTF-16 units, at line or word ends where there are
/// any. The concatenated parts equal the text.
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
            // A client shows the instant after the words of its piece, so the last part of the
            // piece carries it.
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
