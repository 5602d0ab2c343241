//! The reports that people asked for and that are not answered yet.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::PersonId;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_wish")]
pub struct Model {
    /// Order of asking.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The month asked for, as `2026-02`.
    #[sea_orm(column_type = "Text")]
    pub month: String,
    /// On which network it is answered.
    pub channel: ChannelKind,
    /// In which chat.
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// Who reads it; none in a group.
    pub person_id: Option<PersonId>,
    /// Who asked, and must still be allowed to read it when it is answered.
    pub asked_by: PersonId,
    /// In which language.
    pub locale: Locale,
    /// The token under which the network waits for the answer.
    #[sea_orm(column_type = "Text", nullable)]
    pub via: Option<String>,
    /// Tries so far.
    pub attempts: i32,
    /// Not before this instant.
    pub not_before: Timestamp,
    /// When it was asked for.
    pub asked_at: Timestamp,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
