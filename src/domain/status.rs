//! The canonical statuses and the moves between them (design §3). A procedure enables a subset and
//! names it. Deliberately absent: who may move a ticket (see `super::permission`).

use sea_orm::{DeriveActiveEnum, EnumIter};
use serde::{Deserialize, Serialize};

/// The status of a ticket.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    EnumIter,
    DeriveActiveEnum,
)]
#[serde(rename_all = "snake_case")]
#[sea_orm(rs_type = "String", db_type = "Text", rename_all = "snake_case")]
pub enum Status {
    /// Registered; no technician has taken it.
    New,
    /// A technician works on it.
    InProgress,
    /// Passed to another group, which has not taken it yet.
    Escalated,
    /// Passed to support on site, which has not taken it yet; with a technician, the technician is
    /// there (N5).
    EscalatedOnSite,
    /// Work waits for a stated reason.
    Suspended,
    /// Work waits for an outside provider.
    WithVendor,
    /// A solution was given; the requester has not answered yet.
    Solved,
    /// The requester rejected the solution; the same technician keeps the ticket.
    Reopened,
    /// Ended.
    Closed,
    /// Ended without work on it.
    NotManaged,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 10] = [
        Self::New,
        Self::InProgress,
        Self::Escalated,
        Self::EscalatedOnSite,
        Self::Suspended,
        Self::WithVendor,
        Self::Solved,
        Self::Reopened,
        Self::Closed,
        Self::NotManaged,
    ];

    /// The stable name used in rows and procedure files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::InProgress => "in_progress",
            Self::Escalated => "escalated",
            Self::EscalatedOnSite => "escalated_on_site",
            Self::Suspended => "suspended",
            Self::WithVendor => "with_vendor",
            Self::Solved => "solved",
            Self::Reopened => "reopened",
            Self::Closed => "closed",
            Self::NotManaged => "not_managed",
        }
    }

    /// The statuses that a ticket may take from this one.
    pub fn may_become(self) -> &'static [Self] {
        use Status::*;
        match self {
            New => {
                &[InProgress, Escalated, EscalatedOnSite, Suspended, WithVendor, NotManaged, Closed]
            }
            InProgress | Reopened => {
                &[New, Escalated, EscalatedOnSite, Suspended, WithVendor, Solved, NotManaged]
            }
            Escalated | EscalatedOnSite => {
                &[InProgress, Escalated, EscalatedOnSite, Suspended, WithVendor, Solved, NotManaged]
            }
            // A waiting ticket may become "on site" by its visit, and a visit may start or end a
            // wait for the vendor.
            Suspended => &[InProgress, Escalated, EscalatedOnSite, WithVendor, Solved, NotManaged],
            WithVendor => &[InProgress, Escalated, EscalatedOnSite, Suspended, Solved, NotManaged],
            Solved => &[Closed, Reopened],
            Closed | NotManaged => &[],
        }
    }

    /// Whether no other status can follow.
    pub fn is_final(self) -> bool {
        self.may_become().is_empty()
    }
}
