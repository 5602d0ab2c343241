//! Which account used which invitation: one account uses one use.

use sea_orm::entity::prelude::*;

use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation_use")]
pub struct Model {
    /// Which invitation.
    #[sea_orm(primary_key, auto_increment = false)]
    pub invitation_id: i64,
    /// The network with the account that used it, or with the group chat that it linked.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub user_key: String,
    /// When.
    pub at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
