//! Requests for a report that are not answered yet.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::PersonId;
use crate::domain::locale::Locale;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "report_wish")]
pub struct Model {
    /// In order of asking.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The month asked for, as `2026-02`.
    #[sea_orm(column_type = "Text")]
    pub month: String,
    /// The network of the answer.
    pub channel: ChannelKind,
    /// The chat of the answer.
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// The only reader; `None` in a group.
    pub person_id: Option<PersonId>,
    /// The person who asked, and who must still be allowed to read the report when it is answered.
    pub asked_by: PersonId,
    pub locale: Locale,
    /// The interaction token under which the network waits for the answer.
    #[sea_orm(column_type = "Text", nullable)]
    pub via: Option<String>,
    /// The number of attempts so far.
    pub attempts: i32,
    /// The earliest instant of the next attempt.
    pub not_before: Timestamp,
    pub asked_at: Timestamp,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
