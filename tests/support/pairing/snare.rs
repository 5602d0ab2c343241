//! Makes the desk's own code fail, where incoming rows enter the handler.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicUsize, Ordering},
};

use mesabot::worker::handler::Receive;

/// Texts on which the desk fails.
#[derive(Clone, Default)]
pub struct Snare(Arc<Mutex<Option<Laid>>>);

struct Laid {
    words: String,
    how: Breakdown,
    times: AtomicUsize,
}

/// Where the desk fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Breakdown {
    /// While handling the row; the row can be parsed again.
    Handling,
    /// While parsing the row, every time.
    Reading,
}

impl Snare {
    /// From now on the desk fails on rows that contain these words.
    pub fn lay(&self, words: &str, how: Breakdown) {
        *self.laid() = Some(Laid { words: words.to_owned(), how, times: AtomicUsize::new(0) });
    }

    /// Ends the failures.
    pub fn lift(&self) {
        *self.laid() = None;
    }

    /// Wraps `receive` with the failures.
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
        // A row is parsed to be handled, and again to find out who must be told that it failed.
        let turn = laid.times.fetch_add(1, Ordering::SeqCst);
        laid.how == Breakdown::Reading || turn % 2 == 0
    }

    fn laid(&self) -> MutexGuard<'_, Option<Laid>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
