//! How fast the courier may send: below the platform's limits in every window of time, slower after
//! several 429, faster again while messages go through. Pure: it is told the time.
//!
//! A group's minute and the bot's second are sliding windows: a message counts until its window has
//! passed, so no window of that length ever holds more than the limit, wherever it begins. A token
//! bucket beside each window spreads the messages, so that the first ones do not use the window up and
//! let the next ones wait for its end. Two rates stay buckets alone. A private chat has one because the
//! platform tolerates short bursts there. The answers to strangers have one because they are a share of
//! the bot's own rate.
//!
//! Deliberately absent: waiting, and which message goes first.

use std::collections::{HashMap, VecDeque};

use crate::domain::time::{MINUTE, SECOND, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Messages a second in all chats together.
    pub per_second: f64,
    /// Messages that may follow each other at once in one private chat.
    pub private_burst: f64,
    /// Messages a second in one private chat.
    pub private_per_second: f64,
    /// Messages a minute in one group.
    pub group_per_minute: f64,
}

/// The kind of chat that a message goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A chat with one person.
    Private,
    /// A chat with several people.
    Group,
}

/// The share of the rate that a message counts against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// Messages to people with access.
    Members,
    /// The new face of a card after its reader pressed a button: it may use up the chat's rate in
    /// advance, so that a person who only presses buttons does not wait for the rate.
    Press,
    /// Answers to people without access: together a small share of the rate.
    Strangers,
}

/// A message that asks to be sent.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'t> {
    /// The lane, whose messages stay in order.
    pub lane: &'t str,
    pub place: Place,
    pub share: Share,
}

/// A token bucket.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Timestamp,
}

/// How fast a bucket fills.
#[derive(Debug, Clone, Copy)]
struct Refill {
    capacity: f64,
    per_millisecond: f64,
}

/// The messages sent within a sliding window. It holds at most as many as the limit.
#[derive(Debug, Clone, Default)]
struct Window {
    sent: VecDeque<Timestamp>,
}

/// The limit of a window and its length in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Measure {
    most: usize,
    length: i64,
}

/// How much one chat has used.
#[derive(Debug, Clone)]
struct Lane {
    bucket: Bucket,
    refill: Refill,
    window: Window,
}

/// Decides when the next message may go out.
#[derive(Debug)]
pub struct Pacer {
    limits: Limits,
    all: Option<Bucket>,
    second: Window,
    strangers: Option<Bucket>,
    lanes: HashMap<String, Lane>,
    /// The factor of the overall rate: 1 normally, halved when several chats receive a 429.
    pace: f64,
    /// When the factor was last lowered, and when a message was last delivered.
    slowed_at: Option<Timestamp>,
    delivered_at: Option<Timestamp>,
    /// The lanes that received a 429 recently, and when.
    told_off: VecDeque<(String, Timestamp)>,
}

/// Why a message may not go out yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Its lane is over its limit; ask again at the instant.
    Lane(Timestamp),
    /// All lanes together are over the limit; ask again at the instant, for any lane.
    All(Timestamp),
    /// The answers to strangers are over their share; ask again at the instant, for any of them.
    Strangers(Timestamp),
}

/// The lowest factor of the overall rate.
const SLOWEST: f64 = 1.0 / 32.0;
/// How much of the factor each second of deliveries restores.
const RECOVERY: f64 = 0.15;
/// How much of a second's rate may go at once, so that no second carries much more than its own
/// rate.
const AT_ONCE: f64 = 1.0 / 8.0;
/// The share of the rate that answers to strangers may use.
const STRANGERS: f64 = 1.0 / 10.0;
/// How many messages a private chat may send in advance of its rate after presses.
const IN_ADVANCE: f64 = 20.0;
/// When this many lanes receive a 429, the overall rate is at fault, and not the lanes.
const SEVERAL: usize = 3;
/// How long a 429 counts, in milliseconds.
const LATELY: i64 = 5 * SECOND;
/// When there are more lanes than this, the idle ones are dropped.
const MANY: usize = 10_000;

