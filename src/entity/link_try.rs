//! Wrong linking codes, by the account that presented them; the desk need not know the account.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "link_try")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub channel: ChannelKind,
    /// The platform's key of the account.
    #[sea_orm(column_type = "Text")]
    pub external_key: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
