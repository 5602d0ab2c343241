//! The groups and technicians that had a ticket before and may still read it. The ticket itself
//! names those who have it now.

use sea_orm::entity::prelude::*;

use crate::domain::id::{PersonId, TicketId};

/// Exactly one of group and person is set.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_reader")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub ticket_id: TicketId,
    /// The group's key in the procedure.
    #[sea_orm(column_type = "Text", nullable)]
    pub group_key: Option<String>,
    pub person_id: Option<PersonId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
