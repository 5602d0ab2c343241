//! How fast the courier may speak: below the platform's limits, slower when told off, faster again
//! when left in peace. Pure: it is told the time. Deliberately absent: waiting.

use std::collections::{HashMap, VecDeque};

use crate::domain::time::{MINUTE, SECOND, Timestamp};

/// A platform's limits, as the operator set them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Messages a second in all chats together.
    pub per_second: f64,
    /// Messages that may follow each other at once in a private chat.
    pub private_burst: f64,
    /// Messages a second in one private chat.
    pub private_per_second: f64,
    /// Messages a minute in one group.
    pub group_per_minute: f64,
}

/// Tokens that come back with time.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// How a bucket fills.
#[derive(Debug, Clone, Copy)]
struct Refill {
    capacity: f64,
    per_millisecond: f64,
}

/// Says when the next message may go out.
#[derive(Debug)]
pub struct Pacer {
    limits: Limits,
    all: Option<Bucket>,
    lanes: HashMap<String, (Bucket, Refill)>,
    /// What part of the overall rate is used: 1 in peace, halved when several chats are told off.
    pace: f64,
    /// When it was last made slower, and when a message last went through.
    slowed_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
    /// The lanes that were told off lately, and when.
    told_off: VecDeque<(String, Timestamp)>,
}

/// Why a message may not go out yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Its lane was too fast; ask again at the instant.
    Lane(Timestamp),
    /// All lanes together were; ask again at the instant, for any of them.
    All(Timestamp),
}

/// The slowest the courier gets.
const SLOWEST: f64 = 1.0 / 32.0;
/// What part of the rate each second in which messages go through gives back.
const RECOVERY: f64 = 0.15;
/// What part of a second's share may go at once, so that no second sees much more than its own.
const AT_ONCE: f64 = 1.0 / 8.0;
/// So many lanes have to be told off for the fault to be ours and not theirs.
const SEVERAL: usize = 3;
/// How long a telling-off counts.
const LATELY: i64 = 5 * SECOND;
/// Lanes kept in mind before those that are full again are forgotten.
const MANY: usize = 10_000;

impl Bucket {
    fn filled(self, refill: Refill, now: Timestamp) -> Self {
        let passed = now.since(self.at).max(0) as f64;
        let tokens = (self.tokens + passed * refill.per_millisecond).min(refill.capacity);
        Self { tokens, at: now }
    }

    /// Milliseconds until a whole token is there.
    fn wait(self, refill: Refill) -> i64 {
        ((1.0 - self.tokens) / refill.per_millisecond).ceil().max(0.0) as i64
    }
}

