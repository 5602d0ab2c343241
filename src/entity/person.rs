//! The people the desk knows.

use sea_orm::entity::prelude::*;

use crate::domain::id::PersonId;
use crate::domain::locale::Locale;
use crate::domain::person::Role;
use crate::domain::time::Timestamp;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// Identity.
    #[sea_orm(primary_key)]
    pub id: PersonId,
    /// The name shown to others.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// What they are to the desk, read in every transaction that acts.
    pub role: Role,
    /// The language they chose, or their app's at first contact.
    pub locale: Locale,
    /// Where they last asked for help, offered as a button.
    #[sea_orm(column_type = "Text", nullable)]
    pub place: Option<String>,
    /// Who they turned out to be: everything of theirs is that person's, and this row only says
    /// who history speaks of.
    pub joined_into: Option<PersonId>,
    /// When the desk met them.
    pub created_at: Timestamp,
    /// When their access was revoked; none while they have it.
    pub revoked_at: Option<Timestamp>,
}

/// Joins are spelled out where they are needed.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
