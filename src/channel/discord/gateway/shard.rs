//! Shards: the parts into which the platform divides what it tells a bot, and how fast their sessions
//! may be begun. Deliberately absent: who listens to which.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::Instant;

/// How far the time lies to the left of a key's lowest bit.
const TIME: u32 = 22;

/// One part of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Which, from zero on.
    pub index: u64,
    /// Of how many.
    pub of: u64,
}

impl Shard {
    /// Everything in one.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// All parts of so many; one when that is none.
    pub fn all(of: u64) -> impl Iterator<Item = Self> {
        let of = of.max(1);
        (0..of).map(move |index| Self { index, of })
    }

    /// Whether what happens in a server is told to this one, or, without a server, what happens in
    /// private: that is told to the first.
    pub fn hears(self, guild: Option<u64>) -> bool {
        guild.map_or(0, |guild| (guild >> TIME) % self.of.max(1)) == self.index
    }

    /// As the platform wants to be told it.
    pub(super) fn spelled(self) -> Value {
        json!([self.index, self.of])
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// When sessions may be begun: those whose numbers leave the same remainder one after the other, with
/// a time in between. Another process's are not known here; who comes too soon after one of them is
/// told by the platform to begin anew.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<u64, Instant>>);

impl Turns {
    /// When this shard's turn is, from `now` on, of which so many may be begun at once. The next of its
    /// kind comes `apart` later.
    pub fn claim(&self, (shard, at_once): (Shard, u64), apart: Duration, now: Instant) -> Instant {
        // Every change is a single step, so what a panicking thread left behind is whole.
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = next.entry(shard.index % at_once.max(1)).or_insert(now);
        let turn = now.max(*next);
        *next = turn + apart;
        turn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_is_one_shards_and_private_chats_are_the_firsts() {
        let shards: Vec<Shard> = Shard::all(3).collect();
        for guild in [None, Some(5 << TIME), Some((6 << TIME) | 12_345), Some(u64::MAX)] {
            let hearing: Vec<u64> =
                shards.iter().filter(|shard| shard.hears(guild)).map(|shard| shard.index).collect();
            let expected = guild.map_or(0, |guild| (guild >> 22) % 3);
            assert_eq!(hearing, [expected], "{guild:?}");
        }
        assert!(Shard::WHOLE.hears(Some(7 << TIME)));
        assert_eq!(Shard::all(0).collect::<Vec<_>>(), [Shard::WHOLE]);
        assert_eq!(shards[2].to_string(), "2/3");
    }

    #[test]
    fn sessions_are_begun_one_after_the_other_and_as_many_at_once_as_is_allowed() {
        let (turns, begun, apart) = (Turns::default(), Instant::now(), Duration::from_secs(5));
        let seconds: Vec<u64> = Shard::all(4)
            .map(|shard| (turns.claim((shard, 2), apart, begun) - begun).as_secs())
            .collect();
        assert_eq!(seconds, [0, 0, 5, 5]);
        let later = begun + Duration::from_secs(60);
        assert_eq!(turns.claim((Shard::WHOLE, 2), apart, later), later, "what is past is past");
    }
}
