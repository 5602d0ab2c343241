//! How much one person, and one chat, may ask of the desk: a bucket each, filled by the time at which
//! things were stored, so that a desk that was away is not taken for a flood. Whoever asks for more is
//! told so once, and then passed over until they have been calm for a while; what they sent counts as
//! handled. Buckets live in memory: a desk that starts anew forgives.
//!
//! Deliberately absent: order between chats (see `crate::service::inbox::heads`), which lets nobody
//! wait for somebody else's flood, whatever the budget.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    chat::incoming::{Incoming, Input},
    domain::time::{MINUTE, Timestamp},
    entity::inbox,
};

/// How many buckets there are before the full ones are thrown away.
const MANY: usize = 10_000;

/// How much somebody may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// So many things at once.
    pub at_once: u32,
    /// So many a minute in the long run.
    pub per_minute: u32,
}

/// How much may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// By one account, in whatever chats.
    pub person: Allowance,
    /// In one chat, by whomever.
    pub chat: Allowance,
}

/// What becomes of something that was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is handled.
    Admitted,
    /// It is not, and whoever it is too much of is told.
    Told(Whose),
    /// It is not, and nothing is said of it.
    PassedOver,
}

/// Whose bucket is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A person's.
    Person,
    /// A chat's.
    Chat,
}

/// Decides what is handled.
#[derive(Debug, Default)]
pub struct Admission {
    budget: Option<Budget>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

/// How full a bucket is, and whether its owner knows that it was empty.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    /// When it is full again, in milliseconds.
    full_at: i64,
    told: bool,
}

impl Admission {
    /// Within this budget. The default has none.
    pub fn new(budget: Budget) -> Self {
        Self { budget: Some(budget), buckets: Mutex::default() }
    }

    /// What becomes of a row. What a network itself tells is always handled.
    pub fn judge(&self, row: &inbox::Model, incoming: &Incoming) -> Verdict {
        let Some(budget) = self.budget.filter(|_| is_somebodys(incoming)) else {
            return Verdict::Admitted;
        };
        let mut buckets = self.buckets();
        let now = row.received_at;
        if buckets.len() > MANY {
            buckets.retain(|_, bucket| bucket.full_at > now.0);
        }
        let keys = [
            (Whose::Person, person(incoming), budget.person),
            (Whose::Chat, chat(row), budget.chat),
        ];
        let mut after = Vec::with_capacity(keys.len());
        for (whose, key, allowance) in keys {
            let bucket = buckets.entry(key.clone()).or_default();
            match bucket.after(allowance, now) {
                Ok(taken) => after.push((key, taken)),
                Err(empty) => {
                    *bucket = empty;
                    return if empty.told { Verdict::PassedOver } else { Verdict::Told(whose) };
                }
            }
        }
        buckets.extend(after);
        Verdict::Admitted
    }

    /// Remembers that it was said, once it is on its way.
    pub fn told(&self, whose: Whose, row: &inbox::Model, incoming: &Incoming) {
        let key = match whose {
            Whose::Person => person(incoming),
            Whose::Chat => chat(row),
        };
        self.buckets().entry(key).or_default().told = true;
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<String, Bucket>> {
        // A bucket is replaced as a whole, so what a panicking thread left behind is whole.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bucket {
    /// The bucket after something was taken out; as an error, the bucket in which there is nothing.
    fn after(self, allowance: Allowance, now: Timestamp) -> Result<Self, Self> {
        let each = MINUTE / i64::from(allowance.per_minute.max(1));
        let whole = each * i64::from(allowance.at_once.max(1));
        // A clock that was put back must not keep anybody waiting for longer than a whole bucket.
        let was = self.full_at.clamp(now.0, now.0 + whole);
        let full_at = was + each;
        if full_at - now.0 > whole {
            return Err(Self { full_at: was, told: self.told });
        }
        // Somebody who has been calm for a while is told again.
        Ok(Self { full_at, told: self.told && full_at - now.0 > whole / 2 })
    }
}

/// Whether somebody did it, and not the network.
fn is_somebodys(incoming: &Incoming) -> bool {
    match incoming.input {
        Input::Text(_)
        | Input::Press { .. }
        | Input::Attachment(_)
        | Input::Edited(_)
        | Input::Submit { .. }
        | Input::OpenFor { .. }
        | Input::Anonymous => true,
        Input::Blocked | Input::Unblocked | Input::Moved { .. } | Input::Gone => false,
    }
}

fn person(incoming: &Incoming) -> String {
    format!("person {}:{}", incoming.channel.as_str(), incoming.sender.key)
}

fn chat(row: &inbox::Model) -> String {
    format!("chat {}", row.lane)
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Allowance = Allowance { at_once: 3, per_minute: 6 };

    #[test]
    fn a_bucket_empties_at_once_and_fills_with_time() {
        let mut bucket = Bucket::default();
        let mut takes = |at: i64| match bucket.after(THREE, Timestamp(at)) {
            Ok(after) => {
                bucket = after;
                true
            }
            Err(empty) => {
                bucket = empty;
                false
            }
        };
        let start = 1_000_000;
        assert_eq!([0; 4].map(|_| takes(start)), [true, true, true, false]);
        assert!(!takes(start + 9_999));
        assert!(takes(start + 10_000));
        assert!(!takes(start + 10_000));
        assert_eq!([0; 4].map(|_| takes(start + MINUTE)), [true, true, true, false]);
        // A clock that was put back by a day makes nobody wait for a day.
        assert!(!takes(start - 86_400_000));
        assert!(takes(start - 86_400_000 + 10_000));
    }
}
