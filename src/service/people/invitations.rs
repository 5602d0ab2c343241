//! Codes that enrol people or link group chats. A code is shown once; only its digest is stored.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use crate::{
    domain::{
        channel::ChannelKind,
        person::Role,
        person_event::{By, PersonEvent},
        refusal::Refusal,
        time::Timestamp,
    },
    entity::{invitation, invitation_use},
    service::{Act, Result, codes, people::history},
};

/// A new invitation.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The role it gives; `None` when it links a group chat.
    pub role: Option<Role>,
    /// The groups it gives.
    pub groups: Vec<String>,
    /// The person's name, when the inviter knows it.
    pub name: Option<String>,
    /// How many people may use it.
    pub uses: i32,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// An invitation that was just used.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The invitation.
    pub id: i64,
    /// The role it gives; `None` when it links a group chat.
    pub role: Option<Role>,
    /// The groups it gives.
    pub groups: Vec<String>,
    /// The name that the inviter gave.
    pub name: Option<String>,
    /// Whether the same account or chat had used it before. A repeated use gives nothing.
    pub is_repeated: bool,
}

/// Encodes 16 random bytes as a code of letters and digits that are safe in links and on the
/// telephone.
pub fn code(randomness: [u8; 16]) -> String {
    data_encoding::BASE32_NOPAD.encode(&randomness).to_lowercase()
}

/// Stores an invitation under the digest of `code`.
pub async fn invite(
    tx: &DatabaseTransaction,
    new: NewInvitation,
    code: &str,
    now: Timestamp,
) -> Result<()> {
    let row = invitation::ActiveModel {
        digest: Set(codes::hash_of_invitation(code)),
        role: Set(new.role),
        groups: Set(new.groups.join(",")),
        name: Set(new.name),
        uses_left: Set(new.uses),
        expires_at: Set(new.expires_at),
        created_at: Set(now),
        ..Default::default()
    };
    row.insert(tx).await?;
    Ok(())
}

/// Whether any invitation was ever made.
pub async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(invitation::Entity::find().one(conn).await?.is_some())
}

/// A code that an account presents.
#[derive(Debug, Clone, Copy)]
pub struct Brought<'b> {
    /// The code as it was typed, or the digest that was stored in its place.
    pub code: &'b str,
    /// Where it was presented.
    pub place: Place<'b>,
    /// When it was presented.
    pub now: Timestamp,
}

/// Where a code was presented. A code for people works only in private chats, a code for a group
/// chat only in that chat.
#[derive(Debug, Clone, Copy)]
pub enum Place<'p> {
    /// In private, by this account.
    Private {
        /// The network.
        channel: ChannelKind,
        /// The platform's key of the account.
        account: &'p str,
    },
    /// In this group chat.
    Group {
        /// The network.
        channel: ChannelKind,
        /// The platform's key of the chat.
        chat: &'p str,
    },
}

impl Place<'_> {
    /// The key of the account or chat whose uses are counted.
    fn user_key(&self) -> String {
        match self {
            Self::Private { channel, account } => format!("{}:{account}", channel.as_str()),
            Self::Group { channel, chat } => format!("{}/{chat}", channel.as_str()),
        }
    }
}

/// Uses an invitation once. An account or group chat that used it before does not use it up
/// further: [`Redeemed::is_repeated`] says so, and it gains nothing again.
///
/// # Errors
/// Refuses with the same answer a code that is unknown, used up, revoked or expired.
pub async fn redeem(tx: &DatabaseTransaction, brought: Brought<'_>) -> Result<Redeemed> {
    let digest = digest(brought.code);
    let row = invitation::Entity::find()
        .filter(invitation::Column::Digest.eq(digest))
        .one(tx)
        .await?
        .ok_or(Refusal::InvitationInvalid)?;
    if row.expires_at <= brought.now || row.revoked_at.is_some() {
        return Err(Refusal::InvitationInvalid.into());
    }
    if row.role.is_none() != matches!(brought.place, Place::Group { .. }) {
        return Err(Refusal::InvitationMisplaced.into());
    }
    let groups = row.groups.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    let redeemed =
        Redeemed { id: row.id, role: row.role, groups, name: row.name, is_repeated: false };
    let key = brought.place.user_key();
    let new = invitation_use::ActiveModel {
        invitation_id: Set(row.id),
        user_key: Set(key.clone()),
        at: Set(brought.now),
    };
    let keys = [invitation_use::Column::InvitationId, invitation_use::Column::UserKey];
    let known = OnConflict::columns(keys).do_nothing().to_owned();
    let noted = invitation_use::Entity::insert_many([new]).on_conflict(known);
    if noted.exec_without_returning(tx).await? == 0 {
        return Ok(Redeemed { is_repeated: true, ..redeemed });
    }
    let used = invitation::Entity::update_many()
        .col_expr(invitation::Column::UsesLeft, Expr::col(invitation::Column::UsesLeft).sub(1))
        .filter(invitation::Column::Id.eq(row.id))
        .filter(invitation::Column::UsesLeft.gt(0))
        .exec(tx)
        .await?;
    if used.rows_affected != 1 {
        // The refusal commits with this transaction, so the counted use is undone by hand.
        invitation_use::Entity::delete_by_id((row.id, key)).exec(tx).await?;
        return Err(Refusal::InvitationInvalid.into());
    }
    Ok(redeemed)
}

/// How many invitations a list shows.
const LISTED: u64 = 1_000;

/// The stored invitations, newest first.
pub async fn list(conn: &impl ConnectionTrait) -> Result<Vec<invitation::Model>> {
    let newest = invitation::Entity::find().order_by_desc(invitation::Column::Id).limit(LISTED);
    Ok(newest.all(conn).await?)
}

/// Revokes an invitation. Returns whether it was still usable.
pub async fn revoke(act: &Act<'_>, by: By, id: i64) -> Result<bool> {
    let revoked = invitation::Entity::update_many()
        .col_expr(invitation::Column::RevokedAt, Expr::value(act.now))
        .col_expr(invitation::Column::UsesLeft, Expr::value(0))
        .filter(invitation::Column::Id.eq(id))
        .filter(invitation::Column::RevokedAt.is_null())
        .filter(invitation::Column::UsesLeft.gt(0))
        .filter(invitation::Column::ExpiresAt.gt(act.now))
        .exec(act.tx)
        .await?;
    if revoked.rows_affected != 1 {
        return Ok(false);
    }
    history::append(act, by, None, &PersonEvent::InvitationRevoked { invitation: id }).await?;
    Ok(true)
}

/// The digest of a code, given as the code or as the stored digest.
fn digest(code: &str) -> String {
    codes::digest_in(code).map_or_else(|| codes::hash_of_invitation(code), str::to_owned)
}
