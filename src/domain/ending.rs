//! How a ticket ends. Deliberately absent: who may end it (`super::permission`).

use serde::{Deserialize, Serialize};

/// How a ticket ended.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    sea_orm::EnumIter,
    sea_orm::DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Ending {
    /// The requester authorised the solution.
    Authorised,
    /// The validation time passed without an answer.
    Silence,
    /// Its category has no survey (U9).
    NoSurvey,
    /// The requester withdrew it.
    Withdrawn,
    /// It was not managed (V1).
    NotManaged,
    /// It was approved, and another case continues (V10).
    Approved,
    /// It was rejected (V10).
    Rejected,
    /// The category's own guidance solved it (C5).
    SelfHelp,
    /// It belongs to another procedure (C2).
    Routed,
}

impl Ending {
    /// Every way in which a ticket can end.
    pub fn all() -> impl Iterator<Item = Self> {
        <Self as sea_orm::Iterable>::iter()
    }

    /// The stable name used in message keys.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Authorised => "authorised",
            Self::Silence => "silence",
            Self::NoSurvey => "no_survey",
            Self::Withdrawn => "withdrawn",
            Self::NotManaged => "not_managed",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::SelfHelp => "self_help",
            Self::Routed => "routed",
        }
    }

    /// Whether it ended by a decision, so that there was nothing to solve (V10).
    pub fn is_decision(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected)
    }
}
