//! One answer per ticket and round: the requester's answer to a solution.

use sea_orm::entity::prelude::*;

use crate::domain::id::TicketId;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "survey")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ticket_id: TicketId,
    /// The solution it answers, counted from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub round: i32,
    pub authorised_at: Timestamp,
    /// 1 to 5.
    pub stars: Option<i32>,
    /// In the requester's words.
    #[sea_orm(column_type = "Text", nullable)]
    pub comment: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
