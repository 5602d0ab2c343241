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

/// In what kind of chat a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// With one person.
    Private,
    /// With several.
    Group,
}

/// On whose account a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// What members are told.
    Members,
    /// The new face of a card after its reader pressed a button: it may use up the chat's burst in
    /// advance, so that a person who only presses buttons does not wait for the chat's rate.
    Press,
    /// The answers to people without access: together a small share of the rate.
    Strangers,
}

/// A message that asks for its turn.
#[derive(Debug, Clone, Copy)]
pub struct Turn<'t> {
    /// What must stay in order.
    pub lane: &'t str,
    /// In what kind of chat.
    pub place: Place,
    /// On whose account.
    pub share: Share,
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

/// What was sent within the last stretch of time. As many messages as the limit has may stand in it.
#[derive(Debug, Clone, Default)]
struct Window {
    sent: VecDeque<Timestamp>,
}

/// How many messages a window of this length may hold.
#[derive(Debug, Clone, Copy)]
struct Measure {
    most: usize,
    length: i64,
}

/// What one chat has used.
#[derive(Debug, Clone)]
struct Lane {
    bucket: Bucket,
    refill: Refill,
    window: Window,
}

/// Says when the next message may go out.
#[derive(Debug)]
pub struct Pacer {
    limits: Limits,
    all: Option<Bucket>,
    second: Window,
    strangers: Option<Bucket>,
    lanes: HashMap<String, Lane>,
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
    /// The answers to strangers were; ask again at the instant, for any of them.
    Strangers(Timestamp),
}

/// The slowest the courier gets.
const SLOWEST: f64 = 1.0 / 32.0;
/// What part of the rate each second in which messages go through gives back.
const RECOVERY: f64 = 0.15;
/// What part of a second's share may go at once, so that no second sees much more than its own.
const AT_ONCE: f64 = 1.0 / 8.0;
/// What part of the rate the answers to strangers may use.
const STRANGERS: f64 = 1.0 / 10.0;
/// How many messages of its rate a private chat may have used in advance after presses.
const IN_ADVANCE: f64 = 20.0;
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

    /// Milliseconds until a whole token is there, beyond what may be used in advance.
    fn wait(self, refill: Refill, in_advance: f64) -> i64 {
        ((1.0 - in_advance - self.tokens) / refill.per_millisecond).ceil().max(0.0) as i64
    }

    fn taken(self) -> Self {
        Self { tokens: self.tokens - 1.0, ..self }
    }
}

impl Measure {
    /// A rate as whole messages in a stretch of time that is about as long as `length`.
    fn of(rate: f64, length: i64) -> Self {
        let most = rate.max(1.0).floor();
        Self { most: most as usize, length: (length as f64 * most / rate).ceil() as i64 }
    }
}

impl Window {
    /// From when on another message fits; none when it fits now.
    fn full_until(&mut self, measure: Measure, now: Timestamp) -> Option<Timestamp> {
        // A clock that was put back counts what was sent as sent now, for one window at most.
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
    /// A pacer that has been left in peace.
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

    /// Learns what was sent before this pacer began, the oldest first.
    pub fn remember(&mut self, turn: &Turn<'_>, at: Timestamp) {
        self.second.sent.push_back(at);
        let (key, mut own) = self.take_lane(turn, at);
        own.bucket.tokens = (own.bucket.tokens - 1.0).max(0.0);
        if turn.place == Place::Group {
            own.window.sent.push_back(at);
        }
        self.lanes.insert(key, own);
    }

    /// Takes a place in every window for a message, or says from when there is one.
    ///
    /// # Errors
    /// Who has to wait, and until when.
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

    /// How the rate of all lanes fills: so much of a second's share at once, this part of the rate.
    fn overall(&self, at_once: f64, part: f64) -> Refill {
        Refill {
            capacity: (self.limits.per_second * at_once).max(1.0),
            per_millisecond: self.limits.per_second * self.pace * part / SECOND as f64,
        }
    }

    /// What a lane has used by now, taken out so that it can be changed.
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
            // A quarter of a minute's share may go at once; the rest is spread over the minute.
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
