//! What happened to people, invitations and linked chats: append-only. Triggers refuse changes and
//! deletions.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::PersonId;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_event")]
pub struct Model {
    /// Order of what happened.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it: `person`, `operator` or `desk`.
    #[sea_orm(column_type = "Text")]
    pub actor_kind: String,
    /// Which person did it.
    pub actor_id: Option<PersonId>,
    /// Through which network; none on the command line.
    pub channel: Option<ChannelKind>,
    /// The person concerned; none for invitations and chats.
    pub person_id: Option<PersonId>,
    /// The stable name of its kind.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The event as JSON.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
