//! Handling of what people do in chats. One [`Incoming`](incoming::Incoming) is handled in one
//! transaction and has no effect outside that transaction, so a failed one can be retried.
//! Commands, dialogues and views are the same on every network. Deliberately absent: wire formats,
//! sending, reading the clock.

use std::sync::Arc;

use crate::{
    domain::{locale::Locale, person::Access, procedure::Procedure, time::Timestamp},
    service::{self, Result, Transaction},
};

pub mod access;
mod attached;
pub mod button;
pub mod catalogue;
mod choice;
pub mod commands;
pub mod dialogue;
pub mod entrance;
pub mod fields;
mod free_text;
pub mod incoming;
mod limit;
mod link_request;
pub mod named;
pub mod notify;
mod offered;
pub mod operation;
pub mod outgoing;
pub mod overload;
pub mod posting;
mod press;
pub mod question;
pub mod refusal;
pub mod retry;
pub mod roster;
mod same_person;
mod shorten;
pub mod suggest;
mod thread_notes;
pub mod turn;
mod typed_answer;
mod unreachable;
pub mod view;
pub mod wording;

/// A boxed future that reads. The box keeps the futures that await this one small.
type Reading<'a, T> = service::Doing<'a, T>;

/// A boxed future without a result; see [`service::Doing`].
type Doing<'a> = service::Doing<'a, ()>;

/// The configuration of the desk that every conversation uses.
#[derive(Debug, Clone)]
pub struct Desk {
    pub procedure: Arc<Procedure>,
    /// Whether a person needs an invitation to report.
    pub access: Access,
    /// The language for people who have not chosen one.
    pub locale: Locale,
    /// The server whose members may report without an invitation, on networks that have servers.
    /// `None` lets any person who writes report.
    pub server: Option<String>,
}

/// The circumstances in which one incoming is handled.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: Timestamp,
    /// Whether the disk is so full that the desk registers no new tickets.
    pub disk_low: bool,
}

/// Handles one incoming. All changes and all messages are rows written in `tx`.
///
/// # Errors
/// Only faults of the desk. A refusal is told to the person and counts as success.
pub async fn handle(
    tx: &Transaction,
    desk: &Desk,
    incoming: &incoming::Incoming,
    moment: Moment,
) -> Result<()> {
    entrance::receive(tx, desk, incoming, moment).await
}
