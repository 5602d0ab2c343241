//! Threads of tickets: views, never storage. One that somebody deletes is made again.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{ThreadId, TicketId};
use crate::domain::locale::Locale;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "thread")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: ThreadId,
    /// The ticket that is talked about there.
    pub ticket_id: TicketId,
    /// Which network.
    pub channel: ChannelKind,
    /// The group's chat that it belongs to.
    #[sea_orm(column_type = "Text")]
    pub place: String,
    /// In which language the desk speaks there.
    pub locale: Locale,
    /// What it is called, from the first day to the last.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// The platform's key of it; none until it is made, and again once it is deleted.
    #[sea_orm(column_type = "Text", nullable)]
    pub chat_key: Option<String>,
    /// Whether everything said there reaches the desk, or only what names it.
    pub overheard: bool,
    /// Whether it was put away with its ticket.
    pub asleep: bool,
    /// Whether it cannot be made, or the desk was shut out of it.
    pub given_up: bool,
    /// How often it was made since its ticket was last taken.
    pub openings: i32,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
