//! Codes that enrol people or link group chats. Only a digest of the code is stored.

use sea_orm::entity::prelude::*;

use crate::domain::person::Role;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The SHA-256 of the code, in hexadecimal.
    #[sea_orm(column_type = "Text")]
    pub digest: String,
    /// The role it gives; `None` when it links a group chat.
    pub role: Option<Role>,
    /// The keys of the groups it gives, separated by commas.
    #[sea_orm(column_type = "Text")]
    pub groups: String,
    /// The person's name, when the inviter gave one.
    #[sea_orm(column_type = "Text", nullable)]
    pub name: Option<String>,
    /// How many more times it may be used.
    pub uses_left: i32,
    pub expires_at: Timestamp,
    pub created_at: Timestamp,
    /// When an administrator or the operator revoked it.
    pub revoked_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
