//! Notices that the machine's clock jumped, by comparing it with the time that the program has been
//! running. What a sweep does cannot be taken back: a ticket closed a day early, a visit recalled, a
//! breach told that is none. So it is held until the clock has been steady for a while (G11): whoever
//! set the clock by mistake has time to set it right, and a clock that stays where it jumped to is
//! believed in the end.
//!
//! A machine that was suspended looks the same as a clock that was put forward, for the program did not
//! run meanwhile. There the new time is right, and what is due is late already. It is held all the
//! same: what people said in the meantime is fetched and handled first, lest a ticket be closed over
//! an answer that waits to be read.
//!
//! Deliberately absent: reading a clock, and jumps while the program does not run, which nobody can see.

use crate::domain::time::{MINUTE, Timestamp};

/// How far the two may come apart between two looks, in milliseconds. A clock that is set right little
/// by little stays far below.
const JUMP: i64 = 5 * MINUTE;
/// How long the clock has to be steady, in milliseconds.
const HOLD: i64 = 10 * MINUTE;

/// What a look finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// All is well.
    Steady,
    /// The clock jumped by so many milliseconds, forward or back, and nothing is held yet: from now on
    /// it is.
    Jumped(i64),
    /// The clock jumped lately.
    Held,
    /// It has been steady for long enough.
    Released,
}

/// Remembers the last look.
#[derive(Debug, Default)]
pub struct JumpGuard {
    last: Option<(Timestamp, i64)>,
    /// Until when things are held, by the time that the program has been running.
    held_until: Option<i64>,
}

impl JumpGuard {
    /// Looks at both clocks: `wall`, and how many milliseconds the program has been `running`.
    pub fn look(&mut self, wall: Timestamp, running: i64) -> Verdict {
        let last = self.last.replace((wall, running));
        let by = last.map_or(0, |(then, before)| wall.since(then) - (running - before));
        let held = self.held_until;
        if by.abs() > JUMP {
            self.held_until = Some(running + HOLD);
            return if held.is_some() { Verdict::Held } else { Verdict::Jumped(by) };
        }
        match held {
            None => Verdict::Steady,
            Some(until) if running < until => Verdict::Held,
            Some(_) => {
                self.held_until = None;
                Verdict::Released
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::{DAY, HOUR, SECOND};

    const PERIOD: i64 = 5 * SECOND;

    /// A guard, and clocks that go on together until somebody touches one.
    struct Clocks {
        guard: JumpGuard,
        wall: i64,
        running: i64,
    }

    impl Clocks {
        fn new() -> Self {
            let mut clocks = Self { guard: JumpGuard::default(), wall: 20_000 * DAY, running: 7 };
            assert_eq!(clocks.passes(PERIOD), Verdict::Steady, "the first look compares nothing");
            clocks
        }

        /// Time passes, and the clock is put forward by `by` besides.
        fn jumps(&mut self, by: i64) -> Verdict {
            self.wall += by;
            self.passes(PERIOD)
        }

        fn passes(&mut self, milliseconds: i64) -> Verdict {
            self.wall += milliseconds;
            self.running += milliseconds;
            self.guard.look(Timestamp(self.wall), self.running)
        }
    }

    #[test]
    fn g11_whatever_the_jump_everything_is_held_for_ten_minutes_and_not_longer() {
        for by in [HOUR, -HOUR, DAY, -DAY, JUMP + 1, -JUMP - 1, 400 * DAY] {
            let mut clocks = Clocks::new();
            assert_eq!(clocks.jumps(by), Verdict::Jumped(by), "{by}");
            for _ in 1..HOLD / PERIOD {
                assert_eq!(clocks.passes(PERIOD), Verdict::Held, "{by}");
            }
            assert_eq!(clocks.passes(PERIOD), Verdict::Released, "{by}");
            assert_eq!(clocks.passes(PERIOD), Verdict::Steady, "{by}");
        }
    }

    #[test]
    fn g11_a_clock_that_is_set_right_little_by_little_holds_nothing() {
        let mut clocks = Clocks::new();
        for step in [JUMP, -JUMP, SECOND, -SECOND, 0] {
            assert_eq!(clocks.jumps(step), Verdict::Steady, "{step}");
        }
        // An hour, two seconds at a time.
        for _ in 0..HOUR / (2 * SECOND) {
            assert_eq!(clocks.jumps(2 * SECOND), Verdict::Steady);
        }
    }

    #[test]
    fn g11_a_clock_that_jumps_again_is_told_once_and_held_from_the_last_jump_on() {
        let mut clocks = Clocks::new();
        assert_eq!(clocks.jumps(DAY), Verdict::Jumped(DAY));
        for by in [-DAY, HOUR, -HOUR] {
            for _ in 0..100 {
                assert_eq!(clocks.passes(PERIOD), Verdict::Held);
            }
            assert_eq!(clocks.jumps(by), Verdict::Held, "back again is another jump");
        }
        for _ in 1..HOLD / PERIOD {
            assert_eq!(clocks.passes(PERIOD), Verdict::Held);
        }
        assert_eq!(clocks.passes(PERIOD), Verdict::Released);
        // The next one is news.
        assert_eq!(clocks.jumps(HOUR), Verdict::Jumped(HOUR));
    }

    #[test]
    fn g11_a_sweep_that_takes_long_is_no_jump_and_a_suspended_machine_is_one() {
        let mut clocks = Clocks::new();
        assert_eq!(clocks.passes(2 * HOUR), Verdict::Steady, "both clocks went on");
        // Nobody ran for a night: what people said meanwhile is read first.
        assert_eq!(clocks.jumps(9 * HOUR), Verdict::Jumped(9 * HOUR));
    }
}
