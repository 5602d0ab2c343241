//! One delivery: what to call for it, and what its outcome means (G5, G6). A message whose answer
//! was lost may have arrived: edits and acknowledgements are repeated freely, and so is what the
//! platform recognises when it comes twice. A critical notice and an answer that its reader asked for
//! are repeated once, marked as a repetition; anything else is not. What is lost for good is told to
//! the people who rely on it. Deliberately absent: when it is sent (see `super::courier`).

use bytes::Bytes;

use crate::{
    channel::{Channel, Envelope, MenuEntry, Plan, SendError},
    chat::{
        Desk, commands,
        notify::{self, Loss},
        outgoing::{Delivery, Enclosure, Outgoing, RichText},
        view::{self, help::MenuLine},
    },
    domain::{
        procedure::Procedure,
        time::{MINUTE, SECOND, Timestamp},
    },
    entity::{
        outbox::{self as entity, Precedence},
        thread,
    },
    service::{
        Error, Result, Transaction, cards, from_json,
        outbox::{self, LONGEST_WAIT, NewDelivery, Outcome},
        people, to_json,
    },
    store::{Store, StoreError},
};

mod answers;

/// How failed tries are repeated, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The first pause; each next one is twice as long.
    pub first: i64,
    /// The longest pause.
    pub longest: i64,
    /// After this time a notice is given up.
    pub give_up: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: SECOND, longest: 5 * MINUTE, give_up: 24 * 60 * MINUTE }
    }
}

/// A row of the outbox with what it asks for.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The row, as it was claimed.
    pub row: entity::Model,
    /// What it asks for.
    pub delivery: Delivery,
    /// The message that an edit changes; none when the card has no message any more.
    pub message_key: Option<String>,
    /// Whether doing it twice looks the same as doing it once.
    pub repeatable: bool,
    /// The thread that it goes into; one without a key has to be made first.
    pub thread: Option<thread::Model>,
    /// Whether everything said in threads of this network reaches the desk.
    pub overheard: bool,
}

/// What the platform answered.
pub type Answer = Result<Option<String>, SendError>;

/// Reads a row.
///
/// # Errors
/// When it holds no delivery.
pub fn read(row: &entity::Model) -> Result<Delivery> {
    from_json(&row.delivery, || format!("outbox {}", row.id))
}

/// Calls the platform. Files are taken out of the store, menus are those of the procedure.
pub async fn call(
    channel: &dyn Channel,
    (store, procedure): (Option<&Store>, &Procedure),
    parcel: &Parcel,
) -> Answer {
    let chat = match &parcel.thread {
        None => parcel.row.chat_key.as_str(),
        Some(thread) => match &thread.chat_key {
            Some(key) => key,
            None => {
                let plan = Plan { place: &thread.place, name: &thread.name };
                return channel.open_thread(&plan).await.map(Some);
            }
        },
    };
    let nonce = nonce(&parcel.row);
    let to = Envelope { nonce: Some(&nonce), ..Envelope::to(chat) };
    match &parcel.delivery {
        Delivery::Send { message, via, .. } => {
            let to = Envelope { via: via.as_deref(), ..to };
            channel.send(&to, message).await.map(Some)
        }
        Delivery::Edit { message, .. } => match &parcel.message_key {
            Some(key) => channel.edit(chat, key, message).await.map(|()| None),
            // A card whose message is gone is drawn anew.
            None => channel.send(&to, message).await.map(Some),
        },
        Delivery::File(file) => {
            let bytes = take_out(store, file).await?;
            channel.send_file(&to, file, &bytes).await.map(Some)
        }
        Delivery::Answer { token, text } => {
            channel.answer(token, text.as_deref()).await.map(|()| None)
        }
        Delivery::Admit { account } => channel.admit(chat, account).await.map(|()| None),
        Delivery::Archive { archived } => channel.archive(chat, *archived).await.map(|()| None),
        Delivery::Menu { audience, locale } => {
            let lines = view::help::menu(commands::of(procedure), *audience, *locale);
            let entry = |line: MenuLine| MenuEntry { name: line.name, help: line.help };
            let menu: Vec<_> = lines.into_iter().map(entry).collect();
            channel.show_menu(chat, &menu).await.map(|()| None)
        }
    }
}

