//! Requests to join two accounts: what each side was shown, and which sides agreed. A row is
//! settled when the accounts were joined, when a side refused, or when a newer request replaced it.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::AccountId;
use crate::domain::locale::Locale;
use crate::domain::person::Role;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_request")]
pub struct Model {
    /// Button codes contain it.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The account that asked for the code.
    pub asker_account: AccountId,
    /// The role of its owner when both sides were asked.
    pub asker_role: Role,
    /// Whether that side agreed.
    pub asker_agreed: bool,
    /// The network of the account that presented the code.
    pub bringer_channel: ChannelKind,
    /// The platform's key of that account.
    #[sea_orm(column_type = "Text")]
    pub bringer_key: String,
    /// Its private chat.
    #[sea_orm(column_type = "Text")]
    pub bringer_chat: String,
    /// Its display name.
    #[sea_orm(column_type = "Text")]
    pub bringer_name: String,
    /// Its language.
    pub bringer_locale: Locale,
    /// The role of its owner when both sides were asked; `None` for an unknown account.
    pub bringer_role: Option<Role>,
    /// Whether that side agreed.
    pub bringer_agreed: bool,
    /// Answers after this instant have no effect.
    pub expires_at: Timestamp,
    pub settled_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
