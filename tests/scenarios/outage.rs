//! The database fails under a running desk, in every way of a server, a network and a disk. No
//! ticket is confirmed that is not stored, every acknowledged ticket is stored, and the desk
//! recovers by itself soon after (G13). Also the other events in the life of a database: the clock
//! jumps, a later version migrates it, a dump replaces it (G11, G15).
//!
//! Stories that need a PostgreSQL server are skipped without one (`MESABOT_TEST_POSTGRES`).

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod clock;
mod cut;
mod disk;
mod office;
mod restart;
mod restore;
mod server;
mod upgrade;
