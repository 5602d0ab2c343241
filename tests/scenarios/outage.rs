//! The database goes out of order under a desk at work, in every way that a server, a network and a
//! disk have for it. Nobody is told "registered" for what is not there, everything acknowledged is, and
//! the desk goes on by itself soon after (G13). And what else happens to a database in its life: the
//! clock beside it jumps, a later version changes it, a copy of it takes its place (G11, G15).
//!
//! Stories about a server are skipped where none is at hand (`MESABOT_TEST_POSTGRES`).

#![allow(clippy::unwrap_used, reason = "a story that cannot go on has failed")]

mod clock;
mod cut;
mod disk;
mod office;
mod restart;
mod restore;
mod server;
mod upgrade;
