//! Who had a ticket before and goes on reading it: a group, or a technician. Those who have it now
//! stand on the ticket itself.

use sea_orm::entity::prelude::*;

use crate::domain::id::{PersonId, TicketId};

/// A row. Either the group or the person is there.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_reader")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// Which ticket.
    pub ticket_id: TicketId,
    /// The group's key in the procedure.
    #[sea_orm(column_type = "Text", nullable)]
    pub group_key: Option<String>,
    /// The technician.
    pub person_id: Option<PersonId>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
