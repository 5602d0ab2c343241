//! What is said: one incoming is handled in one transaction, with no effect outside it, so that it
//! can be tried again. Commands, dialogues and views are the same on every network. Deliberately
//! absent: wire formats, sending, reading the clock.

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

/// A reading whose state lies on the heap, so that who awaits it stays small.
type Reading<'a, T> = service::Doing<'a, T>;

/// Something that is being said or asked; see [`service::Doing`].
type Doing<'a> = service::Doing<'a, ()>;

/// What every conversation of a desk has in common.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The rules it runs on.
    pub procedure: Arc<Procedure>,
    /// Who may report without an invitation.
    pub access: Access,
    /// The language for people who have not chosen.
    pub locale: Locale,
    /// The server whose members may report without an invitation, on networks that have servers; with
    /// none, every person who writes may.
    pub server: Option<String>,
}

/// The circumstances in which something is handled.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// When.
    pub now: Timestamp,
    /// Whether the disk is so full that new tickets must wait.
    pub disk_low: bool,
}

/// Handles one thing that somebody did. Whatever it changes and says is written in `tx`.
///
/// # Errors
/// Only faults of ours: what the person may not do or got wrong is told to them and is success.
pub async fn handle(
    tx: &Transaction,
    desk: &Desk,
    incoming: &incoming::Incoming,
    moment: Moment,
) -> Result<()> {
    entrance::receive(tx, desk, incoming, moment).await
}
