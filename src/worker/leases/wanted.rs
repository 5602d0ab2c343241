//! A lease that this process waits for: exclusive, or one of a family that replicas divide.
//! Deliberately absent: anything that asks the database.

use std::time::Duration;

use tokio::time::Instant;

use super::LeaseTimes;
use crate::backoff::Backoff;

/// How many half poll intervals a replica waits before it takes a free lease, for each lease of the
/// family that it holds already.
const STEP: u32 = 3;
/// The longest wait for the sake of an even division, in half poll intervals.
const LONGEST: u32 = 2 * STEP;
/// How often the patience of a replica that leaves the lease again and again doubles.
const DOUBLINGS: u32 = 4;

#[derive(Debug, Clone, Copy)]
pub(super) struct WantedLease<'s> {
    pub name: &'s str,
    /// The prefix of the names of all leases that are divided; `None` for an exclusive lease.
    pub family: Option<&'s str>,
    /// Since when this process sees the lease free.
    free_since: Option<Instant>,
    /// How many times in a row this process left the lease to others, and when last.
    left: u32,
    left_at: Option<Instant>,
}

impl<'s> WantedLease<'s> {
    pub fn alone(name: &'s str) -> Self {
        Self { name, family: None, free_since: None, left: 0, left_at: None }
    }

    pub fn one_of(family: &'s str, name: &'s str) -> Self {
        Self { name, family: Some(family), free_since: None, left: 0, left_at: None }
    }

    /// Whether this process may take the lease, which is free now. The more leases of the family it
    /// holds, the longer it waits, so that other replicas come first.
    pub fn is_mine_to_take(&mut self, held: usize, now: Instant, times: &LeaseTimes) -> bool {
        let since = *self.free_since.get_or_insert(now);
        let halves = u32::try_from(held).unwrap_or(u32::MAX).saturating_mul(STEP).min(LONGEST);
        now.saturating_duration_since(since) >= times.look_every * halves / 2
    }

    /// The work reached nothing of what it is for, and left the lease to others.
    pub fn is_left(&mut self, begun: Instant, now: Instant, times: &LeaseTimes) {
        // A tenure that went well for long enough ends the series.
        if now.saturating_duration_since(begun) > 2 * self.patience(times) {
            self.left = 0;
        }
        self.left += 1;
        self.left_at = Some(now);
    }

    /// For how long the work may reach nothing. Where no replica reaches anything, the lease should
    /// not change hands all the time.
    pub fn patience(&self, times: &LeaseTimes) -> Duration {
        backoff(times).pause(self.left + 1)
    }

    /// Whether this process left the lease so recently that it does not take it from a replica that
    /// does the work.
    pub fn is_none_of_mine(&self, now: Instant, times: &LeaseTimes) -> bool {
        self.left_at.is_some_and(|left| now.saturating_duration_since(left) < longest(times))
    }

    /// Another replica holds the lease.
    pub fn is_taken(&mut self) {
        self.free_since = None;
    }
}

fn backoff(times: &LeaseTimes) -> Backoff {
    Backoff::new(times.patience, longest(times))
}

fn longest(times: &LeaseTimes) -> Duration {
    times.patience * (1 << DOUBLINGS)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn holder_of_more_leases_waits_longer_but_not_for_ever() {
        let times = LeaseTimes::default();
        let begun = Instant::now();
        assert!(WantedLease::alone("sender").is_mine_to_take(0, begun, &times));
        let mut wanted = WantedLease::one_of("listener:", "listener:1");
        for (held, wait) in [(0, 0), (1, 1_500), (2, 3_000), (3, 3_000), (1_000, 3_000)] {
            wanted.is_taken();
            let waits = (0..100).map(|look| 100 * look).find(|passed| {
                wanted.is_mine_to_take(held, begun + Duration::from_millis(*passed), &times)
            });
            assert_eq!(waits, Some(wait), "with {held}");
        }
    }

    #[test]
    fn patience_doubles_with_each_leave_and_resets_after_a_good_tenure() {
        let times = LeaseTimes::default();
        let mut now = Instant::now();
        let mut wanted = WantedLease::one_of("listener:", "listener:1");
        assert!(!wanted.is_none_of_mine(now, &times));
        let mut patience = Vec::new();
        for _ in 0..6 {
            let begun = now;
            let spell = wanted.patience(&times);
            patience.push(spell.as_secs());
            now += spell + Duration::from_secs(5);
            wanted.is_left(begun, now, &times);
        }
        assert_eq!(patience, [10, 20, 40, 80, 160, 160]);
        assert!(wanted.is_none_of_mine(now + Duration::from_secs(159), &times));
        assert!(!wanted.is_none_of_mine(now + Duration::from_secs(160), &times));
        let well = now + Duration::from_secs(3_600);
        wanted.is_left(now, well, &times);
        assert_eq!(wanted.patience(&times), Duration::from_secs(20));
    }
}