/// The content of a kept file.
async fn take_out(store: Option<&Store>, file: &Enclosure) -> Result<Bytes, SendError> {
    let Some(store) = store else {
        return Err(SendError::Refused("files are not kept here".to_owned()));
    };
    match store.get(&file.digest).await {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(SendError::Refused("the file is not in the store".to_owned())),
        Err(error @ StoreError::Damaged(_)) => Err(SendError::Refused(error.to_string())),
        Err(error) => Err(SendError::Transient(format!("the store failed: {error}"))),
    }
}

/// Writes down what the answer means for the row, its card, and the people concerned.
///
/// # Errors
/// When the database fails; the row then counts as interrupted.
pub async fn settle(
    tx: &Transaction,
    desk: &Desk,
    (parcel, answer): (&Parcel, &Answer),
    (patience, now): (Patience, Timestamp),
) -> Result<()> {
    let row = &parcel.row;
    if let Some(thread) = &parcel.thread
        && let Some(outcome) =
            super::thread::settle(tx, desk, (parcel, thread, answer), now).await?
    {
        return outbox::record(tx, row.id, outcome, now).await;
    }
    // Making a thread twice makes it once.
    let repeatable = parcel.repeatable || parcel.thread.as_ref().is_some_and(is_to_be_made);
    let outcome = match answer {
        Ok(key) => {
            if let (Some(card), Some(key)) = (card(&parcel.delivery), key) {
                cards::keep_message(tx, card, key).await?;
            }
            answers::point(tx, row, &parcel.delivery, answers::Reached::Yes, now).await?;
            if row.person_id.is_none() && is_sent_anew(parcel) {
                notify::chats::accepted(tx, desk, row, now).await?;
            }
            Outcome::Sent(key.clone())
        }
        Err(SendError::RetryAfter(wait)) => {
            let wait = i64::try_from(wait.as_millis()).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
            Outcome::Again(now.plus(wait), reason(row, "told to wait"))
        }
        Err(SendError::Transient(why)) => later(row, why, (patience, now)),
        Err(SendError::Unknown(why)) if repeatable => later(row, why, (patience, now)),
        Err(SendError::Unknown(why)) => doubtful(row, why, (patience, now)),
        Err(SendError::Refused(why)) => {
            if let Delivery::File(file) = &parcel.delivery {
                say_instead(tx, row, file, now).await?;
            }
            answers::answer_otherwise(tx, row, &parcel.delivery, now).await?;
            Outcome::Failed(why.clone())
        }
        Err(SendError::Gone) => {
            let shown = match card(&parcel.delivery) {
                Some(card) => {
                    cards::forget_message(tx, card).await?;
                    cards::find(tx, card).await?
                }
                None => None,
            };
            match shown {
                // A newer card stands in its place; without a message it has no buttons to take off.
                Some(shown) if shown.ticket_id.is_none() && row.ticket_id.is_some() => {
                    Outcome::Sent(None)
                }
                _ => Outcome::Again(now, "the message was gone".into()),
            }
        }
        Err(SendError::Moved { to }) => {
            people::move_chat(tx, row.channel, &row.chat_key, to).await?;
            Outcome::Again(now, "the chat moved".into())
        }
        Err(SendError::Unreachable(why) | SendError::Vanished(why)) => {
            outbox::record(tx, row.id, Outcome::Failed(why.clone()), now).await?;
            // The place of an interaction was not asked: nothing is known of it.
            if parcel.delivery.interaction().is_some() && row.person_id.is_none() {
                return Ok(());
            }
            if tells_of_its_chat(parcel) {
                notify::unreachable(tx, desk, row, why, now).await?;
            }
            return answers::point(tx, row, &parcel.delivery, answers::Reached::No, now).await;
        }
    };
    if matches!(outcome, Outcome::Unknown(_)) {
        answers::clear_placeholder(tx, row, &parcel.delivery, now).await?;
    }
    conclude(tx, desk, row, outcome, now).await
}

/// Writes down how a try ended; when the row is lost for good by that, the people who rely on it are
/// told.
async fn conclude(
    tx: &Transaction,
    desk: &Desk,
    row: &entity::Model,
    outcome: Outcome,
    now: Timestamp,
) -> Result<()> {
    let loss = match &outcome {
        Outcome::Failed(why) if why.starts_with(GIVEN_UP) => Some(Loss::Certain),
        Outcome::Unknown(_) => Some(Loss::Doubtful),
        _ => None,
    };
    outbox::record(tx, row.id, outcome, now).await?;
    match loss {
        Some(loss) => notify::undelivered(tx, desk, row, loss, now).await,
        None => Ok(()),
    }
}

