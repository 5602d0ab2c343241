//! The promised instants of a ticket and what pausing does to them. A clock that runs has a due
//! instant; a paused one has working time left. Deliberately absent: where they are stored.

use super::{
    calendar::Calendar,
    priority::Priority,
    procedure::Times,
    time::{Span, Timestamp},
};

/// How the time of a clock is measured: in working time, or as it passes when the promise is one of
/// elapsed time.
#[derive(Debug, Clone, Copy)]
pub struct Measure<'c> {
    calendar: &'c Calendar,
    elapsed: bool,
}

impl<'c> Measure<'c> {
    /// The measure of a promised span.
    pub fn of(calendar: &'c Calendar, promised: Span) -> Self {
        Self { calendar, elapsed: matches!(promised, Span::Elapsed(_)) }
    }

    /// The milliseconds that count between two instants; none when `to` is not later.
    pub fn between(self, from: Timestamp, to: Timestamp) -> i64 {
        if self.elapsed { to.since(from).max(0) } else { self.calendar.working_between(from, to) }
    }

    /// The instant by which so many milliseconds have counted since `from`; with a negative number,
    /// the one since which they have.
    pub fn after(self, from: Timestamp, milliseconds: i64) -> Timestamp {
        match milliseconds {
            _ if self.elapsed => from.plus(milliseconds),
            0.. => self.calendar.add_working(from, milliseconds),
            _ => self.calendar.subtract_working(from, -milliseconds),
        }
    }

    /// The stretches between two instants that count, in order.
    pub fn stretches(self, from: Timestamp, to: Timestamp) -> Vec<(Timestamp, Timestamp)> {
        if self.elapsed {
            return if from < to { vec![(from, to)] } else { vec![] };
        }
        self.calendar.working_stretches(from, to).collect()
    }
}

/// The resolution clock (TTR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolveClock {
    /// Running towards an instant.
    Running {
        /// When a solution is promised.
        due: Timestamp,
    },
    /// Standing still with milliseconds left; negative when it is overdue.
    Paused {
        /// What is left.
        left: i64,
    },
}

impl ResolveClock {
    /// Stops the clock at `now`; a paused clock stays as it is.
    pub fn pause(self, measure: Measure<'_>, now: Timestamp) -> Self {
        match self {
            Self::Running { due } if due >= now => Self::Paused { left: measure.between(now, due) },
            // A promise that broke at closing time is broken, though no working time has passed since.
            Self::Running { due } => Self::Paused { left: -measure.between(due, now).max(1) },
            paused @ Self::Paused { .. } => paused,
        }
    }

    /// Lets the clock go on at `now`; a running clock stays as it is. An overdue clock comes back
    /// due at the instant since which it has been overdue for as long as it was.
    pub fn run(self, measure: Measure<'_>, now: Timestamp) -> Self {
        match self {
            Self::Paused { left } => Self::Running { due: measure.after(now, left) },
            running @ Self::Running { .. } => running,
        }
    }
}

/// What a new ticket is promised (U3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// TTO: somebody takes it by then.
    pub own_due: Timestamp,
    /// TTR: a solution is given by then.
    pub resolve_due: Timestamp,
}

/// The promise of a ticket received at `now`.
pub fn promise(calendar: &Calendar, times: &Times, now: Timestamp) -> Promise {
    Promise { own_due: calendar.due(now, times.own), resolve_due: calendar.due(now, times.resolve) }
}

/// The two instants after a solution: when the requester is reminded, and when silence closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validation {
    /// A reminder goes out then.
    pub remind_at: Timestamp,
    /// The ticket closes then.
    pub close_at: Timestamp,
}

/// The validation instants of a ticket solved at `now` (U3).
pub fn validation(calendar: &Calendar, times: &Times, now: Timestamp) -> Validation {
    Validation {
        remind_at: calendar.due(now, times.remind),
        close_at: calendar.due(now, times.validate),
    }
}

/// Where a ticket stands in its group's queue: by priority, then by the promised instant. Smaller
/// comes first. Thirteen digits of milliseconds reach to the year 2286.
pub fn queue_rank(priority: Priority, resolve_due: Timestamp) -> i64 {
    const PER_PRIORITY: i64 = 10_000_000_000_000;
    let step = match priority {
        Priority::Critical => 0,
        Priority::High => 1,
        Priority::Medium => 2,
        Priority::Low => 3,
    };
    step * PER_PRIORITY + resolve_due.0.clamp(0, PER_PRIORITY - 1)
}
