//! The state of the parts of a desk: which networks are open, whether the database takes writes,
//! and which workers make progress. Each part sets its own state; `/readyz` shows the worst of them
//! as one word that gives a stranger no detail. Deliberately absent: the reason of a state, which
//! only the log names.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::progress::Progress;

/// The overall state of a desk, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The database does not answer or takes no writes.
    Database,
    /// A network refuses the desk; an operator has to change something.
    Refused,
    /// A network was not reached yet.
    Connecting,
    /// A worker makes no progress, or a queue is not worked off.
    Stalled,
    /// Every part works.
    Ready,
}

impl Condition {
    /// The word that `/readyz` answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Refused => "refused",
            Self::Connecting => "connecting",
            Self::Stalled => "stalled",
            Self::Ready => "ready",
        }
    }
}

/// The state of a network, or of a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// The network was not reached yet.
    Connecting,
    Open,
    /// The network refuses the desk.
    Refused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    Inbox,
    Outbox,
}

/// The shared state; a clone shares it.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    networks: BTreeMap<String, Network>,
    database_fails: bool,
    stuck: BTreeSet<Queue>,
    /// Workers that died and wait for their restart.
    down: BTreeSet<String>,
    marks: BTreeMap<String, Progress>,
    restarts: u64,
}

impl Health {
    /// Sets the state of a network, named such as `telegram`, or of a part of one, named such as
    /// `telegram:polling`. Each name has a state of its own, and the worst of them counts.
    pub fn set_network(&self, name: &str, network: Network) {
        self.state().networks.insert(name.to_owned(), network);
    }

    /// Whether a network or a part of one was not reached, or refuses the desk.
    pub fn lacks_a_network(&self) -> bool {
        self.state().networks.values().any(|network| *network != Network::Open)
    }

    pub fn is_open(&self, name: &str) -> bool {
        self.state().networks.get(name) == Some(&Network::Open)
    }

    /// Whether this network has a token and is not open.
    pub fn is_shut(&self, name: &str) -> bool {
        self.state().networks.get(name).is_some_and(|network| *network != Network::Open)
    }

    pub fn set_database(&self, works: bool) {
        self.state().database_fails = !works;
    }

    /// Sets whether a queue is worked off.
    pub fn set_queue(&self, queue: Queue, moves: bool) {
        let mut state = self.state();
        if moves {
            state.stuck.remove(&queue);
        } else {
            state.stuck.insert(queue);
        }
    }

    /// Watches the progress of a worker, until `forget`.
    pub fn watch(&self, worker: &str, progress: Progress) {
        self.state().marks.insert(worker.to_owned(), progress);
    }

    /// The worker has ended or has nothing to do.
    pub fn forget(&self, worker: &str) {
        self.state().marks.remove(worker);
    }

    /// The worker died and waits for its restart.
    pub fn broke_off(&self, worker: &str) {
        let mut state = self.state();
        state.restarts += 1;
        state.down.insert(worker.to_owned());
    }

    /// The worker was restarted.
    pub fn runs_again(&self, worker: &str) {
        self.state().down.remove(worker);
    }

    pub fn restarts(&self) -> u64 {
        self.state().restarts
    }

    pub fn condition(&self) -> Condition {
        let state = self.state();
        let any = |network| state.networks.values().any(|known| *known == network);
        if state.database_fails {
            Condition::Database
        } else if any(Network::Refused) {
            Condition::Refused
        } else if any(Network::Connecting) {
            Condition::Connecting
        } else if !state.down.is_empty()
            || !state.stuck.is_empty()
            || state.marks.values().any(Progress::is_late)
        {
            Condition::Stalled
        } else {
            Condition::Ready
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is a single step, so a panicking thread leaves no half change behind.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_worst_part_names_the_condition() {
        let health = Health::default();
        assert_eq!(health.condition(), Condition::Ready);
        health.watch("courier", Progress::within(Duration::ZERO));
        assert_eq!(health.condition(), Condition::Stalled, "a mark is late");
        health.forget("courier");
        health.set_queue(Queue::Inbox, false);
        assert_eq!(health.condition(), Condition::Stalled, "the inbox is stuck");
        health.set_queue(Queue::Inbox, true);
        health.broke_off("handler");
        assert_eq!(health.condition(), Condition::Stalled, "a worker is down");
        health.set_network("telegram", Network::Connecting);
        assert_eq!(health.condition(), Condition::Connecting);
        health.set_network("telegram", Network::Open);
        health.set_network("telegram:polling", Network::Refused);
        assert_eq!(health.condition(), Condition::Refused, "a part of a network is refused");
        health.set_database(false);
        assert_eq!(health.condition(), Condition::Database);
        health.set_database(true);
        health.set_network("telegram:polling", Network::Open);
        health.runs_again("handler");
        assert_eq!((health.condition(), health.restarts()), (Condition::Ready, 1));
    }
}
