//! The priority that follows from impact and urgency. Deliberately absent: the times that a
//! priority promises.

use serde::{Deserialize, Serialize};

use crate::domain::priority::{Degree, Priority};

/// Priority by impact and urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorityMatrix {
    /// For one affected person: by low, medium and high urgency.
    pub low_impact: [Priority; 3],
    /// For an affected area.
    pub medium_impact: [Priority; 3],
    /// For the whole organisation.
    pub high_impact: [Priority; 3],
}

impl Default for PriorityMatrix {
    /// The usual matrix, in which impact and urgency have the same weight.
    fn default() -> Self {
        use Priority::{Critical, High, Low, Medium};
        Self {
            low_impact: [Low, Low, Medium],
            medium_impact: [Low, Medium, High],
            high_impact: [Medium, High, Critical],
        }
    }
}

impl PriorityMatrix {
    /// The priority of a ticket with this impact and urgency.
    pub fn priority(&self, impact: Degree, urgency: Degree) -> Priority {
        let row = match impact {
            Degree::Low => &self.low_impact,
            Degree::Medium => &self.medium_impact,
            Degree::High => &self.high_impact,
        };
        match urgency {
            Degree::Low => row[0],
            Degree::Medium => row[1],
            Degree::High => row[2],
        }
    }
}
