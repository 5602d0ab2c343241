//! The one place where the time is read. Everything else takes `now`.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use crate::domain::time::Timestamp;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;

    /// How long it has been running, in milliseconds, whatever instant it is put to. The machine's own
    /// stands still while the machine is suspended.
    fn running(&self) -> i64 {
        static START: OnceLock<Instant> = OnceLock::new();
        let running = START.get_or_init(Instant::now).elapsed();
        i64::try_from(running.as_millis()).unwrap_or(i64::MAX)
    }
}

/// A clock shared by every part of a desk.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's own clock.
#[derive(Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
    fn now(&self) -> Timestamp {
        chrono::Utc::now().into()
    }
}

/// A clock that stands still until somebody moves it.
#[derive(Debug)]
pub struct HandClock {
    shows: AtomicI64,
    running: AtomicI64,
}

impl HandClock {
    /// A clock that shows `start`.
    pub fn new(start: Timestamp) -> Self {
        Self { shows: AtomicI64::new(start.0), running: AtomicI64::new(0) }
    }

    /// Shows `instant` from now on.
    pub fn set(&self, instant: Timestamp) {
        self.shows.store(instant.0, Ordering::SeqCst);
    }

    /// Goes on by so many milliseconds, as a clock does that nobody touches.
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

/// The machine's clock, moved by an amount that somebody can change.
#[derive(Debug, Default)]
pub struct ShiftedClock(AtomicI64);

impl ShiftedClock {
    /// Moves the clock by `milliseconds` more.
    pub fn shift(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0.load(Ordering::SeqCst))
    }
}
