//! The notice to administrators that the bot lacks a permission in a group's chat. Deliberately
//! absent: how often it is sent; the caller remembers what it reported.

use crate::{
    chat::{
        Desk,
        outgoing::{Outgoing, RichText},
        posting::{self, About},
        wording,
    },
    domain::{
        person::{Doer, Role},
        time::Timestamp,
    },
    service::{Act, Result, Transaction, people},
};

/// A permission that the bot lacks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Missing {
    /// The channel's name.
    pub place: String,
    /// The permission's name in the catalogues.
    pub permission: &'static str,
}

/// Tells each administrator, in one chat each, which permission is missing and where to grant it.
pub async fn missing(
    tx: &Transaction,
    desk: &Desk,
    missing: &Missing,
    now: Timestamp,
) -> Result<()> {
    let act = Act { tx, procedure: &desk.procedure, now, doer: Doer::Desk, channel: None };
    let args =
        [("place", missing.place.as_str().into()), ("permission", missing.permission.into())];
    for administrator in people::with_role(tx, Role::Administrator).await? {
        let addresses = people::addresses(tx, administrator.id).await?;
        let Some(to) = addresses.first() else { continue };
        let text = RichText::plain(wording::say(to.locale, "notice-permission", &args));
        let message = Outgoing { text, ..Default::default() };
        posting::post(&act, to, message, About::default()).await?;
    }
    Ok(())
}
