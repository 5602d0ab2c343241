//! Stories about the desk, told from outside. One binary, because each binary costs a link.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on should stop where it is")]

#[path = "../support/mod.rs"]
mod support;

#[path = "../chaos/mod.rs"]
mod chaos;

#[path = "../procedures/mod.rs"]
mod procedures;

#[path = "../model/mod.rs"]
mod model;

mod calendar;
mod configuration;
mod consent;
mod console;
mod content;
mod conversation;
mod courier_storms;
mod database;
mod discord_adapter;
mod discord_closed_dms;
mod discord_conversation;
mod discord_emulator;
mod discord_faults;
mod discord_files;
mod discord_gateway;
mod discord_members;
mod discord_native;
mod discord_placeholders;
mod discord_poison;
mod discord_replicas;
mod discord_run;
mod empty_groups;
mod entry;

mod faults;
mod files;
mod following;
mod forms;
mod group_hours;
mod groups;
mod holidays;
mod kill;
mod leases;
mod life;
mod limits;
mod linking;

mod lost_rights;
mod names;
mod outage;
mod places;
mod plans;
mod poison;
mod procedure_files;
mod promises;
mod race;
mod recorded_by_name;
mod register;
mod report;
mod revocation;
mod rights;
mod rules;
mod service;
mod silence;
mod staff;
mod supervision;
mod survey;
mod telegram_adapter;
mod telegram_conversation;
mod telegram_emulator;
mod telegram_evidence;
mod telegram_faults;
mod telegram_files;
mod telegram_groups;
mod telegram_named;
mod telegram_places;
mod telegram_poison;
mod telegram_polling;
mod telegram_run;
mod telegram_webhook;
mod threads;
mod unreachable_technicians;
mod warnings;
