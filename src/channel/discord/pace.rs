//! The rate limits of Discord's REST API: the limit of each route as its headers say, the overall limit, the
//! stop of a global 429, and a circuit breaker that opens before too many invalid answers make the platform
//! ban this machine. Pure: the caller passes the time. Deliberately absent: waiting.

use std::{
    collections::{HashMap, VecDeque},
    time::{Duration, Instant},
};

/// Requests per second on all limited routes together; the platform allows 50.
const PER_SECOND: f64 = 45.0;
/// Requests that may be sent at once; with [`PER_SECOND`], never more than 50 in any second.
const BURST: f64 = 5.0;
/// Invalid answers that open the circuit breaker; at 10,000 the platform bans this machine.
const INVALID: usize = 1_000;
/// The time over which invalid answers are counted.
const WINDOW: Duration = Duration::from_secs(600);
/// More buckets than this are pruned to those that have not been reset.
const MANY: usize = 5_000;

/// The limits that a request counts against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The overall limit and the limit of the route.
    Limited {
        /// Method and path, with `:id` for keys.
        shape: String,
        /// The channel or server that the limit is counted for (the "major parameter").
        major: String,
    },
    /// The address of one interaction: outside the overall limit, and invalid after fifteen minutes, so no
    /// bucket is kept for it.
    Interaction,
}

/// The rate limit part of an answer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Limits {
    /// The HTTP status.
    pub status: u16,
    /// The platform's name of the bucket.
    pub bucket: Option<String>,
    /// Requests that are left before the reset.
    pub remaining: Option<u32>,
    /// The time until the reset.
    pub reset_after: Option<Duration>,
    /// The wait after a 429.
    pub retry_after: Option<Duration>,
    /// Whether `retry_after` applies to every route.
    pub global: bool,
    /// Whether other bots used the limit up; such a 429 does not count as invalid.
    pub shared: bool,
}

/// Why a request may not be sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// It may be sent after this time.
    For(Duration),
    /// The circuit breaker is open.
    Circuit {
        /// Whether this is the first request that it refuses.
        first: bool,
    },
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    remaining: u32,
    reset: Instant,
}

/// The state of all limits.
#[derive(Debug)]
pub struct Pace {
    tokens: f64,
    at: Instant,
    stopped: Option<Instant>,
    /// Bucket names by shape.
    names: HashMap<String, String>,
    buckets: HashMap<(String, String), Bucket>,
    invalid: VecDeque<Instant>,
    open: bool,
}

impl Pace {
    pub fn new(now: Instant) -> Self {
        Self {
            tokens: BURST,
            at: now,
            stopped: None,
            names: HashMap::new(),
            buckets: HashMap::new(),
            invalid: VecDeque::new(),
            open: false,
        }
    }

    /// Counts a request that is sent now.
    ///
    /// # Errors
    /// When a limit does not admit the request.
    pub fn admit(&mut self, route: &Route, now: Instant) -> Result<(), Closed> {
        self.check_circuit(now)?;
        let Route::Limited { shape, major } = route else { return Ok(()) };
        if let Some(until) = self.stopped.filter(|until| *until > now) {
            return Err(Closed::For(until - now));
        }
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.tokens = (self.tokens + passed * PER_SECOND).min(BURST);
        self.at = now;
        let key = self.key(shape, major);
        if let Some(bucket) = self.buckets.get(&key) {
            if bucket.reset <= now {
                self.buckets.remove(&key);
            } else if bucket.remaining == 0 {
                return Err(Closed::For(bucket.reset - now));
            }
        }
        if self.tokens < 1.0 {
            let wait = Duration::from_secs_f64((1.0 - self.tokens) / PER_SECOND);
            return Err(Closed::For(wait.max(Duration::from_millis(1))));
        }
        self.tokens -= 1.0;
        if let Some(bucket) = self.buckets.get_mut(&key) {
            bucket.remaining -= 1;
        }
        Ok(())
    }

    /// Records the rate limit part of an answer.
    pub fn record(&mut self, route: &Route, said: &Limits, now: Instant) {
        let invalid = matches!(said.status, 401 | 403) || said.status == 429 && !said.shared;
        if invalid {
            self.invalid.push_back(now);
            if self.invalid.len() > INVALID {
                self.invalid.pop_front();
            }
        }
        let told = said.retry_after.filter(|_| said.status == 429);
        if let Some(wait) = told.filter(|_| said.global) {
            let until = now + wait;
            self.stopped = Some(self.stopped.map_or(until, |earlier| earlier.max(until)));
            return;
        }
        let Route::Limited { shape, major } = route else { return };
        if let Some(name) = &said.bucket {
            self.names.insert(shape.clone(), name.clone());
        }
        let key = self.key(shape, major);
        if let Some(wait) = told {
            self.buckets.insert(key, Bucket { remaining: 0, reset: now + wait });
        } else if let (Some(remaining), Some(after)) = (said.remaining, said.reset_after) {
            let reset = now + after;
            // Answers may arrive out of order: within one period the lowest count is the true one.
            let known = self.buckets.get(&key).filter(|known| known.reset > now);
            let remaining = known.map_or(remaining, |known| known.remaining.min(remaining));
            self.buckets.insert(key, Bucket { remaining, reset });
        }
        if self.buckets.len() > MANY {
            self.buckets.retain(|_, bucket| bucket.reset > now);
        }
    }

