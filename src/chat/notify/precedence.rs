//! Which notices a reader has to act on, so that they go before notices that only inform.
//! Deliberately absent: cards and warnings, which set their own precedence.

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

/// The precedence of a notice among the waiting messages of the same chat.
pub(super) fn precedence(key: &str) -> Precedence {
    if URGENT.contains(&key) { Precedence::Urgent } else { Precedence::Notice }
}
