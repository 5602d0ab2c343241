//! Uses of invitations: each account counts once.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation_use")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation_id: i64,
    /// The network and the account that used it, or the network and the group chat that it linked.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub user_key: String,
    pub at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
