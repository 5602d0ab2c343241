//! The queue from the connection to the inbox: bounded and in order; it waits while the database stalls.
//! Deliberately absent: giving up. A received event is stored or waits.

use std::{mem, time::Duration};

use tokio::sync::mpsc;

use super::Shard;
use crate::{
    backoff::Backoff,
    channel::discord::intake::{Intake, RawEvent},
};

/// How many events are stored at a time.
const BATCH: usize = 100;
const BACKOFF: Backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(5));

/// The connection's end of the queue.
pub(super) struct EventQueue<'a> {
    pub sender: mpsc::Sender<Item>,
    pub intake: &'a Intake,
}

pub(super) enum Item {
    Event(RawEvent),
    /// The shard is connected; true for a resumed session, which missed no event. It stands in the queue,
    /// because the events before it have to be stored when the last stored messages are read, and the events
    /// after it must not be.
    Ready(bool),
}

/// Stores the events of a shard until the connection's end is dropped and the queue is empty.
pub(super) async fn store_all(mut queue: mpsc::Receiver<Item>, shard: Shard, intake: &Intake) {
    let mut items = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut items, BATCH).await > 0 {
        let mut events = Vec::new();
        for item in items.drain(..) {
            match item {
                Item::Event(event) => events.push(event),
                Item::Ready(resumed) => {
                    store(mem::take(&mut events), intake).await;
                    (intake.ready)(shard, resumed).await;
                }
            }
        }
        store(events, intake).await;
    }
}

async fn store(events: Vec<RawEvent>, intake: &Intake) {
    if events.is_empty() {
        return;
    }
    let mut failures = BACKOFF.counter();
    while let Err(error) = (intake.store)(events.clone()).await {
        tracing::error!(events = events.len(), "events from Discord were not stored: {error:#}");
        tokio::time::sleep(failures.failed()).await;
    }
}
