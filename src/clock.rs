//! The only place that reads the time. All other code takes `now`.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use crate::domain::time::Timestamp;

pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// How long the clock has been running, in milliseconds, independently of the instant it is set to. The
    /// system's monotonic clock stands still while the machine is suspended.
    fn running(&self) -> i64 {
        static START: OnceLock<Instant> = OnceLock::new();
        let running = START.get_or_init(Instant::now).elapsed();
        i64::try_from(running.as_millis()).unwrap_or(i64::MAX)
    }
}

/// The clock that all parts of a desk share.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        chrono::Utc::now().into()
    }
}

/// A clock that stands still until its owner moves it.
#[derive(Debug)]
pub struct HandClock {
    shows: AtomicI64,
    running: AtomicI64,
}

impl HandClock {
    pub fn new(start: Timestamp) -> Self {
        Self { shows: AtomicI64::new(start.0), running: AtomicI64::new(0) }
    }

    pub fn set(&self, instant: Timestamp) {
        self.shows.store(instant.0, Ordering::SeqCst);
    }

    /// Advances by so many milliseconds, as an undisturbed clock does.
    pub fn goes_on(&self, milliseconds: i64) {
        self.running.fetch_add(milliseconds, Ordering::SeqCst);
        self.shows.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.shows.load(Ordering::SeqCst))
    }

    fn running(&self) -> i64 {
        self.running.load(Ordering::SeqCst)
    }
}

/// The machine's clock plus an adjustable offset.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Adds `milliseconds` to the offset.
    pub fn shift(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::SeqCst))
    }
}
