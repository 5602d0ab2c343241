//! Limits on what one person may send, so that no message fails because of its length, no ticket
//! grows without bound, and no requester fills the queue alone. The operator sets them, not the
//! procedure.

/// The limits of a desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest description of a ticket, in characters.
    pub description: usize,
    /// The longest message that is stored, in characters.
    pub message: usize,
    /// How many attachments one ticket may have.
    pub files: usize,
    /// How many open tickets one requester may have.
    pub open_tickets: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { description: 4_000, message: 4_000, files: 50, open_tickets: 20 }
    }
}
