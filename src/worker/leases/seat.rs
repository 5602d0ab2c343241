//! A lease that somebody waits for: on its own, or one of several that replicas divide. Deliberately
//! absent: anything that asks the database.

use std::time::Duration;

use tokio::time::Instant;

use super::Terms;

/// After how many looks in vain somebody takes a free one who has one already, a second one, and so on;
/// in halves of a look.
const STEP: u32 = 3;
/// The longest that anything stays free for the sake of a just division, in the same unit.
const LONGEST: u32 = 2 * STEP;
/// How often the patience of somebody who leaves it again and again doubles.
const DOUBLINGS: u32 = 4;

/// What is waited for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat<'s> {
    /// Its name.
    pub name: &'s str,
    /// What the names of all begin with that are divided; none when it is on its own.
    pub family: Option<&'s str>,
    /// Since when it is seen to be nobody's.
    free_since: Option<Instant>,
    /// How often in a row the work was left to others, and when last.
    left: u32,
    left_at: Option<Instant>,
}

impl<'s> Seat<'s> {
    /// One on its own.
    pub fn alone(name: &'s str) -> Self {
        Self { name, family: None, free_since: None, left: 0, left_at: None }
    }

    /// One of several.
    pub fn one_of(family: &'s str, name: &'s str) -> Self {
        Self { name, family: Some(family), free_since: None, left: 0, left_at: None }
    }

    /// Whether it may be taken, being nobody's at this moment, by somebody who has `held` of its kind:
    /// the more that is, the later, so that others come first.
    pub fn is_mine_to_take(&mut self, held: usize, now: Instant, terms: &Terms) -> bool {
        let since = *self.free_since.get_or_insert(now);
        let halves = u32::try_from(held).unwrap_or(u32::MAX).saturating_mul(STEP).min(LONGEST);
        now.saturating_duration_since(since) >= terms.look_every * halves / 2
    }

    /// The work reached nothing of what it is for, and was left to others.
    pub fn is_left(&mut self, (begun, now): (Instant, Instant), terms: &Terms) {
        // What went well for a while begins anew.
        if now.saturating_duration_since(begun) > 2 * self.patience(terms) {
            self.left = 0;
        }
        self.left += 1;
        self.left_at = Some(now);
    }

    /// For how long the work may reach nothing. Where everybody reaches nothing, it should not change
    /// hands all the time.
    pub fn patience(&self, terms: &Terms) -> Duration {
        terms.patience * (1 << self.left.min(DOUBLINGS))
    }

    /// Whether it was left so lately that it is not taken from anybody who does the work.
    pub fn is_none_of_mine(&self, now: Instant, terms: &Terms) -> bool {
        let longest = terms.patience * (1 << DOUBLINGS);
        self.left_at.is_some_and(|left| now.saturating_duration_since(left) < longest)
    }

    /// It is somebody's.
    pub fn is_taken(&mut self) {
        self.free_since = None;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn who_has_more_waits_longer_and_nobody_waits_for_ever() {
        let (terms, begun) = (Terms::default(), Instant::now());
        assert!(Seat::alone("sender").is_mine_to_take(0, begun, &terms));
        let mut seat = Seat::one_of("listener:", "listener:1");
        for (held, wait) in [(0, 0), (1, 1_500), (2, 3_000), (3, 3_000), (1_000, 3_000)] {
            seat.is_taken();
            let waits = (0..100).map(|look| 100 * look).find(|passed| {
                seat.is_mine_to_take(held, begun + Duration::from_millis(*passed), &terms)
            });
            assert_eq!(waits, Some(wait), "with {held}");
        }
    }

    #[test]
    fn who_reaches_nothing_again_and_again_is_more_patient_until_all_goes_well() {
        let (terms, mut now) = (Terms::default(), Instant::now());
        let mut seat = Seat::one_of("listener:", "listener:1");
        assert!(!seat.is_none_of_mine(now, &terms));
        let mut patience = Vec::new();
        for _ in 0..6 {
            let (begun, spell) = (now, seat.patience(&terms));
            patience.push(spell.as_secs());
            now += spell + Duration::from_secs(5);
            seat.is_left((begun, now), &terms);
        }
        assert_eq!(patience, [10, 20, 40, 80, 160, 160]);
        assert!(seat.is_none_of_mine(now + Duration::from_secs(159), &terms));
        assert!(!seat.is_none_of_mine(now + Duration::from_secs(160), &terms));
        let well = now + Duration::from_secs(3_600);
        seat.is_left((now, well), &terms);
        assert_eq!(seat.patience(&terms), Duration::from_secs(20));
    }
}