/// Whether a delivery puts a new message into a chat.
fn is_sent_anew(parcel: &Parcel) -> bool {
    match &parcel.delivery {
        Delivery::Send { via, .. } => via.is_none(),
        Delivery::Edit { .. } => parcel.message_key.is_none(),
        Delivery::File(_) => true,
        Delivery::Answer { .. }
        | Delivery::Admit { .. }
        | Delivery::Archive { .. }
        | Delivery::Menu { .. } => false,
    }
}

/// Whether the refusal of a delivery says that its chat takes no messages. What answers a press or
/// a command in a group goes another way than the group's messages.
fn tells_of_its_chat(parcel: &Parcel) -> bool {
    match &parcel.delivery {
        Delivery::Send { via: Some(_), .. } => parcel.row.person_id.is_some(),
        Delivery::Send { .. }
        | Delivery::Edit { .. }
        | Delivery::File(_)
        | Delivery::Menu { .. } => true,
        Delivery::Answer { .. } | Delivery::Admit { .. } | Delivery::Archive { .. } => false,
    }
}

/// Says which file could not be shown, where it should have been.
async fn say_instead(
    tx: &Transaction,
    row: &entity::Model,
    file: &Enclosure,
    now: Timestamp,
) -> Result<()> {
    let text = RichText::plain(file.otherwise.as_str());
    let message = Outgoing { text, ..Default::default() };
    let delivery = to_json(&Delivery::Send { message, card: None, via: None });
    let new = NewDelivery {
        channel: row.channel,
        chat_key: row.chat_key.clone(),
        lane: row.lane.clone(),
        delivery,
        card: None,
        ticket: row.ticket_id,
        person: row.person_id,
        critical: row.critical,
        precedence: row.precedence,
        asked: row.asked,
    };
    outbox::enqueue(tx, new, now).await.map(drop)
}

/// What becomes of a row whose sender died between calling and writing down the answer.
///
/// # Errors
/// When the database fails.
pub async fn recover(
    tx: &Transaction,
    desk: &Desk,
    (row, channel): (&entity::Model, Option<&dyn Channel>),
    (patience, now): (Patience, Timestamp),
) -> Result<()> {
    let outcome = match read(row) {
        Ok(delivery) if repeatable(&delivery, channel) => Outcome::Again(now, "interrupted".into()),
        Ok(delivery) => {
            let outcome = doubtful(row, "interrupted", (patience, now));
            if matches!(outcome, Outcome::Unknown(_)) {
                answers::clear_placeholder(tx, row, &delivery, now).await?;
            }
            outcome
        }
        Err(Error::Unreadable(why)) => Outcome::Failed(why),
        Err(error) => return Err(error),
    };
    conclude(tx, desk, row, outcome, now).await
}

fn is_to_be_made(thread: &thread::Model) -> bool {
    thread.chat_key.is_none()
}

/// The card that a delivery draws.
pub(super) fn card(delivery: &Delivery) -> Option<crate::domain::id::CardId> {
    match delivery {
        Delivery::Send { card, .. } => *card,
        Delivery::Edit { card, .. } => Some(*card),
        Delivery::File(_)
        | Delivery::Answer { .. }
        | Delivery::Admit { .. }
        | Delivery::Archive { .. }
        | Delivery::Menu { .. } => None,
    }
}

/// Whether doing it twice looks the same as doing it once on this channel.
pub fn repeatable(delivery: &Delivery, channel: Option<&dyn Channel>) -> bool {
    match delivery {
        Delivery::Send { via, .. } => {
            channel.is_some_and(|channel| channel.repeats_safely(via.as_deref()))
        }
        Delivery::File(_) => channel.is_some_and(|channel| channel.repeats_safely(None)),
        Delivery::Edit { .. }
        | Delivery::Answer { .. }
        | Delivery::Admit { .. }
        | Delivery::Archive { .. }
        | Delivery::Menu { .. } => true,
    }
}

/// What a row's message is known by, in few letters.
fn nonce(row: &entity::Model) -> String {
    format!("{:x}.{:x}", row.id.0, row.created_at.0)
}

