//! The answer to a person or chat that exceeds the rate limit: once, where they can read it, and
//! not in a group unless the group as a whole exceeds it. Deliberately absent: the limit
//! (`crate::worker::admission` decides).

use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming},
        outgoing::{Delivery, Outgoing, RichText},
        posting::{self, About},
        shorten::clip,
        wording,
    },
    domain::{person::Doer, time::Timestamp},
    entity::outbox::Precedence,
    service::{Act, Result, Transaction, people, people::Address},
};

/// Who exceeded the rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Person,
    Chat,
}

/// Tells the sender of an update, or the whole chat, that they exceeded the rate limit.
///
/// # Errors
/// When the database fails.
pub async fn reply(
    tx: &Transaction,
    desk: &Desk,
    incoming: &Incoming,
    scope: Scope,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let known = people::find_account(tx, incoming.channel, &incoming.sender.key).await?;
    let here = Address {
        channel: incoming.channel,
        chat_key: incoming.chat.key.clone(),
        person: known.as_ref().map(|(account, _)| account.person_id),
        locale: known.as_ref().map_or(desk.locale, |(_, person)| person.locale),
    };
    let stranger = About { precedence: Precedence::Stranger, ..About::default() };
    let about = if known.is_some() { About::asked() } else { stranger };
    let text = wording::say(here.locale, "too-much", &[]);
    if let Some(token) = &incoming.token {
        let shown = Some(clip(&text, posting::LONGEST_TOAST));
        let answer = Delivery::Answer { token: token.clone(), text: shown };
        return posting::enqueue(&act, &here, &answer, about).await;
    }
    let to = if incoming.chat.kind == ChatKind::Private {
        here
    } else if scope == Scope::Chat {
        Address { person: None, locale: desk.locale, ..here }
    } else {
        // One person's excess does not concern the group: the answer goes to the private chat, or
        // nowhere.
        let Some(chat_key) = known.and_then(|(account, _)| account.private_chat) else {
            return Ok(());
        };
        Address { chat_key, ..here }
    };
    let text = RichText::plain(wording::say(to.locale, "too-much", &[]));
    posting::post(&act, &to, Outgoing { text, ..Default::default() }, about).await
}
