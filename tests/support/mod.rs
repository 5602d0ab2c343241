//! What scenarios stand on: the outside world, played in this process, and a desk in it.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

mod chance;
mod connection;
pub mod desk;
pub mod discord;
pub mod discord_line;
pub mod engine;
pub mod live;
mod multipart;
pub mod mutation;
pub mod pairing;
pub mod person;
pub mod port;
pub mod proxy;
pub mod reported;
pub mod server_line;
mod spaces;
pub mod telegram;
pub mod upload;
pub mod way;
