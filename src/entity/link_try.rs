//! Wrong linking codes, by the account that brought them, whether the desk knows it or not.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_try")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// On which network.
    pub channel: ChannelKind,
    /// The platform's key of the account.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    /// When.
    pub at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
