//! The followers of tickets, who are told when the status changes.

use sea_orm::entity::prelude::*;

use crate::domain::{
    id::{PersonId, TicketId},
    status::Status,
};

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_follower")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The status that the follower was last told, so that each change is told once.
    pub status_told: Status,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
