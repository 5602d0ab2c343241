//! One answer a ticket and round: the requester's word on a solution.

use sea_orm::entity::prelude::*;

use crate::domain::id::TicketId;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey")]
pub struct Model {
    /// Which ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// Which solution of it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round: i32,
    /// When it was authorised.
    pub authorised_at: Timestamp,
    /// 1 to 5.
    pub stars: Option<i32>,
    /// In the requester's words.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
