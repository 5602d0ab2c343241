//! Equipment that was taken along (N6): the last move of each ticket. The history has them all.

use sea_orm::entity::prelude::*;

use crate::domain::id::TicketId;
use crate::domain::time::Timestamp;
use crate::domain::visit::Whereabouts;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "equipment")]
pub struct Model {
    /// Of which ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// What it is, in the technician's words.
    #[sea_orm(column_type = "Text")]
    pub what: String,
    /// Where it was taken.
    pub whereabouts: Whereabouts,
    /// When.
    pub moved_at: Timestamp,
    /// When it was brought back; none while it is away.
    pub returned_at: Option<Timestamp>,
    /// When the requester said that it is back.
    pub received_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
