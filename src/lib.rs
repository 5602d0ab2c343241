//! mesabot: a help desk that lives in the chat people already have open.
//!
//! The house, from the ground up; arrows never point up:
//! - [`domain`] — words and rules, pure;
//! - [`entity`] — tables;
//! - [`service`] — what is done, the only writer;
//! - [`chat`] — what is said: commands, dialogues, views;
//! - [`channel`] and [`worker`] — the edges, wire formats and loops;
//! - [`store`] — where the bytes of files lie;
//! - [`app`] — puts them together.

pub mod app;
pub mod channel;
pub mod chat;
pub mod clock;
pub mod config;
pub mod domain;
pub mod entity;
pub mod kill_point;
#[path = "../migrations/mod.rs"]
pub mod migrations;
pub mod progress;
pub mod service;
pub mod store;
pub mod worker;
