//! The way from the connection to the inbox: bounded, in order, and patient with a database that
//! stalls. Deliberately absent: giving up. What was heard is stored or waits.

use std::{mem, time::Duration};

use tokio::sync::mpsc;

use super::Shard;
use crate::channel::discord::intake::{Intake, RawEvent};

/// How many events are stored at a time.
const BATCH: usize = 100;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Where the connection hands over what it hears.
pub(super) struct Line<'a> {
    pub queue: mpsc::Sender<Item>,
    pub intake: &'a Intake,
}

/// Something that waits for its turn.
pub(super) enum Item {
    /// An event.
    Event(RawEvent),
    /// The gateway is connected; whether nothing was missed. In line with the events, for what came
    /// before must be stored when what was seen last is asked for, and what comes after must not.
    Ready(bool),
}

/// Stores what comes from a shard until the queue's other end is gone and the queue is empty.
pub(super) async fn keep(mut queue: mpsc::Receiver<Item>, shard: Shard, intake: &Intake) {
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
    let mut pause = FIRST_PAUSE;
    while let Err(error) = (intake.store)(events.clone()).await {
        tracing::error!(events = events.len(), "events from Discord were not stored: {error:#}");
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
