//! Requests to join two accounts. Both sides agree by a button, each in its own private chat. An
//! answer after the request expired or was settled has no effect. Deliberately absent: further
//! approvals that a request may need, and wording.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::linking::{Asker, VALID};
use crate::{
    domain::{channel::ChannelKind, locale::Locale, person::Role, time::Timestamp},
    entity::link_request,
    service::{Error, Result, people},
};

/// The account that presented the code.
#[derive(Debug, Clone, Copy)]
pub struct Bringer<'b> {
    /// The network.
    pub channel: ChannelKind,
    /// The platform's key of the account.
    pub external_key: &'b str,
    /// Its private chat.
    pub chat: &'b str,
    /// Its display name.
    pub name: &'b str,
    /// Its language.
    pub locale: Locale,
}

/// One of the two sides of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The account that asked for the code.
    Asker,
    /// The account that presented it.
    Bringer,
}

/// Opens a request, with the roles that both sides are shown. Older open requests of either account
/// end.
pub async fn open(
    tx: &DatabaseTransaction,
    asker: Asker,
    bringer: Bringer<'_>,
    now: Timestamp,
) -> Result<link_request::Model> {
    let person = people::person(tx, asker.person)
        .await?
        .ok_or_else(|| Error::Missing(format!("person {}", asker.person)))?;
    let known = people::find_account(tx, bringer.channel, bringer.external_key).await?;
    let asked = link_request::Column::AskerAccount.eq(asker.account);
    let brought = link_request::Column::BringerChannel.eq(bringer.channel);
    let brought = brought.and(link_request::Column::BringerKey.eq(bringer.external_key));
    link_request::Entity::update_many()
        .col_expr(link_request::Column::SettledAt, Expr::value(now))
        .filter(asked.or(brought))
        .filter(link_request::Column::SettledAt.is_null())
        .exec(tx)
        .await?;
    let row = link_request::ActiveModel {
        asker_account: Set(asker.account),
        asker_role: Set(person.role),
        asker_agreed: Set(false),
        bringer_channel: Set(bringer.channel),
        bringer_key: Set(bringer.external_key.to_owned()),
        bringer_chat: Set(bringer.chat.to_owned()),
        bringer_name: Set(bringer.name.to_owned()),
        bringer_locale: Set(bringer.locale),
        bringer_role: Set(known.map(|(_, person)| person.role)),
        bringer_agreed: Set(false),
        expires_at: Set(now.plus(VALID)),
        settled_at: Set(None),
        ..Default::default()
    };
    Ok(row.insert(tx).await?)
}

/// Reads an open request, locked until the transaction ends.
pub async fn find(
    tx: &DatabaseTransaction,
    id: i64,
    now: Timestamp,
) -> Result<Option<link_request::Model>> {
    Ok(link_request::Entity::find_by_id(id)
        .filter(link_request::Column::SettledAt.is_null())
        .filter(link_request::Column::ExpiresAt.gt(now))
        .lock_exclusive()
        .one(tx)
        .await?)
}

/// Records that a side agrees.
pub async fn agree(
    tx: &DatabaseTransaction,
    request: link_request::Model,
    side: Side,
) -> Result<link_request::Model> {
    let mut change = link_request::ActiveModel::from(request);
    match side {
        Side::Asker => change.asker_agreed = Set(true),
        Side::Bringer => change.bringer_agreed = Set(true),
    }
    Ok(change.update(tx).await?)
}

/// Lets a request on which both sides agree wait for an approval until this instant.
pub async fn wait_until(
    tx: &DatabaseTransaction,
    request: link_request::Model,
    until: Timestamp,
) -> Result<link_request::Model> {
    let mut change = link_request::ActiveModel::from(request);
    change.expires_at = Set(until);
    Ok(change.update(tx).await?)
}

/// Settles a request, after which no answer has an effect.
pub async fn settle(
    tx: &DatabaseTransaction,
    request: &link_request::Model,
    now: Timestamp,
) -> Result<()> {
    let mut change = link_request::ActiveModel::from(request.clone());
    change.settled_at = Set(Some(now));
    change.update(tx).await?;
    Ok(())
}

impl link_request::Model {
    /// Whether both sides agreed.
    pub fn is_agreed(&self) -> bool {
        self.asker_agreed && self.bringer_agreed
    }

    /// Whether both sides belong to the staff.
    pub fn is_between_staff(&self) -> bool {
        self.asker_role > Role::Requester && self.bringer_role > Some(Role::Requester)
    }
}
