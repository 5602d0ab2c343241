//! What somebody is told who asks more of the desk than it reads: once, where they can read it, and
//! not in front of others unless those asked too. Deliberately absent: how much that is (see
//! `crate::worker::admission`, which decides).

use sea_orm::DatabaseTransaction;

use crate::{
    chat::{
        Desk,
        incoming::{ChatKind, Incoming},
        outgoing::{Delivery, Outgoing, RichText},
        say::{self, About, clip},
        wording,
    },
    domain::{person::Doer, time::Timestamp},
    entity::outbox::Precedence,
    service::{Act, Result, people, people::Address},
};

/// Tells whoever did something that it was too much; `all` when the whole chat did.
///
/// # Errors
/// When the database fails.
pub async fn too_much(
    tx: &DatabaseTransaction,
    desk: &Desk,
    (incoming, all): (&Incoming, bool),
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
        let shown = Some(clip(&text, say::LONGEST_TOAST));
        let answer = Delivery::Answer { token: token.clone(), text: shown };
        return say::enqueue(&act, &here, &answer, about).await;
    }
    let to = if incoming.chat.kind == ChatKind::Private {
        here
    } else if all {
        Address { person: None, locale: desk.locale, ..here }
    } else {
        // One person's flood is no affair of the group's.
        let Some(chat_key) = known.and_then(|(account, _)| account.private_chat) else {
            return Ok(());
        };
        Address { chat_key, ..here }
    };
    let text = RichText::plain(wording::say(to.locale, "too-much", &[]));
    say::post(&act, &to, Outgoing { text, ..Default::default() }, about).await
}
