//! Which notices a reader has to act on, so that they go before what only informs. Deliberately absent:
//! cards and warnings, which say so where they are drawn.

use crate::entity::outbox::Precedence;

/// The notices that a technician or a group has to act on.
const URGENT: [&str; 6] = [
    "notice-released",
    "notice-assigned",
    "notice-reopened",
    "notice-unreachable",
    "notice-undelivered",
    "notice-undelivered-doubtful",
];

/// Which messages in the same chat go before the notice of this key.
pub(super) fn precedence(key: &str) -> Precedence {
    if URGENT.contains(&key) { Precedence::Urgent } else { Precedence::Notice }
}
