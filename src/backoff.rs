//! Exponential back-off: the pause doubles with each failure in a row, up to a longest pause. A few
//! lines of our own rather than a crate such as `backon`: half of the callers keep the number of
//! failures in a database row or in pure state and ask for the pause after the n-th failure, a pause
//! that the platform names (`retry_after`) takes precedence, and each caller waits beside its own
//! shutdown signal. The crates offer an iterator for one retry loop that sleeps by itself.
//! Deliberately absent: sleeping, jitter, and a limit of tries.

use std::time::Duration;

/// The first and the longest pause between tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
}

impl Backoff {
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The same in milliseconds; a negative pause counts as none.
    pub fn of_milliseconds(first: i64, longest: i64) -> Self {
        let duration = |pause: i64| Duration::from_millis(u64::try_from(pause).unwrap_or(0));
        Self { first: duration(first), longest: duration(longest) }
    }

    /// The pause after so many failures in a row, counted from 1.
    pub fn pause(self, failures: u32) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        self.first.saturating_mul(1 << doublings).min(self.longest)
    }

    /// The pause after so many failures in a row, counted from 1, in milliseconds.
    pub fn pause_milliseconds(self, failures: u32) -> i64 {
        i64::try_from(self.pause(failures).as_millis()).unwrap_or(i64::MAX)
    }

    /// Counts the failures of one loop.
    pub const fn counter(self) -> Failures {
        Failures { backoff: self, count: 0 }
    }
}

/// The failures in a row of one loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failures {
    backoff: Backoff,
    count: u32,
}

impl Failures {
    /// Counts a failure. Gives the pause before the next try.
    pub fn failed(&mut self) -> Duration {
        self.count = self.count.saturating_add(1);
        self.backoff.pause(self.count)
    }

    /// The pause that the next failure will cause.
    pub fn next_pause(&self) -> Duration {
        self.backoff.pause(self.count.saturating_add(1))
    }

    /// Ends the row of failures.
    pub fn reset(&mut self) {
        self.count = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pause_doubles_from_the_first_up_to_the_longest() {
        let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
        let pauses =
            [0, 1, 2, 6, 7, 40, u32::MAX].map(|failures| backoff.pause(failures).as_secs());
        assert_eq!(pauses, [1, 1, 2, 32, 60, 60, 60]);
        assert_eq!(Backoff::of_milliseconds(5, 60).pause_milliseconds(3), 20);
        assert_eq!(Backoff::of_milliseconds(i64::MAX, i64::MAX).pause_milliseconds(9), i64::MAX);
        assert_eq!(Backoff::of_milliseconds(-1, 60).pause_milliseconds(9), 0);
    }

    #[test]
    fn counter_grows_with_failures_and_starts_over_after_a_reset() {
        let mut failures =
            Backoff::new(Duration::from_millis(100), Duration::from_millis(250)).counter();
        let pauses = [(); 3].map(|()| failures.failed().as_millis());
        assert_eq!(pauses, [100, 200, 250]);
        assert_eq!(failures.next_pause().as_millis(), 250);
        failures.reset();
        assert_eq!(failures.next_pause().as_millis(), 100);
        assert_eq!(failures.failed().as_millis(), 100);
    }
}
