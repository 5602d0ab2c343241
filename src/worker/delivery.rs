//! One delivery: which call to make for it, and what its outcome means (G5, G6). A message whose
//! answer was lost may have arrived. Edits, acknowledgements and messages that the platform
//! recognises by their nonce are repeated freely. A critical notice, and an answer that its reader
//! asked for, is repeated once and marked as a repetition; any other message is not repeated. The
//! people who rely on a lost message are told. Deliberately absent: when a row is sent (see
//! `super::courier`).

use bytes::Bytes;

use crate::{
    backoff::Backoff,
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
pub(super) mod into_thread;

/// When a failed delivery is tried again, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// The first pause; each further pause is twice as long.
    pub first: i64,
    pub longest: i64,
    /// After this time a row is given up.
    pub give_up: i64,
}

impl Default for Patience {
    fn default() -> Self {
        Self { first: SECOND, longest: 5 * MINUTE, give_up: 24 * 60 * MINUTE }
    }
}

/// A claimed row of the outbox, ready for its call.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub row: entity::Model,
    pub delivery: Delivery,
    /// The message that an edit changes; `None` when the card has no message any more.
    pub message_key: Option<String>,
    /// Whether a second delivery looks the same as one.
    pub repeatable: bool,
    /// The thread that the row goes into; a thread without a key has to be created first.
    pub thread: Option<thread::Model>,
    /// Whether this network reports everything that is written in threads.
    pub overheard: bool,
}

/// The platform's answer: the key of the new message, if there is one.
pub type Answer = Result<Option<String>, SendError>;

/// A delivery with the platform's answer.
pub struct Answered {
    pub parcel: Parcel,
    pub answer: Answer,
}

/// A row whose sender died during the call.
pub struct Interrupted<'r> {
    pub row: &'r entity::Model,
    /// The row's channel; `None` for a network that is switched off.
    pub channel: Option<&'r dyn Channel>,
}

/// The outcome of a try, and whether the row is lost by it.
struct Ended {
    outcome: Outcome,
    loss: Option<Loss>,
}

impl From<Outcome> for Ended {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, loss: None }
    }
}

/// Reads the delivery of a row.
///
/// # Errors
/// When the row holds no delivery.
pub fn read(row: &entity::Model) -> Result<Delivery> {
    from_json(&row.delivery, || format!("outbox {}", row.id))
}

