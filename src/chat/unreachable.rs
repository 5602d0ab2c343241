//! Confirmations for the case that the person concerned cannot be reached: they confirm the act
//! without claiming that the person was told, and say why not. Deliberately absent: telling the
//! person later (`notify::catch_up`).

use crate::domain::{channel::ChannelKind, id::PersonId};
use crate::{
    chat::{Reading, notify, turn::Turn},
    entity::ticket,
    service::{
        Result,
        people::{self, linking},
    },
};

/// The confirmations that say that the requester was told, each with its variant for a requester
/// who was not.
const VARIANTS: [(&str, &str); 12] = [
    ("done-arrive", "done-arrive-untold"),
    ("done-decline", "done-decline-untold"),
    ("done-miss", "done-miss-untold"),
    ("done-notmanaged", "done-notmanaged-untold"),
    ("done-reply", "done-reply-untold"),
    ("done-return", "done-return-untold"),
    ("done-route", "done-route-untold"),
    ("done-solve", "done-solve-untold"),
    ("done-to_vendor", "done-to_vendor-untold"),
    ("done-training", "done-training-untold"),
    ("done-visit", "done-visit-untold"),
    ("done-workshop", "done-workshop-untold"),
];

/// The variant of a confirmation, and why the requester was not told; `None` when the requester was
/// told. For a requester's own reply, the variant says that no technician reads it.
pub async fn confirmation(
    turn: &Turn<'_>,
    key: &str,
    ticket: &ticket::Model,
) -> Result<Option<(&'static str, String)>> {
    let Some((_, variant)) = VARIANTS.into_iter().find(|(told, _)| *told == key) else {
        return Ok(None);
    };
    let requester = ticket.requester_id;
    if requester == turn.actor.id && key == "done-reply" {
        // A requester's reply goes to the technician.
        let heard = Box::pin(notify::reaches_staff(&turn.act, ticket)).await?;
        return Ok((!heard).then(|| ("done-reply-unheard", String::new())));
    }
    let told =
        requester == turn.actor.id || !people::addresses(turn.act.tx, requester).await?.is_empty();
    if told {
        return Ok(None);
    }
    Ok(Some((variant, why(turn, requester).await?)))
}

/// Why a person was not told; `None` when the person can be reached.
pub fn reason<'a>(turn: &'a Turn<'_>, person: PersonId) -> Reading<'a, Option<String>> {
    Box::pin(reason_if_unreachable(turn, person))
}

async fn reason_if_unreachable(turn: &Turn<'_>, person: PersonId) -> Result<Option<String>> {
    let told = person == turn.actor.id || !people::addresses(turn.act.tx, person).await?.is_empty();
    if told { Ok(None) } else { why(turn, person).await.map(Some) }
}

async fn why(turn: &Turn<'_>, person: PersonId) -> Result<String> {
    let accounts = linking::accounts(turn.act.tx, person).await?;
    let refused = accounts.iter().find(|account| account.unreachable_since.is_some());
    let why = match refused.map(|account| account.channel) {
        Some(ChannelKind::Telegram) => "blocked",
        Some(ChannelKind::Discord | ChannelKind::Console) => "closed",
        None => "unknown",
    };
    let name = people::person(turn.act.tx, person).await?.map(|person| person.name);
    let args = [("name", name.unwrap_or_default().into()), ("why", why.into())];
    Ok(turn.voice().say("untold-why", &args))
}
