//! Whether a network answers at all. A network that does not is probed, and receives nothing else
//! until it answers: an outage then costs each message at most the one try that discovered it, and
//! waiting messages go on as soon as the outage ends. Pure: the caller passes the time.
//! Deliberately absent: the probe itself.

use crate::{
    backoff::Backoff,
    domain::time::{SECOND, Timestamp},
};

/// How long a network may answer nothing, with calls under way, before it counts as silent, in
/// milliseconds.
const QUIET: i64 = 5 * SECOND;
/// The first pause between two probes, in milliseconds; each further pause is twice as long.
const FIRST: i64 = SECOND;
/// The longest pause between two probes, in milliseconds: the end of an outage is noticed at most
/// this late.
const LONGEST: i64 = 8 * SECOND;

/// The state of one network.
#[derive(Debug, Default)]
pub struct Reachability {
    /// How many calls are under way.
    calls: usize,
    /// Since when no answer has come while calls were under way.
    quiet: Option<Timestamp>,
    silence: Option<Silence>,
}

#[derive(Debug, Clone, Copy)]
struct Silence {
    since: Timestamp,
    /// How many probes went unanswered.
    asked: u32,
    /// When to probe next.
    next: Timestamp,
    /// Whether a probe is under way.
    asking: bool,
}

impl Reachability {
    /// A call begins.
    pub fn called(&mut self, now: Timestamp) {
        self.quiet.get_or_insert(now);
        self.calls += 1;
    }

    /// A call has ended, with or without an answer.
    pub fn ended(&mut self) {
        self.calls = self.calls.saturating_sub(1);
        self.quiet = self.quiet.filter(|_| self.calls > 0);
    }

    /// The network answered something. Gives how long it had been silent, in milliseconds, if it
    /// was.
    pub fn heard(&mut self, now: Timestamp) -> Option<i64> {
        self.quiet = (self.calls > 0).then_some(now);
        self.silence.take().map(|silence| now.since(silence.since))
    }

    /// A call or a probe brought no answer. Gives whether the network was not silent before.
    pub fn nothing(&mut self, now: Timestamp) -> bool {
        let news = self.silence.is_none();
        self.silence.get_or_insert(Silence { since: now, asked: 0, next: now, asking: false });
        news
    }

    /// A probe brought no answer.
    pub fn unanswered(&mut self, now: Timestamp) {
        self.nothing(now);
        if let Some(silence) = &mut self.silence {
            let asked = silence.asked.saturating_add(1);
            let pause = Backoff::of_milliseconds(FIRST, LONGEST).pause_milliseconds(asked);
            *silence = Silence { asked, next: now.plus(pause), asking: false, ..*silence };
        }
    }

    /// Whether the caller has to probe now; `true` counts the probe as begun.
    pub fn asks(&mut self, now: Timestamp) -> bool {
        if self.quiet.is_some_and(|since| now.since(since) >= QUIET) {
            self.nothing(now);
        }
        match &mut self.silence {
            // A next probe further ahead than any pause was planned before the clock was set back.
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

    /// Whether nothing may be sent now.
    pub fn is_silent(&self) -> bool {
        self.silence.is_some()
    }

    /// For how long the network has been silent, in milliseconds.
    pub fn silent_for(&self, now: Timestamp) -> Option<i64> {
        self.silence.map(|silence| now.since(silence.since))
    }

    /// When to check again, unless an answer comes before.
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
    fn probes_of_a_silent_network_back_off_until_it_answers() {
        let mut network = Reachability::default();
        let start = Timestamp(1_000_000);
        assert!(!network.asks(start), "nothing was asked of it");
        network.called(start);
        assert!(network.nothing(start) && !network.nothing(start));
        network.ended();
        let mut asked = Vec::new();
        let mut now = start;
        while now.since(start) < 40_000 {
            assert!(network.is_silent());
            if network.asks(now) {
                assert!(!network.asks(now), "one question at a time");
                asked.push(now.since(start));
                network.unanswered(now);
            }
            now = network.next().expect("it is asked again");
        }
        assert_eq!(asked, [0, 1_000, 3_000, 7_000, 15_000, 23_000, 31_000, 39_000]);
        assert_eq!(network.heard(now), Some(now.since(start)));
        assert!(!network.is_silent() && network.next().is_none());
    }

    #[test]
    fn hanging_calls_count_as_silence_before_they_end() {
        let mut network = Reachability::default();
        let start = Timestamp(1_000_000);
        network.called(start);
        network.called(start.plus(100));
        network.ended();
        assert_eq!(network.heard(start.plus(200)), None);
        assert_eq!(network.next(), Some(start.plus(200 + QUIET)), "one still hangs");
        assert!(!network.asks(start.plus(QUIET)));
        assert!(network.asks(start.plus(200 + QUIET)));
        assert!(network.is_silent());
        // Only that call is slow: the network answers.
        assert_eq!(network.heard(start.plus(300 + QUIET)), Some(100));
        assert!(!network.is_silent());
    }
}
