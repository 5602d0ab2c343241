//! People who follow a ticket: they are told when its status changes.

use sea_orm::entity::prelude::*;

use crate::domain::{
    id::{PersonId, TicketId},
    status::Status,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ticket_follower")]
pub struct Model {
    /// The ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// The follower.
    #[sea_orm(primary_key, auto_increment = false)]
    pub person_id: PersonId,
    /// The status that the follower was told last, so that a change is told once.
    pub status_told: Status,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