/// Marks a row that is said a second time because nobody knows whether it arrived the first time.
const ONCE_MORE: &str = "once more";

/// A message that perhaps arrived: said once more when it is worth a repetition.
fn doubtful(row: &entity::Model, why: &str, (patience, now): (Patience, Timestamp)) -> Outcome {
    if (row.critical || row.asked) && !is_repeated(row) {
        Outcome::Again(now.plus(patience.first), format!("{ONCE_MORE}: {why}"))
    } else {
        Outcome::Unknown(why.to_owned())
    }
}

/// Whether a row is said a second time.
pub(super) fn is_repeated(row: &entity::Model) -> bool {
    row.failure.as_deref().is_some_and(|why| why.starts_with(ONCE_MORE))
}

/// Why a row waits, keeping in mind whether it is said a second time.
fn reason(row: &entity::Model, why: &str) -> String {
    if is_repeated(row) { format!("{ONCE_MORE}: {why}") } else { why.to_owned() }
}

/// How the reason of a row begins that was tried for too long.
const GIVEN_UP: &str = "given up";

/// So often a message is tried at least before it is given up, however old a clock makes it that was
/// put forward.
pub(super) const TRIES: i32 = 10;

/// The longest pause before a message is tried again that a person waits for, in milliseconds.
const SOON: i64 = 6 * SECOND;

/// A message that surely did not arrive: again after a pause, until it is too old.
fn later(row: &entity::Model, why: &str, (patience, now): (Patience, Timestamp)) -> Outcome {
    if now.since(row.created_at) >= patience.give_up && row.attempts >= TRIES {
        return Outcome::Failed(format!("{GIVEN_UP}: {why}"));
    }
    let doublings = u32::try_from(row.attempts.clamp(1, 32) - 1).unwrap_or(0);
    // A person waits for the answer or the card, so it goes out soon after the fault ends.
    let longest = match row.precedence {
        Precedence::Asked | Precedence::Urgent => patience.longest.min(SOON),
        Precedence::Notice | Precedence::Face | Precedence::Stranger => patience.longest,
    };
    let pause = patience.first.saturating_mul(1_i64 << doublings).min(longest);
    // Rows spread out, so that a recovering platform is not met by all at once.
    let spread = row.id.0.rem_euclid(16) * pause / 64;
    Outcome::Again(now.plus((pause + spread).min(LONGEST_WAIT)), reason(row, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        channel::console::Console,
        chat::outgoing::{Outgoing, RichText},
        domain::channel::ChannelKind,
    };

    /// A network that recognises a message that comes twice, unless it answers something.
    struct Remembering;

    #[async_trait::async_trait]
    impl Channel for Remembering {
        fn kind(&self) -> ChannelKind {
            ChannelKind::Discord
        }

        fn repeats_safely(&self, via: Option<&str>) -> bool {
            via.is_none()
        }

        async fn send(
            &self,
            _: &Envelope<'_>,
            _: &Outgoing,
        ) -> std::result::Result<String, SendError> {
            Err(SendError::Gone)
        }

        async fn edit(&self, _: &str, _: &str, _: &Outgoing) -> std::result::Result<(), SendError> {
            Err(SendError::Gone)
        }

        async fn answer(&self, _: &str, _: Option<&str>) -> std::result::Result<(), SendError> {
            Err(SendError::Gone)
        }

        async fn show_menu(&self, _: &str, _: &[MenuEntry]) -> std::result::Result<(), SendError> {
            Err(SendError::Gone)
        }
    }

    #[test]
    fn a_message_is_repeated_freely_where_it_is_recognised() {
        let message = Outgoing { text: RichText::plain("hola"), ..Default::default() };
        let send = |via: Option<&str>| Delivery::Send {
            message: message.clone(),
            card: None,
            via: via.map(str::to_owned),
        };
        let console = Console::default();
        assert!(repeatable(&send(None), Some(&Remembering)));
        assert!(!repeatable(&send(Some("token")), Some(&Remembering)));
        assert!(!repeatable(&send(None), Some(&console)));
        assert!(!repeatable(&send(None), None));
        let answer = Delivery::Answer { token: "token".into(), text: None };
        assert!(repeatable(&answer, Some(&console)));
    }
}
