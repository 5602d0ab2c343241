//! One-time codes that enrol people and group chats. The code itself is told once and never kept:
//! its digest is.

use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait},
};
use sha2::{Digest, Sha256};

use crate::{
    domain::{person::Role, refusal::Refusal, time::Timestamp},
    entity::invitation,
    service::Result,
};

/// What an invitation gives.
#[derive(Debug, Clone)]
pub struct NewInvitation {
    /// The role; none to link a group chat.
    pub role: Option<Role>,
    /// The groups.
    pub groups: Vec<String>,
    /// The person's name, when the inviter knows it.
    pub name: Option<String>,
    /// How many people may use it.
    pub uses: i32,
    /// When it stops working.
    pub expires_at: Timestamp,
}

/// An invitation that was just used.
#[derive(Debug, Clone)]
pub struct Redeemed {
    /// The role it gives; none when it links a group chat.
    pub role: Option<Role>,
    /// The groups it gives.
    pub groups: Vec<String>,
    /// The name the inviter gave.
    pub name: Option<String>,
}

/// The code of 16 random bytes: letters and digits that survive a link and a telephone.
pub fn code(randomness: [u8; 16]) -> String {
    data_encoding::BASE32_NOPAD.encode(&randomness).to_lowercase()
}

/// Keeps an invitation for whoever brings `code`.
pub async fn invite(
    tx: &DatabaseTransaction,
    new: NewInvitation,
    code: &str,
    now: Timestamp,
) -> Result<()> {
    let row = invitation::ActiveModel {
        digest: Set(digest(code)),
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

/// Whether anybody was ever invited.
pub async fn any(conn: &impl ConnectionTrait) -> Result<bool> {
    Ok(invitation::Entity::find().one(conn).await?.is_some())
}

/// Uses an invitation once. `in_group` says where the code was brought: one for people works in
/// private only, one for a group chat in that chat only.
///
/// # Errors
/// Refuses alike a code that is unknown, used up or expired.
pub async fn redeem(
    tx: &DatabaseTransaction,
    code: &str,
    in_group: bool,
    now: Timestamp,
) -> Result<Redeemed> {
    let row = invitation::Entity::find()
        .filter(invitation::Column::Digest.eq(digest(&code.trim().to_lowercase())))
        .one(tx)
        .await?
        .ok_or(Refusal::InvitationInvalid)?;
    if row.expires_at <= now {
        return Err(Refusal::InvitationInvalid.into());
    }
    if row.role.is_none() != in_group {
        return Err(Refusal::InvitationMisplaced.into());
    }
    let used = invitation::Entity::update_many()
        .col_expr(invitation::Column::UsesLeft, Expr::col(invitation::Column::UsesLeft).sub(1))
        .filter(invitation::Column::Id.eq(row.id))
        .filter(invitation::Column::UsesLeft.gt(0))
        .exec(tx)
        .await?;
    if used.rows_affected != 1 {
        return Err(Refusal::InvitationInvalid.into());
    }
    let groups = row.groups.split(',').filter(|key| !key.is_empty()).map(str::to_owned).collect();
    Ok(Redeemed { role: row.role, groups, name: row.name })
}

fn digest(code: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(code.as_bytes()))
}
