//! How the parts of a desk are: which networks are open, whether the database takes writes, and which
//! workers go on. Parts set their own state; `/readyz` reads all of it as one word that tells a
//! stranger nothing. Deliberately absent: why a part is as it is, which only the log says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::progress::Progress;

/// How a desk is, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// The database does not take writes or does not answer.
    Database,
    /// A network does not let the desk in; an operator has to change something.
    Refused,
    /// A network was not reached yet.
    Connecting,
    /// A worker does not go on, or what waits is not taken up.
    Stalled,
    /// All is well.
    Ready,
}

impl Condition {
    /// The word for it.
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

/// How the desk stands with a network, or with a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// It was not reached yet.
    Connecting,
    /// It was reached.
    Open,
    /// It does not let the desk in.
    Refused,
}

/// What waits to be taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Queue {
    /// What was told.
    Inbox,
    /// What is to be sent.
    Outbox,
}

/// The shared state. A clone is the same state.
#[derive(Debug, Clone, Default)]
pub struct Health(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    networks: BTreeMap<String, Network>,
    database_fails: bool,
    stuck: BTreeSet<Queue>,
    /// Workers that broke off and wait to be restarted.
    down: BTreeSet<String>,
    marks: BTreeMap<String, Progress>,
    restarts: u64,
}

impl Health {
    /// Sets how the desk stands with a network, by its name such as `telegram`, or with a part of one,
    /// by a name of its own such as `telegram:polling`. Each name has a state of its own, and the worst
    /// of them counts.
    pub fn set_network(&self, name: &str, network: Network) {
        self.state().networks.insert(name.to_owned(), network);
    }

    /// Whether a network or a part of one was not reached, or does not let the desk in.
    pub fn lacks_a_network(&self) -> bool {
        self.state().networks.values().any(|network| *network != Network::Open)
    }

    /// Whether this network is one that was reached.
    pub fn is_open(&self, name: &str) -> bool {
        self.state().networks.get(name) == Some(&Network::Open)
    }

    /// Whether this network is known, and not open.
    pub fn is_shut(&self, name: &str) -> bool {
        self.state().networks.get(name).is_some_and(|network| *network != Network::Open)
    }

    /// Sets whether the database answers and takes writes.
    pub fn set_database(&self, works: bool) {
        self.state().database_fails = !works;
    }

    /// Sets whether what waits in a queue is taken up.
    pub fn set_queue(&self, queue: Queue, moves: bool) {
        let mut state = self.state();
        if moves {
            state.stuck.remove(&queue);
        } else {
            state.stuck.insert(queue);
        }
    }

    /// Watches the progress of a worker, until it is forgotten.
    pub fn watch(&self, worker: &str, progress: Progress) {
        self.state().marks.insert(worker.to_owned(), progress);
    }

    /// A worker does nothing any more that has to go on.
    pub fn forget(&self, worker: &str) {
        self.state().marks.remove(worker);
    }

    /// A worker broke off and waits to be restarted.
    pub fn broke_off(&self, worker: &str) {
        let mut state = self.state();
        state.restarts += 1;
        state.down.insert(worker.to_owned());
    }

    /// A worker runs again, or has ended as it should.
    pub fn runs_again(&self, worker: &str) {
        self.state().down.remove(worker);
    }

    /// How often workers were restarted.
    pub fn restarts(&self) -> u64 {
        self.state().restarts
    }

    /// How all of it is.
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
        // Each change is a single step, so what a panicking thread left behind is whole.
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
