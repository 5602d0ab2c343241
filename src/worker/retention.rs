//! Forgets what is old enough, now and then. A pass does a few short transactions of each kind and
//! leaves the rest to the next one, so that nothing that is due waits for it. Deliberately absent:
//! what is forgotten and what stays (see `crate::service::retention`).

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::leases::Term;
use crate::{
    domain::time::{DAY, HOUR, Timestamp},
    kill_point::kill_point,
    service::{
        Error, Result,
        database::Database,
        retention::{self, Batch, CardPlace, InboxCutoffs, InboxPlace, StripContent},
    },
};

/// How long codes that expired stay, in milliseconds: a clock may be put back.
const CODES: i64 = DAY;
/// How many transactions of a kind a pass makes.
const BATCHES: usize = 10;

/// How long things are kept, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// What was told, after it was handled.
    pub inbox: i64,
    /// The words of what was said, after it was said or given up, and whatever else is over: what
    /// was set aside, and cards of ended tickets.
    pub texts: i64,
    /// A conversation that nobody goes on with.
    pub conversations: i64,
}

impl Default for Ages {
    fn default() -> Self {
        Self { inbox: 72 * HOUR, texts: 30 * DAY, conversations: 90 * DAY }
    }
}

/// Forgets what is old.
pub struct Pruner {
    /// How long things are kept.
    pub ages: Ages,
    /// How long to rest after everything old was forgotten, in milliseconds.
    pub every: i64,
    /// What is kept of the last message of a chat.
    pub keep: StripContent,
    state: Mutex<State>,
}

/// Where the pruner stands. Another process stands elsewhere: nothing depends on it.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// When everything old had been forgotten.
    rested_at: Option<Timestamp>,
    inbox: Walk<InboxPlace>,
    outbox: Walk<()>,
    conversations: Walk<()>,
    codes: Walk<()>,
    cards: Walk<CardPlace>,
}

/// How far one kind of row was walked through.
#[derive(Debug, Clone, Copy, Default)]
enum Walk<Place> {
    #[default]
    Begins,
    After(Place),
    Over,
}

impl<Place: Copy> Walk<Place> {
    /// Where to go on; nothing when the walk is over.
    fn next(self) -> Option<Option<Place>> {
        match self {
            Self::Begins => Some(None),
            Self::After(place) => Some(Some(place)),
            Self::Over => None,
        }
    }

    fn is_over(self) -> bool {
        matches!(self, Self::Over)
    }
}

impl Pruner {
    /// A pruner that has everything before it.
    pub fn new(keep: StripContent) -> Self {
        Self { ages: Ages::default(), every: HOUR, keep, state: Mutex::default() }
    }

    /// Forgets some of what is old, when it is time to. Gives how many rows it changed.
    ///
    /// # Errors
    /// When the database fails; the next pass goes on where this one was.
    pub async fn pass(&self, (database, term): (&Database, &Term), now: Timestamp) -> Result<u64> {
        let mut state = *self.state();
        if state.rested_at.is_some_and(|at| at <= now && now.since(at) < self.every) {
            return Ok(0);
        }
        let (ages, keep) = (self.ages, self.keep);
        let before = |age: i64| now.plus(-age);
        let texts = before(ages.texts);
        let cutoffs = InboxCutoffs { handled: before(ages.inbox), quarantined: texts };
        let mut changed = 0;
        for _ in 0..BATCHES {
            if let Some(after) = state.inbox.next() {
                let batch: Result<Batch<InboxPlace>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            term.hold(tx).await?;
                            retention::inbox(tx, cutoffs, after, keep).await
                        })
                    })
                    .await;
                changed += state.inbox.take(batch?);
            }
            if state.outbox.next().is_some() {
                let batch: Result<Batch<()>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            term.hold(tx).await?;
                            retention::outbox(tx, texts).await
                        })
                    })
                    .await;
                changed += state.outbox.take(batch?);
            }
            if state.conversations.next().is_some() {
                let touched = before(ages.conversations);
                let batch: Result<Batch<()>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            term.hold(tx).await?;
                            retention::conversations(tx, touched).await
                        })
                    })
                    .await;
                changed += state.conversations.take(batch?);
            }
            if state.codes.next().is_some() {
                let expired = before(CODES);
                let batch: Result<Batch<()>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            term.hold(tx).await?;
                            retention::codes(tx, expired).await
                        })
                    })
                    .await;
                changed += state.codes.take(batch?);
            }
            if let Some(after) = state.cards.next() {
                let batch: Result<Batch<CardPlace>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            term.hold(tx).await?;
                            retention::cards(tx, texts, after).await
                        })
                    })
                    .await;
                changed += state.cards.take(batch?);
            }
            kill_point("prune.committed");
            *self.state() = state;
            if state.is_over() {
                *self.state() = State { rested_at: Some(now), ..State::default() };
                break;
            }
        }
        if changed > 0 {
            tracing::debug!(rows = changed, "old rows were forgotten");
        }
        Ok(changed)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It is replaced as a whole, so what a panicking thread left behind is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Place: Copy> Walk<Place> {
    /// Takes note of a batch. Gives how many rows it changed.
    fn take(&mut self, batch: Batch<Place>) -> u64 {
        *self = batch.next.map_or(Self::Over, Self::After);
        batch.changed
    }
}

impl State {
    fn is_over(&self) -> bool {
        self.inbox.is_over()
            && self.outbox.is_over()
            && self.conversations.is_over()
            && self.codes.is_over()
            && self.cards.is_over()
    }
}
