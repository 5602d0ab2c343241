//! Whether a network answers at all. One that does not is asked whether it is there, and told nothing
//! more until it says so: an outage then costs each message at most the one try that found it out, and
//! what waits goes on as soon as it ends. Pure: it is told the time. Deliberately absent: asking.

use crate::domain::time::{SECOND, Timestamp};

/// How long a network may answer nothing, with calls under way, before it counts as silent.
const QUIET: i64 = 5 * SECOND;
/// The first pause between two questions; each next one is twice as long.
const FIRST: i64 = SECOND;
/// The longest pause: an outage is over at most this long before it is noticed.
const LONGEST: i64 = 8 * SECOND;

/// Listens to one network.
#[derive(Debug, Default)]
pub struct Ear {
    /// Calls under way.
    calls: usize,
    /// Since when nothing has come while calls were under way.
    quiet: Option<Timestamp>,
    silence: Option<Silence>,
}

#[derive(Debug, Clone, Copy)]
struct Silence {
    since: Timestamp,
    /// Questions without an answer.
    asked: u32,
    /// When to ask next.
    next: Timestamp,
    /// Whether a question is under way.
    asking: bool,
}

impl Ear {
    /// A call begins.
    pub fn called(&mut self, now: Timestamp) {
        self.quiet.get_or_insert(now);
        self.calls += 1;
    }

    /// A call has ended, however.
    pub fn ended(&mut self) {
        self.calls = self.calls.saturating_sub(1);
        self.quiet = self.quiet.filter(|_| self.calls > 0);
    }

    /// The network said something, whatever it was. Gives how long it had been silent, in
    /// milliseconds, if it was.
    pub fn heard(&mut self, now: Timestamp) -> Option<i64> {
        self.quiet = (self.calls > 0).then_some(now);
        self.silence.take().map(|silence| now.since(silence.since))
    }

    /// A call or a question brought nothing that the network said. Gives whether it is news.
    pub fn nothing(&mut self, now: Timestamp) -> bool {
        let news = self.silence.is_none();
        self.silence.get_or_insert(Silence { since: now, asked: 0, next: now, asking: false });
        news
    }

    /// A question brought nothing.
    pub fn unanswered(&mut self, now: Timestamp) {
        self.nothing(now);
        if let Some(silence) = &mut self.silence {
            let pause = (FIRST << silence.asked.min(8)).min(LONGEST);
            *silence = Silence {
                asked: silence.asked.saturating_add(1),
                next: now.plus(pause),
                asking: false,
                ..*silence
            };
        }
    }

    /// Whether to ask now; whoever is told so asks.
    pub fn asks(&mut self, now: Timestamp) -> bool {
        if self.quiet.is_some_and(|since| now.since(since) >= QUIET) {
            self.nothing(now);
        }
        match &mut self.silence {
            // Further ahead than any pause, it was said before the clock was put back.
            Some(silence)
                if !silence.asking
                    && (silence.next <= now || silence.next.since(now) > LONGEST) =>
            {
                silence.asking = true;
                true
            }
            _ => false,
        }
    }

    /// Whether nothing may be said now.
    pub fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// For how long it has been silent, in milliseconds.
    pub fn silent_for(&self, now: Timestamp) -> Option<i64> {
        self.silence.map(|silence| now.since(silence.since))
    }

    /// When to look again, as long as nothing comes before.
    pub fn next(&self) -> Option<Timestamp> {
        match &self.silence {
            Some(silence) => (!silence.asking).then_some(silence.next),
            None => self.quiet.map(|since| since.plus(QUIET)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_network_is_asked_more_and_more_seldom_until_it_answers() {
        let mut ear = Ear::default();
        let start = Timestamp(1_000_000);
        assert!(!ear.asks(start), "nothing was asked of it");
        ear.called(start);
        assert!(ear.nothing(start) && !ear.nothing(start));
        ear.ended();
        let mut asked = Vec::new();
        let mut now = start;
        while now.since(start) < 40_000 {
            assert!(ear.is_silent());
            if ear.asks(now) {
                assert!(!ear.asks(now), "one question at a time");
                asked.push(now.since(start));
                ear.unanswered(now);
            }
            now = ear.next().expect("it is asked again");
        }
        assert_eq!(asked, [0, 1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 39_000]);
        assert_eq!(ear.heard(now), Some(now.since(start)));
        assert!(!ear.is_silent() && ear.next().is_none());
    }

    #[test]
    fn calls_that_hang_are_noticed_before_they_end() {
        let mut ear = Ear::default();
        let start = Timestamp(1_000_000);
        ear.called(start);
        ear.called(start.plus(100));
        ear.ended();
        assert_eq!(ear.heard(start.plus(200)), None);
        assert_eq!(ear.next(), Some(start.plus(200 + QUIET)), "one still hangs");
        assert!(!ear.asks(start.plus(QUIET)));
        assert!(ear.asks(start.plus(200 + QUIET)));
        assert!(ear.is_silent());
        // Only that one is slow: the network answers.
        assert_eq!(ear.heard(start.plus(300 + QUIET)), Some(100));
        assert!(!ear.is_silent());
    }
}
