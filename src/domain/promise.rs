//! The promised instants of a ticket and what pausing does to them. A clock that runs has a due
//! instant; a paused one has working time left. Deliberately absent: where they are stored.

use super::{calendar::Calendar, priority::Priority, procedure::Times, time::Timestamp};

/// The resolution clock (TTR).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResolveClock {
    /// Running towards an instant.
    Running {
        /// When a solution is promised.
        due: Timestamp,
    },
    /// Standing still with working milliseconds left; negative when it is overdue.
    Paused {
        /// What is left.
        left: i64,
    },
}

impl ResolveClock {
    /// Stops the clock at `now`; a paused clock stays as it is.
    pub fn pause(self, calendar: &Calendar, now: Timestamp) -> Self {
        match self {
            Self::Running { due } if due >= now => {
                Self::Paused { left: calendar.working_between(now, due) }
            }
            Self::Running { due } => Self::Paused { left: -calendar.working_between(due, now) },
            paused @ Self::Paused { .. } => paused,
        }
    }

    /// Lets the clock go on at `now`; a running clock stays as it is. An overdue clock comes back
    /// due at an instant that has passed.
    pub fn run(self, calendar: &Calendar, now: Timestamp) -> Self {
        match self {
            Self::Paused { left } if left >= 0 => {
                Self::Running { due: calendar.add_working(now, left) }
            }
            Self::Paused { left } => Self::Running { due: now.plus(left) },
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