/// Calls the platform. Files come out of the store, menus out of the procedure.
pub async fn call(
    channel: &dyn Channel,
    store: Option<&Store>,
    procedure: &Procedure,
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
            // A card whose message is gone is sent as a new message.
            None => channel.send(&to, message).await.map(Some),
        },
        Delivery::File(file) => {
            let bytes = take_out(store, file).await?;
            channel.send_file(&to, file, &bytes).await.map(Some)
        }
        Delivery::Answer { token, text } => {
            let to = Envelope { via: Some(token), ..to };
            channel.answer(&to, text.as_deref()).await.map(|()| None)
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

/// Records what the answer means for the row, its card, and the people concerned.
///
/// # Errors
/// When the database fails; the row then counts as interrupted.
pub async fn settle(
    tx: &Transaction,
    desk: &Desk,
    answered: &Answered,
    patience: Patience,
    now: Timestamp,
) -> Result<()> {
    let Answered { parcel, answer } = answered;
    let row = &parcel.row;
    if let Some(thread) = &parcel.thread
        && let Some(outcome) = into_thread::settle(tx, desk, answered, thread, now).await?
    {
        return outbox::record(tx, row.id, outcome, now).await;
    }
    // Creating a thread is safe to repeat: the platform creates it once.
    let repeatable = parcel.repeatable || parcel.thread.as_ref().is_some_and(is_to_be_made);
    let ended: Ended = match answer {
        Ok(key) => {
            if let (Some(card), Some(key)) = (card(&parcel.delivery), key) {
                cards::keep_message(tx, card, key).await?;
            }
            answers::point(tx, row, &parcel.delivery, answers::Reached::Yes, now).await?;
            if row.person_id.is_none() && is_sent_anew(parcel) {
                notify::chats::accepted(tx, desk, row, now).await?;
            }
            Outcome::Sent(key.clone()).into()
        }
        Err(SendError::RetryAfter(wait)) => {
            let wait = i64::try_from(wait.as_millis()).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
            let reason = Sending::of(row).reason("the platform said to wait");
            Outcome::Again(now.plus(wait), reason).into()
        }
        Err(SendError::Transient(why)) => later(row, why, patience, now),
        Err(SendError::Unknown(why)) if repeatable => later(row, why, patience, now),
        Err(SendError::Unknown(why)) => doubtful(row, why, patience, now),
        Err(SendError::Refused(why)) => {
            if let Delivery::File(file) = &parcel.delivery {
                say_instead(tx, row, file, now).await?;
            }
            answers::answer_otherwise(tx, row, &parcel.delivery, now).await?;
            Outcome::Failed(why.clone()).into()
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
                // A newer card has replaced this one; without a message it has no buttons to
                // remove.
                Some(shown) if shown.ticket_id.is_none() && row.ticket_id.is_some() => {
                    Outcome::Sent(None).into()
                }
                _ => Outcome::Again(now, "the message was gone".into()).into(),
            }
        }
        Err(SendError::Moved { to }) => {
            people::move_chat(tx, row.channel, &row.chat_key, to).await?;
            Outcome::Again(now, "the chat moved".into()).into()
        }
        Err(SendError::Unreachable(why) | SendError::Vanished(why)) => {
            outbox::record(tx, row.id, Outcome::Failed(why.clone()), now).await?;
            // The call went to the interaction, not to its chat: it says nothing of the chat.
            if parcel.delivery.interaction().is_some() && row.person_id.is_none() {
                return Ok(());
            }
            if tells_of_its_chat(parcel) {
                notify::unreachable(tx, desk, row, why, now).await?;
            }
            return answers::point(tx, row, &parcel.delivery, answers::Reached::No, now).await;
        }
    };
    if ended.loss == Some(Loss::Doubtful) {
        answers::clear_placeholder(tx, row, &parcel.delivery, now).await?;
    }
    conclude(tx, desk, row, ended, now).await
}

