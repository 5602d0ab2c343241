//! How much one person may put into the desk, so that no message fails for its length, no ticket grows
//! without end and no requester fills the queue alone. Set by the operator, not by a written procedure.

/// The limits of a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest description of a ticket, in characters.
    pub description: usize,
    /// The longest message that is kept, in characters.
    pub message: usize,
    /// The most files and other things that are not text on one ticket.
    pub files: usize,
    /// The most tickets that one requester may have open.
    pub open_tickets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { description: 4_000, message: 4_000, files: 50, open_tickets: 20 }
    }
}
