//! What scenarios stand on: the outside world, played in this process.

#![allow(dead_code, unused_imports, reason = "each test binary uses a part of it")]

pub mod telegram;
