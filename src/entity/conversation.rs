//! What each account is in the middle of.

use sea_orm::entity::prelude::*;

use crate::domain::id::{AccountId, CardId};
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "conversation")]
pub struct Model {
    /// Whose.
    #[sea_orm(primary_key, auto_increment = false)]
    pub account_id: AccountId,
    /// Grows with every question; a button of an earlier question names an earlier number.
    pub serial: i64,
    /// The open dialogues, the current one last, as JSON.
    #[sea_orm(column_type = "Text")]
    pub dialogues: String,
    /// The message that asks the current question.
    pub card_id: Option<CardId>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
