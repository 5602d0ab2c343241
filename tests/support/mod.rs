//! The ground of the scenarios: the emulated platforms, and a desk that talks to them.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

pub mod desk;
pub mod discord_line;
pub mod engine;
pub mod live;
pub mod pairing;
pub mod person;
pub mod reported;
pub mod settings;

pub use mesabot_emulators::{
    chance, discord, mutation, port, proxy, relay, server_line, telegram, upload,
};
