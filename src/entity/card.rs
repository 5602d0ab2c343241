//! Messages that are kept up to date by edits: views, never storage.

use sea_orm::entity::prelude::*;

use crate::domain::channel::ChannelKind;
use crate::domain::id::{CardId, PersonId, TicketId};
use crate::domain::locale::Locale;

/// The content of a card and its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum CardView {
    /// The ticket, for its requester.
    Requester,
    /// The ticket, for one technician in private.
    Technician,
    /// The ticket, for all members of a group's chat.
    Group,
    /// The ticket, in its own thread.
    Thread,
    /// The survey that asks the requester whether the ticket is solved.
    Survey,
    /// The current question of a dialogue; it shows no ticket.
    Prompt,
}

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "card")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CardId,
    /// The ticket shown; `None` for a dialogue's question.
    pub ticket_id: Option<TicketId>,
    pub view: CardView,
    pub channel: ChannelKind,
    #[sea_orm(column_type = "Text")]
    pub chat_key: String,
    /// The only reader; `None` in a group.
    pub viewer_id: Option<PersonId>,
    pub locale: Locale,
    /// The platform's key of the message, once it is known.
    #[sea_orm(column_type = "Text", nullable)]
    pub message_key: Option<String>,
    /// The content shown now, so that an unchanged view is not edited.
    #[sea_orm(column_type = "Text", nullable)]
    pub face: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
