//! Events about people, invitations and linked chats: append-only. Triggers refuse changes and
//! deletions.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::PersonId;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_event")]
pub struct Model {
    /// In order of occurrence.
    #[sea_orm(primary_key)]
    pub id: i64,
    pub at: Timestamp,
    /// The kind of actor: `person`, `operator` or `desk`.
    #[sea_orm(column_type = "Text")]
    pub actor_kind: String,
    /// The acting person.
    pub actor_id: Option<PersonId>,
    /// The network; `None` on the command line.
    pub channel: Option<ChannelKind>,
    /// The person in question; `None` for invitations and chats.
    pub person_id: Option<PersonId>,
    /// The stable name of its kind.
    #[sea_orm(column_type = "Text")]
    pub kind: String,
    /// The event as JSON.
    #[sea_orm(column_type = "Text")]
    pub detail: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
