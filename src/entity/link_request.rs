//! Requests to link two accounts: what each side was shown, and which sides agreed. A row is settled
//! when the accounts were linked, when a side refused, and when a newer request replaced it.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::AccountId;
use crate::domain::locale::Locale;
use crate::domain::person::Role;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_request")]
pub struct Model {
    /// Identity; the buttons carry it.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The account that asked for the code.
    pub asker_account: AccountId,
    /// The role that its person had when both sides were asked.
    pub asker_role: Role,
    /// Whether that side agreed.
    pub asker_agreed: bool,
    /// The network of the account that brought the code.
    pub bringer_channel: ChannelKind,
    /// The platform's key of that account.
    #[sea_orm(column_type = "Text")]
    pub bringer_key: String,
    /// Where that side is told.
    #[sea_orm(column_type = "Text")]
    pub bringer_chat: String,
    /// The name that it shows.
    #[sea_orm(column_type = "Text")]
    pub bringer_name: String,
    /// Its language.
    pub bringer_locale: Locale,
    /// The role that its person had when both sides were asked; none for an unknown account.
    pub bringer_role: Option<Role>,
    /// Whether that side agreed.
    pub bringer_agreed: bool,
    /// After this instant an answer counts for nothing.
    pub expires_at: Timestamp,
    /// When it was settled.
    pub settled_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