    fn key(&self, shape: &str, major: &str) -> (String, String) {
        (self.names.get(shape).map_or(shape, String::as_str).to_owned(), major.to_owned())
    }

    fn check_circuit(&mut self, now: Instant) -> Result<(), Closed> {
        while self.invalid.front().is_some_and(|at| now.saturating_duration_since(*at) >= WINDOW) {
            self.invalid.pop_front();
        }
        if self.invalid.len() < INVALID {
            self.open = false;
            return Ok(());
        }
        let first = !std::mem::replace(&mut self.open, true);
        Err(Closed::Circuit { first })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(shape: &str, major: &str) -> Route {
        Route::Limited { shape: shape.to_owned(), major: major.to_owned() }
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn an_exhausted_route_waits_for_its_reset_and_others_do_not() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let here = route("POST messages", "1");
        let there = route("POST messages", "2");
        let said = Limits {
            status: 200,
            bucket: Some("abc".into()),
            remaining: Some(0),
            reset_after: Some(seconds(3)),
            ..Default::default()
        };
        pace.admit(&here, now).unwrap();
        pace.record(&here, &said, now);
        assert_eq!(pace.admit(&here, now), Err(Closed::For(seconds(3))));
        assert_eq!(pace.admit(&there, now), Ok(()));
        // Another shape in the same bucket is closed too.
        let edit = route("PATCH messages", "1");
        pace.record(&edit, &Limits { remaining: Some(5), ..said }, now);
        assert!(pace.admit(&edit, now).is_err());
        assert_eq!(pace.admit(&here, now + seconds(3)), Ok(()));
    }

    #[test]
    fn no_second_has_more_than_fifty_requests() {
        let start = Instant::now();
        let mut pace = Pace::new(start);
        let mut times = Vec::new();
        for millisecond in 0..3_000 {
            let now = start + Duration::from_millis(millisecond);
            while pace.admit(&route("GET", &millisecond.to_string()), now).is_ok() {
                times.push(millisecond);
            }
        }
        for start in 0..2_000 {
            let within = times.iter().filter(|at| (start..start + 1_000).contains(*at)).count();
            assert!((44..=50).contains(&within), "{within}");
        }
    }

    #[test]
    fn a_global_stop_stops_everything_but_interactions() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let said = Limits {
            status: 429,
            retry_after: Some(seconds(2)),
            global: true,
            ..Default::default()
        };
        pace.record(&route("POST messages", "1"), &said, now);
        assert_eq!(pace.admit(&route("GET users", ""), now), Err(Closed::For(seconds(2))));
        assert_eq!(pace.admit(&Route::Interaction, now), Ok(()));
        assert_eq!(pace.admit(&route("GET users", ""), now + seconds(2)), Ok(()));
    }

    #[test]
    fn a_route_stays_closed_for_its_retry_after() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let here = route("POST messages", "1");
        let said = Limits { status: 429, retry_after: Some(seconds(7)), ..Default::default() };
        pace.record(&here, &said, now);
        assert_eq!(pace.admit(&here, now + seconds(1)), Err(Closed::For(seconds(6))));
        assert_eq!(pace.admit(&route("POST messages", "2"), now), Ok(()));
    }

    #[test]
    fn a_thousand_invalid_answers_open_the_circuit_for_the_window() {
        let now = Instant::now();
        let mut pace = Pace::new(now);
        let shared = Limits { status: 429, shared: true, ..Default::default() };
        for _ in 0..2_000 {
            pace.record(&Route::Interaction, &shared, now);
        }
        assert_eq!(pace.admit(&Route::Interaction, now), Ok(()));
        let forbidden = Limits { status: 403, ..Default::default() };
        for _ in 0..INVALID {
            pace.record(&Route::Interaction, &forbidden, now);
        }
        assert_eq!(pace.admit(&Route::Interaction, now), Err(Closed::Circuit { first: true }));
        assert_eq!(pace.admit(&Route::Interaction, now), Err(Closed::Circuit { first: false }));
        assert_eq!(pace.admit(&Route::Interaction, now + WINDOW), Ok(()));
    }
}
