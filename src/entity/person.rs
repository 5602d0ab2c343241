//! The people known to the desk.

use sea_orm::entity::prelude::*;

use crate::domain::id::PersonId;
use crate::domain::locale::Locale;
use crate::domain::person::Role;
use crate::domain::time::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PersonId,
    /// The name shown to others.
    #[sea_orm(column_type = "Text")]
    pub name: String,
    /// Read in every transaction that acts.
    pub role: Role,
    /// The language they chose, or their app's at first contact.
    pub locale: Locale,
    /// Where they last asked for help, offered as a button.
    #[sea_orm(column_type = "Text", nullable)]
    pub place: Option<String>,
    /// The person they were joined to, who now has everything of theirs. This row stays, because
    /// the history names it.
    pub joined_into: Option<PersonId>,
    /// When they were first enrolled.
    pub created_at: Timestamp,
    /// When their access was revoked; `None` while they have it.
    pub revoked_at: Option<Timestamp>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