impl Pacer {
    /// A pacer that has been left in peace.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            all: None,
            lanes: HashMap::new(),
            pace: 1.0,
            slowed_at: None,
            delivered_at: None,
            told_off: VecDeque::new(),
        }
    }

    /// Takes a token for a message in `lane`, or says from when there is one.
    ///
    /// # Errors
    /// Who has to wait, and until when.
    pub fn admit(&mut self, lane: &str, group: bool, now: Timestamp) -> Result<(), Held> {
        let overall = Refill {
            capacity: (self.limits.per_second * AT_ONCE).max(1.0),
            per_millisecond: self.limits.per_second * self.pace / SECOND as f64,
        };
        let refill = self.refill(group);
        let all = self.all.unwrap_or(Bucket { tokens: overall.capacity, at: now });
        let all = all.filled(overall, now);
        let full = (Bucket { tokens: refill.capacity, at: now }, refill);
        let own = self.lanes.get(lane).copied().unwrap_or(full).0.filled(refill, now);
        self.all = Some(all);
        if own.tokens < 1.0 {
            return Err(Held::Lane(now.plus(own.wait(refill).max(1))));
        }
        if all.tokens < 1.0 {
            return Err(Held::All(now.plus(all.wait(overall).max(1))));
        }
        self.all = Some(Bucket { tokens: all.tokens - 1.0, ..all });
        let own = Bucket { tokens: own.tokens - 1.0, ..own };
        self.lanes.insert(lane.to_owned(), (own, refill));
        self.forget_idle(now);
        Ok(())
    }

    fn refill(&self, group: bool) -> Refill {
        if group {
            let per_millisecond = self.limits.group_per_minute / MINUTE as f64;
            // A quarter of a minute's share may go at once: the rest keeps the minute's limit.
            Refill { capacity: (self.limits.group_per_minute / 4.0).max(1.0), per_millisecond }
        } else {
            let per_millisecond = self.limits.private_per_second / SECOND as f64;
            Refill { capacity: self.limits.private_burst.max(1.0), per_millisecond }
        }
    }

    /// The platform said that it was too much in `lane`. That lane waits as long as it was told; when
    /// it happens to several, all together were too fast, and slow down once for it.
    pub fn told_off(&mut self, lane: &str, now: Timestamp) {
        self.told_off.retain(|(known, at)| known != lane && now.since(*at) < LATELY);
        self.told_off.push_back((lane.to_owned(), now));
        // What was under way when it was made slower is told off for what it was before.
        let heeded = self.slowed_at.is_some_and(|at| (0..LATELY).contains(&now.since(at)));
        if self.told_off.len() >= SEVERAL && !heeded {
            self.pace = (self.pace / 2.0).max(SLOWEST);
            self.slowed_at = Some(now);
        }
    }

    /// A message went through.
    pub fn delivered(&mut self, now: Timestamp) {
        let peace = self.delivered_at.map_or(0, |at| now.since(at)).clamp(0, SECOND);
        self.delivered_at = Some(now);
        self.pace = (self.pace + RECOVERY * peace as f64 / SECOND as f64).min(1.0);
    }

    fn forget_idle(&mut self, now: Timestamp) {
        if self.lanes.len() > MANY {
            self.lanes
                .retain(|_, (bucket, refill)| bucket.filled(*refill, now).tokens < refill.capacity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        per_second: 10.0,
        private_burst: 3.0,
        private_per_second: 1.0,
        group_per_minute: 20.0,
    };

    /// Sends as fast as it may from `lanes` in turn, and gives how many went out by `until`.
    fn drain(pacer: &mut Pacer, lanes: &[(&str, bool)], until: i64) -> usize {
        let mut sent = 0;
        let mut now = 0;
        while now < until {
            let mut next = until;
            for (lane, group) in lanes {
                match pacer.admit(lane, *group, Timestamp(now)) {
                    Ok(()) => sent += 1,
                    Err(Held::Lane(later) | Held::All(later)) => next = next.min(later.0),
                }
            }
            now = if next == until { now + 1 } else { next.max(now + 1) };
        }
        sent
    }

    #[test]
    fn a_private_chat_gets_its_burst_and_then_one_a_second() {
        let mut pacer = Pacer::new(LIMITS);
        assert_eq!(drain(&mut pacer, &[("a", false)], 10_000), 3 + 9);
    }

    #[test]
    fn a_group_never_gets_more_than_its_minute_and_a_quarter() {
        let mut pacer = Pacer::new(LIMITS);
        let sent = drain(&mut pacer, &[("g", true)], MINUTE);
        assert!((20..=25).contains(&sent), "{sent}");
    }

    #[test]
    fn all_chats_together_keep_the_overall_rate() {
        let mut pacer = Pacer::new(LIMITS);
        let lanes: Vec<String> = (0..100).map(|n| format!("lane {n}")).collect();
        let lanes: Vec<(&str, bool)> = lanes.iter().map(|lane| (lane.as_str(), false)).collect();
        let sent = drain(&mut pacer, &lanes, 10_000);
        assert!((98..=102).contains(&sent), "{sent}");
        let mut pacer = Pacer::new(Limits { per_second: 28.0, ..LIMITS });
        let first = drain(&mut pacer, &lanes, 1_000);
        assert!((28..=31).contains(&first), "no second sees many more than its share: {first}");
    }

    #[test]
    fn told_off_it_slows_down_and_recovers() {
        let mut pacer = Pacer::new(LIMITS);
        for n in 0..40 {
            pacer.told_off(&format!("lane {n}"), Timestamp(n));
        }
        assert!((pacer.pace - 0.5).abs() < f64::EPSILON, "once for what was under way");
        for n in 0..600 {
            pacer.told_off(&format!("lane {n}"), Timestamp(100 * n));
        }
        assert!((pacer.pace - SLOWEST).abs() < f64::EPSILON);
        for n in 600..680 {
            pacer.delivered(Timestamp(100 * n));
        }
        assert!((pacer.pace - 1.0).abs() < f64::EPSILON);
    }

    #[test]
    fn one_chat_that_is_told_off_slows_nobody_else() {
        let mut pacer = Pacer::new(LIMITS);
        for n in 0..60 {
            pacer.told_off(["a", "b"][n % 2], Timestamp(0));
        }
        pacer.told_off("c", Timestamp(LATELY));
        assert!((pacer.pace - 1.0).abs() < f64::EPSILON, "nor do several over a long time");
    }
}
