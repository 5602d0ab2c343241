//! Shards, the parts into which the platform divides the servers of a bot, and the pace at which their
//! sessions may start. Deliberately absent: which replica listens to which shard.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::time::Instant;

/// The lowest bit of the time in a key of the platform.
const TIME_SHIFT: u32 = 22;

/// One of the parts into which the platform divides the bot's servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shard {
    /// Counted from zero.
    pub index: u64,
    /// The number of shards.
    pub of: u64,
}

impl Shard {
    /// The only shard of an undivided bot.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// All shards of this number; [`Self::WHOLE`] for zero.
    pub fn all(of: u64) -> impl Iterator<Item = Self> {
        let of = of.max(1);
        (0..of).map(move |index| Self { index, of })
    }

    /// Whether this shard gets the events of a server, or without a server those of private chats, which go to
    /// the first shard.
    pub fn receives(self, guild: Option<u64>) -> bool {
        guild.map_or(0, |guild| (guild >> TIME_SHIFT) % self.of.max(1)) == self.index
    }

    /// The form of the identify frame.
    pub(super) fn to_json(self) -> Value {
        json!([self.index, self.of])
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

/// The times at which sessions may start: shards with the same remainder one after another, with a pause
/// between them. The starts of other processes are unknown here; the platform declares a session invalid that
/// starts too soon after one of them.
#[derive(Debug, Default)]
pub(super) struct Turns(Mutex<HashMap<u64, Instant>>);

impl Turns {
    /// Claims the next start for this shard, where `at_once` sessions may start together. The next shard with
    /// the same remainder starts `apart` later.
    pub fn claim(&self, shard: Shard, at_once: u64, apart: Duration, now: Instant) -> Instant {
        // Every change is a single step, so a panicking thread leaves the value consistent.
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
    fn a_server_has_one_shard_and_private_chats_have_the_first() {
        let shards: Vec<Shard> = Shard::all(3).collect();
        for guild in [None, Some(5 << TIME_SHIFT), Some((6 << TIME_SHIFT) | 12_345), Some(u64::MAX)]
        {
            let hearing: Vec<u64> = shards
                .iter()
                .filter(|shard| shard.receives(guild))
                .map(|shard| shard.index)
                .collect();
            let expected = guild.map_or(0, |guild| (guild >> 22) % 3);
            assert_eq!(hearing, [expected], "{guild:?}");
        }
        assert!(Shard::WHOLE.receives(Some(7 << TIME_SHIFT)));
        assert_eq!(Shard::all(0).collect::<Vec<_>>(), [Shard::WHOLE]);
        assert_eq!(shards[2].to_string(), "2/3");
    }

    #[test]
    fn sessions_start_apart_and_as_many_at_once_as_allowed() {
        let turns = Turns::default();
        let begun = Instant::now();
        let apart = Duration::from_secs(5);
        let seconds: Vec<u64> = Shard::all(4)
            .map(|shard| (turns.claim(shard, 2, apart, begun) - begun).as_secs())
            .collect();
        assert_eq!(seconds, [0, 0, 5, 5]);
        let later = begun + Duration::from_secs(60);
        assert_eq!(turns.claim(Shard::WHOLE, 2, apart, later), later, "past turns do not count");
    }
}
