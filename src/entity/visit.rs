//! Visits at the requester's workplace (N5), one row per planned or made visit.

use sea_orm::entity::prelude::*;

use crate::domain::id::{PersonId, TicketId, VisitId};
use crate::domain::time::Timestamp;
use crate::domain::visit::Outcome;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: VisitId,
    pub ticket_id: TicketId,
    pub technician_id: PersonId,
    /// The planned instant; for an unplanned visit, the instant of arrival.
    pub scheduled_at: Timestamp,
    pub arrived_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// How it ended; `None` while it is planned or in progress.
    pub outcome: Option<Outcome>,
    /// The technician's note on a visit in vain.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// The person who chose the time.
    pub scheduled_by: PersonId,
    /// Whether the requester agreed to the time, or chose it.
    pub agreed: bool,
    /// When the next message about it is due; `None` when none is.
    pub due_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
