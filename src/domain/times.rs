//! The times that a procedure promises. Deliberately absent: the instants that follow for one
//! ticket (`super::promise`).

use serde::{Deserialize, Serialize};

use super::time::Span;

/// The promised times of a procedure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Times {
    /// TTO: from the request until a technician takes it.
    pub own: Span,
    /// TTR: from the request until a solution.
    pub resolve: Span,
    /// Validation: from the solution until the requester's answer.
    pub validate: Span,
    /// How long after the solution the requester is reminded; less than `validate`.
    pub remind: Span,
}