/// Records the outcome of a try. When the row is lost by it, the people who rely on it are told.
async fn conclude(
    tx: &Transaction,
    desk: &Desk,
    row: &entity::Model,
    ended: Ended,
    now: Timestamp,
) -> Result<()> {
    outbox::record(tx, row.id, ended.outcome, now).await?;
    match ended.loss {
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

/// Whether a refusal of this delivery means that its chat takes no messages. An answer to an
/// interaction in a group takes another way than the group's messages.
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

/// Names the file that could not be shown, in the chat where it should have been.
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

/// Settles a row whose sender died between the call and the record of its answer.
///
/// # Errors
/// When the database fails.
pub async fn recover(
    tx: &Transaction,
    desk: &Desk,
    Interrupted { row, channel }: Interrupted<'_>,
    patience: Patience,
    now: Timestamp,
) -> Result<()> {
    let ended: Ended = match read(row) {
        Ok(delivery) if repeatable(&delivery, channel) => {
            Outcome::Again(now, "interrupted".into()).into()
        }
        Ok(delivery) => {
            let ended = doubtful(row, "interrupted", patience, now);
            if ended.loss == Some(Loss::Doubtful) {
                answers::clear_placeholder(tx, row, &delivery, now).await?;
            }
            ended
        }
        Err(Error::Unreadable(why)) => Outcome::Failed(why).into(),
        Err(error) => return Err(error),
    };
    conclude(tx, desk, row, ended, now).await
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

/// Whether a second delivery looks the same as one on this channel.
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

/// The idempotency key of a row's message, short enough for every platform.
fn nonce(row: &entity::Model) -> String {
    format!("{:x}.{:x}", row.id.0, row.created_at.0)
}

/// Whether a row is sent for the first time or repeated, because its first outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    First,
    Repetition,
}

impl Sending {
    /// How the `failure` column of a row marks a repetition, before the reason itself.
    const MARK: &str = "once more";

    pub(super) fn of(row: &entity::Model) -> Self {
        match &row.failure {
            Some(reason) if reason.starts_with(Self::MARK) => Self::Repetition,
            _ => Self::First,
        }
    }

    /// The reason why a row waits, for its `failure` column.
    fn reason(self, why: &str) -> String {
        match self {
            Self::First => why.to_owned(),
            Self::Repetition => format!("{}: {why}", Self::MARK),
        }
    }
}

/// The outcome of a message that perhaps arrived: one repetition where the message is worth it.
fn doubtful(row: &entity::Model, why: &str, patience: Patience, now: Timestamp) -> Ended {
    if (row.critical || row.asked) && Sending::of(row) == Sending::First {
        Outcome::Again(now.plus(patience.first), Sending::Repetition.reason(why)).into()
    } else {
        Ended { outcome: Outcome::Unknown(why.to_owned()), loss: Some(Loss::Doubtful) }
    }
}

/// A message gets at least this many tries before it is given up, even when a clock that was set
/// forward makes it look old.
pub(super) const TRIES: i32 = 10;

/// The longest pause before a retry of a message that a person waits for, in milliseconds.
const SOON: i64 = 6 * SECOND;

/// The outcome of a message that surely did not arrive: a retry after a pause, until the message is
/// too old.
fn later(row: &entity::Model, why: &str, patience: Patience, now: Timestamp) -> Ended {
    if now.since(row.created_at) >= patience.give_up && row.attempts >= TRIES {
        let outcome = Outcome::Failed(format!("given up: {why}"));
        return Ended { outcome, loss: Some(Loss::Certain) };
    }
    // A person waits for this answer or card, so it goes out soon after the fault ends.
    let longest = match row.precedence {
        Precedence::Asked | Precedence::Urgent => patience.longest.min(SOON),
        Precedence::Notice | Precedence::Face | Precedence::Stranger => patience.longest,
    };
    let failures = u32::try_from(row.attempts).unwrap_or(0);
    let pause = Backoff::of_milliseconds(patience.first, longest).pause_milliseconds(failures);
    // The retries spread out, so that a recovering platform does not receive all of them at once.
    let spread = row.id.0.rem_euclid(16) * pause / 64;
    let at = now.plus((pause + spread).min(LONGEST_WAIT));
    Outcome::Again(at, Sending::of(row).reason(why)).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        channel::console::Console,
        chat::outgoing::{Outgoing, RichText},
        domain::channel::ChannelKind,
    };

    type Sent<T> = std::result::Result<T, SendError>;

    /// A network that recognises a repeated message by its nonce, answers to interactions apart.
    struct Remembering;

    #[async_trait::async_trait]
    impl Channel for Remembering {
        fn kind(&self) -> ChannelKind {
            ChannelKind::Discord
        }

        fn repeats_safely(&self, via: Option<&str>) -> bool {
            via.is_none()
        }

        async fn send(&self, _: &Envelope<'_>, _: &Outgoing) -> Sent<String> {
            Err(SendError::Gone)
        }

        async fn edit(&self, _: &str, _: &str, _: &Outgoing) -> Sent<()> {
            Err(SendError::Gone)
        }

        async fn answer(&self, _: &Envelope<'_>, _: Option<&str>) -> Sent<()> {
            Err(SendError::Gone)
        }

        async fn show_menu(&self, _: &str, _: &[MenuEntry]) -> Sent<()> {
            Err(SendError::Gone)
        }
    }

    #[test]
    fn message_is_repeatable_where_its_nonce_is_recognised() {
        let send = |via: Option<&str>| {
            let message = Outgoing { text: RichText::plain("hola"), ..Default::default() };
            Delivery::Send { message, card: None, via: via.map(str::to_owned) }
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
