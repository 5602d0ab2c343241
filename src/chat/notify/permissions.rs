//! What administrators are told when the bot lacks a permission in a chat of a group. Deliberately
//! absent: how often; the caller knows what was told.

use sea_orm::DatabaseTransaction;

use crate::{
    chat::{
        Desk,
        outgoing::{Outgoing, RichText},
        say::{self, About},
        wording,
    },
    domain::{
        person::{Doer, Role},
        time::Timestamp,
    },
    service::{Act, Result, people},
};

/// A permission that the bot lacks, and where.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Missing {
    /// The channel's name.
    pub place: String,
    /// What the catalogues know the permission by.
    pub permission: &'static str,
}

/// Tells each administrator, in one chat each, which permission is missing and where to give it.
pub async fn missing(
    tx: &DatabaseTransaction,
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
        say::post(&act, to, message, About::default()).await?;
    }
    Ok(())
}
