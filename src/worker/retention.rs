//! Deletes what is old enough, from time to time. A pass makes a few short transactions for each
//! kind of row and leaves the rest to the next pass, so that due work does not wait for it.
//! Deliberately absent: what is deleted and what stays (see `crate::service::retention`).

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::leases::Tenure;
use crate::{
    domain::time::{DAY, HOUR, Timestamp},
    kill_point::kill_point,
    service::{
        Error, Result,
        database::Database,
        retention::{self, Batch, CardPlace, InboxCutoffs, InboxPlace, StripContent},
    },
};

/// How long expired codes stay, in milliseconds: the clock may be set back.
const CODES: i64 = DAY;
/// How many transactions a pass makes for each kind of row.
const BATCHES: usize = 10;

/// How long rows are kept, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// Events, after they were handled.
    pub inbox: i64,
    /// Texts of messages, after they were sent or given up; dead letters of the inbox, after they
    /// were set aside; cards of ended tickets.
    pub texts: i64,
    /// Dialogues, after their last step.
    pub conversations: i64,
}

impl Default for Ages {
    fn default() -> Self {
        Self { inbox: 72 * HOUR, texts: 30 * DAY, conversations: 90 * DAY }
    }
}

pub struct Pruner {
    pub ages: Ages,
    /// How long to pause after everything old was deleted, in milliseconds.
    pub every: i64,
    /// What is kept of the last message of a chat.
    pub keep: StripContent,
    state: Mutex<State>,
}

/// How far the deletion has come. Each process keeps its own; nothing depends on it.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    /// When everything old had been deleted.
    rested_at: Option<Timestamp>,
    inbox: Walk<InboxPlace>,
    outbox: Walk<()>,
    conversations: Walk<()>,
    codes: Walk<()>,
    cards: Walk<CardPlace>,
}

/// How far the walk through one kind of row has come.
#[derive(Debug, Clone, Copy, Default)]
enum Walk<Place> {
    #[default]
    Begins,
    After(Place),
    Over,
}

impl<Place: Copy> Walk<Place> {
    /// Where to go on; `None` when the walk is over.
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
    pub fn new(keep: StripContent) -> Self {
        Self { ages: Ages::default(), every: HOUR, keep, state: Mutex::default() }
    }

    /// Deletes some of what is old, when it is time to. Gives how many rows changed.
    ///
    /// # Errors
    /// When the database fails; the next pass goes on where this one stopped.
    pub async fn pass(&self, database: &Database, tenure: &Tenure, now: Timestamp) -> Result<u64> {
        let mut state = *self.state();
        if state.rested_at.is_some_and(|at| at <= now && now.since(at) < self.every) {
            return Ok(0);
        }
        let ages = self.ages;
        let keep = self.keep;
        let before = |age: i64| now.plus(-age);
        let texts = before(ages.texts);
        let cutoffs = InboxCutoffs { handled: before(ages.inbox), quarantined: texts };
        let mut changed = 0;
        for _ in 0..BATCHES {
            if let Some(after) = state.inbox.next() {
                let batch: Result<Batch<InboxPlace>, Error> = database
                    .write(|tx| {
                        Box::pin(async move {
                            tenure.hold(tx).await?;
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
                            tenure.hold(tx).await?;
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
                            tenure.hold(tx).await?;
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
                            tenure.hold(tx).await?;
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
                            tenure.hold(tx).await?;
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
        // The state is replaced as a whole, so a panicking thread leaves no half change behind.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Place: Copy> Walk<Place> {
    /// Moves on past a batch. Gives how many rows it changed.
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
