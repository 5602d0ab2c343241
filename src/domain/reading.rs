//! How far a procedure opens tickets to the technicians of other groups. Deliberately absent: who
//! may read one ticket (`super::right`).

use serde::{Deserialize, Serialize};

/// How far a procedure opens the tickets of one group to technicians of other groups.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    /// Technicians read the tickets that their groups have or had.
    #[default]
    Group,
    /// Technicians read the tickets of the whole desk, unless all their groups are vendors'.
    Desk,
}

impl Reading {
    /// Whether this is the default.
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}
