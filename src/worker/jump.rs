//! Notices that the machine's clock jumped, by comparing the clock with the time that the program
//! has been running. The effects of a sweep cannot be undone: a ticket closed a day early, a visit
//! reminder, a warning of a breach that is none. So sweeps are held until the clock has been steady
//! for a while (G11). An operator who set the clock by mistake has time to correct it, and a clock
//! that stays where it jumped to is believed in the end.
//!
//! A machine that was suspended looks the same as a clock that was set forward, because the program
//! did not run. There the new time is right, and due work is late already. The sweep is held all
//! the same: messages from the time of the suspension are fetched and handled first, lest a ticket
//! be closed over an answer that waits to be read.
//!
//! Deliberately absent: reading a clock, and jumps while the program does not run, which cannot be
//! noticed.

use crate::domain::time::{MINUTE, Timestamp};

/// How far the two times may drift apart between two checks, in milliseconds. A clock that is
/// corrected gradually stays far below.
const JUMP: i64 = 5 * MINUTE;
/// How long the clock has to be steady, in milliseconds.
const HOLD: i64 = 10 * MINUTE;

/// The result of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The clock is trusted.
    Steady,
    /// The clock jumped by so many milliseconds, forward or back; sweeps are held from now on.
    Jumped(i64),
    /// The clock jumped recently.
    Held,
    /// The clock has been steady for long enough.
    Released,
}

/// Remembers the last check.
#[derive(Debug, Default)]
pub struct JumpGuard {
    last: Option<(Timestamp, i64)>,
    /// Until when sweeps are held, in milliseconds that the program has been running.
    held_until: Option<i64>,
}

impl JumpGuard {
    /// Compares both times: `wall`, and how many milliseconds the program has been `running`.
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

    /// A guard, with a wall clock and a running time that advance together unless a test moves one.
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

        /// Time passes, and the clock is also set forward by `by`.
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
    fn g11_any_jump_holds_sweeps_for_exactly_ten_minutes() {
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
    fn g11_a_gradual_clock_correction_holds_no_sweep() {
        let mut clocks = Clocks::new();
        for step in [JUMP, -JUMP, SECOND, -SECOND, 0] {
            assert_eq!(clocks.jumps(step), Verdict::Steady, "{step}");
        }
        // A correction of an hour, two seconds at a time.
        for _ in 0..HOUR / (2 * SECOND) {
            assert_eq!(clocks.jumps(2 * SECOND), Verdict::Steady);
        }
    }

    #[test]
    fn g11_repeated_jumps_are_reported_once_and_hold_from_the_last_one() {
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
        // The next jump is reported again.
        assert_eq!(clocks.jumps(HOUR), Verdict::Jumped(HOUR));
    }

    #[test]
    fn g11_a_long_sweep_is_no_jump_and_a_suspension_is_one() {
        let mut clocks = Clocks::new();
        assert_eq!(clocks.passes(2 * HOUR), Verdict::Steady, "both clocks went on");
        // The machine was suspended for a night: messages from that time are read first.
        assert_eq!(clocks.jumps(9 * HOUR), Verdict::Jumped(9 * HOUR));
    }
}
