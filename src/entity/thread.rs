//! Threads of tickets: views, never storage. A deleted thread is created again.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{ThreadId, TicketId};
use crate::domain::locale::Locale;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "thread")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ThreadId,
    /// The ticket that is discussed there.
    pub ticket_id: TicketId,
    pub channel: ChannelKind,
    /// The group's chat that contains it.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// The language of the desk's messages there.
    pub locale: Locale,
    /// Its name, which never changes.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The platform's key of the thread; `None` until the platform creates it, and after it is
    /// deleted.
    #[sea_orm(column_type = "Text", nullable)]
    pub chat_key: Option<String>,
    /// Whether the desk receives every message there, or only those that mention it.
    pub overheard: bool,
    /// Whether it was archived with its ticket.
    pub asleep: bool,
    /// Whether it cannot be created, or the desk has no access to it.
    pub given_up: bool,
    /// How often it was created since its ticket was last taken.
    pub openings: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
