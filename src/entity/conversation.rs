//! The open dialogues of each account.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, CardId};
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// Grows with every question; a button of an earlier question has an older number.
    pub serial: i64,
    /// The open dialogues, the current one last, as JSON.
    #[sea_orm(column_type = "Text")]
    pub dialogues: String,
    /// The message that asks the current question.
    pub card_id: Option<CardId>,
    pub updated_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
