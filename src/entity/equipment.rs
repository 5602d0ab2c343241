//! Equipment that was taken along (N6): the last move per ticket. The history has all moves.

use sea_orm::entity::prelude::*;

use crate::domain::id::TicketId;
use crate::domain::time::Timestamp;
use crate::domain::visit::Whereabouts;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "equipment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// The equipment, in the technician's words.
    #[sea_orm(column_type = "Text")]
    pub what: String,
    /// Where it was taken.
    pub whereabouts: Whereabouts,
    pub moved_at: Timestamp,
    /// When it was brought back; `None` while it is away.
    pub returned_at: Option<Timestamp>,
    /// When the requester confirmed that it is back.
    pub received_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
