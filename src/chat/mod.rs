//! chat
pub mod incoming;
pub mod outgoing;
