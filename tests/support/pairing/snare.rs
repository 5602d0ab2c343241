//! What makes the desk's own code break down, at the door through which everything comes in.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use mesabot::worker::handler::Receive;

/// Words over which the desk breaks down when they are told.
#[derive(Clone, Default)]
pub struct Snare(Arc<Mutex<Option<Laid>>>);

struct Laid {
    words: String,
    how: Breakdown,
    times: AtomicUsize,
}

/// Where the desk breaks down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakdown {
    /// While it handles what it has read; what was told can be read again.
    Handling,
    /// While it reads, every time.
    Reading,
}

impl Snare {
    /// From now on the desk breaks down over these words, wherever they stand in what a network
    /// tells.
    pub fn lay(&self, words: &str, how: Breakdown) {
        *self.laid() = Some(Laid { words: words.to_owned(), how, times: AtomicUsize::new(0) });
    }

    /// It does no longer.
    pub fn lift(&self) {
        *self.laid() = None;
    }

    /// The same door with the snare behind it.
    pub fn behind(&self, receive: Receive) -> Receive {
        let snare = self.clone();
        Box::new(move |row| {
            if snare.catches(&row.raw) {
                panic!("broken down as the story says");
            }
            receive(row)
        })
    }

    fn catches(&self, raw: &str) -> bool {
        let laid = self.laid();
        let Some(laid) = laid.as_ref().filter(|laid| raw.contains(&laid.words)) else {
            return false;
        };
        // A row is read to be handled, and once more to see whom to tell that it cannot be.
        let turn = laid.times.fetch_add(1, Ordering::SeqCst);
        laid.how == Breakdown::Reading || turn % 2 == 0
    }

    fn laid(&self) -> MutexGuard<'_, Option<Laid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
