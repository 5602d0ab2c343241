//! Visits at the requester's workplace (N5), one row for each that was planned or made.

use sea_orm::entity::prelude::*;

use crate::domain::id::{PersonId, TicketId, VisitId};
use crate::domain::time::Timestamp;
use crate::domain::visit::Outcome;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "visit")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: VisitId,
    /// For which ticket.
    pub ticket_id: TicketId,
    /// Who goes.
    pub technician_id: PersonId,
    /// When it is to be; when somebody went, if nobody had planned it.
    pub scheduled_at: Timestamp,
    /// When somebody was there.
    pub arrived_at: Option<Timestamp>,
    /// When it was over.
    pub ended_at: Option<Timestamp>,
    /// How it ended; none while it is to come or goes on.
    pub outcome: Option<Outcome>,
    /// What was found by whoever met nobody.
    #[sea_orm(column_type = "Text", nullable)]
    pub note: Option<String>,
    /// Who chose the time.
    pub scheduled_by: PersonId,
    /// Whether the requester said that the time suits, or chose it.
    pub agreed: bool,
    /// The next instant at which something is to be said of it; none when nothing is.
    pub due_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
