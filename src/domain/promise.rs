//! The promised instants of a ticket, and what pausing does to them. A running clock has a due
//! instant; a paused clock has time left. Deliberately absent: where they are stored.

use super::{
    calendar::Calendar,
    priority::Priority,
    time::{Span, Timestamp},
    times::Times,
};

/// How a clock counts: in working time, or in elapsed time when its promise is a span of elapsed
/// time.
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

    /// The milliseconds that count between two instants; zero when `to` is not later.
    pub fn between(self, from: Timestamp, to: Timestamp) -> i64 {
        if self.elapsed { to.since(from).max(0) } else { self.calendar.working_between(from, to) }
    }

    /// The instant by which `milliseconds` have counted since `from`. With a negative number, the
    /// instant since which that many have counted until `from`.
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
    /// Running towards a due instant.
    Running {
        /// When the solution is due (UTC).
        due: Timestamp,
    },
    /// Paused.
    Paused {
        /// The milliseconds left; negative when overdue.
        left: i64,
    },
}

impl ResolveClock {
    /// Stops the clock at `now`; a paused clock stays as it is.
    pub fn pause(self, measure: Measure<'_>, now: Timestamp) -> Self {
        match self {
            Self::Running { due } if due >= now => Self::Paused { left: measure.between(now, due) },
            // A promise that broke exactly at closing time is broken, although no working time has
            // passed since.
            Self::Running { due } => Self::Paused { left: -measure.between(due, now).max(1) },
            paused @ Self::Paused { .. } => paused,
        }
    }

    /// Starts the clock at `now`; a running clock stays as it is. An overdue clock gets the due
    /// instant since which it has been overdue for the same time.
    pub fn run(self, measure: Measure<'_>, now: Timestamp) -> Self {
        match self {
            Self::Paused { left } => Self::Running { due: measure.after(now, left) },
            running @ Self::Running { .. } => running,
        }
    }
}

/// The promise to a new ticket (U3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise {
    /// TTO: a technician takes it by then.
    pub own_due: Timestamp,
    /// TTR: a solution is given by then.
    pub resolve_due: Timestamp,
}

/// The promise to a ticket registered at `now`.
pub fn promise(calendar: &Calendar, times: &Times, now: Timestamp) -> Promise {
    Promise { own_due: calendar.due(now, times.own), resolve_due: calendar.due(now, times.resolve) }
}

/// The two instants after a solution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validation {
    /// When the requester is reminded.
    pub remind_at: Timestamp,
    /// When silence closes the ticket.
    pub close_at: Timestamp,
}

/// The validation instants of a ticket solved at `now` (U3).
pub fn validation(calendar: &Calendar, times: &Times, now: Timestamp) -> Validation {
    Validation {
        remind_at: calendar.due(now, times.remind),
        close_at: calendar.due(now, times.validate),
    }
}

/// The rank of a ticket in its group's queue: by priority, then by the promised instant. Smaller
/// ranks come first. Thirteen digits of milliseconds last until the year 2286.
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
