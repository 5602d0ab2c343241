//! The world outside the desk, emulated in the process of a test: Telegram's Bot API, Discord, and
//! the faults of the network between them and the desk. Deliberately absent: any import of the
//! desk's own crate; an emulator sees what the platform sees.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

pub mod chance;
mod connection;
pub mod discord;
mod multipart;
pub mod mutation;
pub mod port;
pub mod proxy;
pub mod relay;
pub mod server_line;
mod spaces;
pub mod telegram;
pub mod upload;
