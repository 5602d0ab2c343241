//! mesabot: a help desk that lives in the chat people already have open.
//!
//! The layers, from the lowest up; a layer uses only layers below it:
//! - [`domain`]: the vocabulary and the pure rules;
//! - [`entity`]: the tables;
//! - [`service`]: the operations, the only writer of the database;
//! - [`chat`]: commands, dialogues, views, and the wording of messages;
//! - [`channel`] and [`worker`]: the adapters of the chat networks, and the background workers;
//! - [`store`]: the contents of files;
//! - [`app`]: puts the parts together.

pub mod app;
pub mod backoff;
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