impl Bucket {
    fn filled(self, refill: Refill, now: Timestamp) -> Self {
        let passed = now.since(self.at).max(0) as f64;
        let tokens = (self.tokens + passed * refill.per_millisecond).min(refill.capacity);
        Self { tokens, at: now }
    }

    /// Milliseconds until one token is available, beyond what may be used in advance.
    fn wait(self, refill: Refill, in_advance: f64) -> i64 {
        ((1.0 - in_advance - self.tokens) / refill.per_millisecond).ceil().max(0.0) as i64
    }

    fn taken(self) -> Self {
        Self { tokens: self.tokens - 1.0, ..self }
    }
}

impl Measure {
    /// A rate as a whole number of messages in a window about as long as `length`, in milliseconds.
    fn of(rate: f64, length: i64) -> Self {
        let most = rate.max(1.0).floor();
        Self { most: most as usize, length: (length as f64 * most / rate).ceil() as i64 }
    }
}

impl Window {
    /// From when on another message fits; `None` when it fits now.
    fn full_until(&mut self, measure: Measure, now: Timestamp) -> Option<Timestamp> {
        // After the clock was set back, earlier messages count as sent now, for one window at most.
        for at in self.sent.iter_mut().rev().take_while(|at| **at > now) {
            *at = now;
        }
        while self.sent.front().is_some_and(|at| now.since(*at) >= measure.length) {
            self.sent.pop_front();
        }
        let over = self.sent.len().checked_sub(measure.most)?;
        self.sent.get(over).map(|at| at.plus(measure.length))
    }
}

