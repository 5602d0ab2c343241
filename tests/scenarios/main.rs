//! Stories about the desk, told from outside.

#[path = "../support/mod.rs"]
mod support;

mod telegram_adapter;
mod telegram_emulator;
mod telegram_polling;