impl Pacer {
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            all: None,
            second: Window::default(),
            strangers: None,
            lanes: HashMap::new(),
            pace: 1.0,
            slowed_at: None,
            delivered_at: None,
            told_off: VecDeque::new(),
        }
    }

    /// Counts a message that was sent before this pacer was made, the oldest first.
    pub fn remember(&mut self, turn: &Turn<'_>, at: Timestamp) {
        self.second.sent.push_back(at);
        let (key, mut own) = self.take_lane(turn, at);
        own.bucket.tokens = (own.bucket.tokens - 1.0).max(0.0);
        if turn.place == Place::Group {
            own.window.sent.push_back(at);
        }
        self.lanes.insert(key, own);
    }

    /// Reserves a place in every window for a message.
    ///
    /// # Errors
    /// Which limit holds the message back, and until when.
    pub fn admit(&mut self, turn: &Turn<'_>, now: Timestamp) -> Result<(), Held> {
        let (key, mut own) = self.take_lane(turn, now);
        let settled = self.admit_in(&mut own, turn, now);
        self.lanes.insert(key, own);
        self.forget_idle(now);
        settled
    }

    fn admit_in(&mut self, own: &mut Lane, turn: &Turn<'_>, now: Timestamp) -> Result<(), Held> {
        let overall = self.overall(AT_ONCE, 1.0);
        let all = self.all.unwrap_or(Bucket { tokens: overall.capacity, at: now });
        let all = all.filled(overall, now);
        self.all = Some(all);
        let in_advance = match (turn.share, turn.place) {
            (Share::Press, Place::Private) => IN_ADVANCE,
            _ => 0.0,
        };
        let mut wait = own.bucket.wait(own.refill, in_advance);
        if turn.place == Place::Group {
            let minute = Measure::of(self.limits.group_per_minute, MINUTE);
            let full = own.window.full_until(minute, now);
            wait = full.map_or(wait, |until| wait.max(until.since(now)));
        }
        if wait > 0 {
            return Err(Held::Lane(now.plus(wait)));
        }
        let share = self.overall(STRANGERS, STRANGERS);
        let strangers = self.strangers.unwrap_or(Bucket { tokens: share.capacity, at: now });
        let strangers = strangers.filled(share, now);
        if turn.share == Share::Strangers {
            let wait = strangers.wait(share, 0.0);
            if wait > 0 {
                return Err(Held::Strangers(now.plus(wait)));
            }
        }
        let mut wait = all.wait(overall, 0.0);
        let second = Measure::of(self.limits.per_second, SECOND);
        let full = self.second.full_until(second, now);
        wait = full.map_or(wait, |until| wait.max(until.since(now)));
        if wait > 0 {
            return Err(Held::All(now.plus(wait)));
        }
        self.all = Some(all.taken());
        self.second.sent.push_back(now);
        self.strangers = Some(match turn.share {
            Share::Strangers => strangers.taken(),
            Share::Members | Share::Press => strangers,
        });
        if turn.place == Place::Group {
            own.window.sent.push_back(now);
        }
        own.bucket = own.bucket.taken();
        Ok(())
    }

    /// The bucket of all lanes: how much of a second's rate may go at once, and which share of the
    /// rate fills it.
    fn overall(&self, at_once: f64, part: f64) -> Refill {
        Refill {
            capacity: (self.limits.per_second * at_once).max(1.0),
            per_millisecond: self.limits.per_second * self.pace * part / SECOND as f64,
        }
    }

    /// The state of a lane, filled up to now and removed from the map so that it can be changed.
    fn take_lane(&mut self, turn: &Turn<'_>, now: Timestamp) -> (String, Lane) {
        let refill = self.refill(turn.place);
        match self.lanes.remove_entry(turn.lane) {
            Some((key, known)) => {
                (key, Lane { bucket: known.bucket.filled(refill, now), refill, ..known })
            }
            None => {
                let bucket = Bucket { tokens: refill.capacity, at: now };
                (turn.lane.to_owned(), Lane { bucket, refill, window: Window::default() })
            }
        }
    }

    fn refill(&self, place: Place) -> Refill {
        match place {
            // A quarter of a minute's limit may go at once; the rest is spread over the minute.
            Place::Group => Refill {
                capacity: (self.limits.group_per_minute / 4.0).max(1.0),
                per_millisecond: self.limits.group_per_minute / MINUTE as f64,
            },
            Place::Private => Refill {
                capacity: self.limits.private_burst.max(1.0),
                per_millisecond: self.limits.private_per_second / SECOND as f64,
            },
        }
    }

    /// The platform answered 429 in `lane`. That lane waits for its `retry_after`. When several
    /// lanes receive one, the overall rate was too high, and is halved once.
    pub fn told_off(&mut self, lane: &str, now: Timestamp) {
        self.told_off.retain(|(known, at)| known != lane && now.since(*at) < LATELY);
        self.told_off.push_back((lane.to_owned(), now));
        // Calls that were under way when the rate was lowered may still receive a 429 for the
        // former rate.
        let heeded = self.slowed_at.is_some_and(|at| (0..LATELY).contains(&now.since(at)));
        if self.told_off.len() >= SEVERAL && !heeded {
            self.pace = (self.pace / 2.0).max(SLOWEST);
            self.slowed_at = Some(now);
        }
    }

    /// A message was delivered.
    pub fn delivered(&mut self, now: Timestamp) {
        let peace = self.delivered_at.map_or(0, |at| now.since(at)).clamp(0, SECOND);
        self.delivered_at = Some(now);
        self.pace = (self.pace + RECOVERY * peace as f64 / SECOND as f64).min(1.0);
    }

    fn forget_idle(&mut self, now: Timestamp) {
        if self.lanes.len() > MANY {
            self.lanes.retain(|_, lane| {
                let full = lane.bucket.filled(lane.refill, now).tokens >= lane.refill.capacity;
                let sent = lane.window.sent.back().is_some_and(|at| now.since(*at) < MINUTE);
                !full || sent
            });
        }
    }
}

#[cfg(test)]
#[path = "pacing_tests.rs"]
mod tests;
