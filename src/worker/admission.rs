//! Rate limits of what one person, and one chat, may ask of the desk: a token bucket each. The
//! buckets use the times at which events were stored, so that a backlog after an outage is not
//! taken for a flood. A person over the budget is told so once, and then ignored until they have
//! been calm for a while; their events count as handled. Buckets live in memory: a restart empties
//! them.
//!
//! An interaction that waits for an answer (a command, a pressed button, a form) counts against its
//! person alone and is answered every time, because the network shows that person an open wait
//! until an answer comes. The budget of a chat never drops a request of a calm person: it applies
//! only to people who have used up more than half of their own budget.
//!
//! Deliberately absent: order between chats (see `crate::service::inbox::heads`), which keeps one
//! person's flood from delaying other chats, under any budget.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::{
    chat::incoming::{Incoming, Input},
    domain::time::{MINUTE, Timestamp},
    entity::inbox,
};

/// When there are more buckets than this, the full ones are dropped.
const MANY: usize = 10_000;

/// The size and the rate of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// How many requests may come at once.
    pub at_once: u32,
    /// How many requests a minute may come in the long run.
    pub per_minute: u32,
}

impl Allowance {
    /// The time after which one more request may come, in milliseconds.
    fn each(self) -> i64 {
        MINUTE / i64::from(self.per_minute.max(1))
    }

    /// The time after which the bucket is full again, in milliseconds.
    fn whole(self) -> i64 {
        self.each() * i64::from(self.at_once.max(1))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// For one account, in all its chats together.
    pub person: Allowance,
    /// For the messages in one chat; beyond it, people who are not calm are ignored.
    pub chat: Allowance,
}

/// The decision on an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The event is handled.
    Admitted,
    /// The event is not handled, and the person or the chat over its budget is told.
    Told(Whose),
    /// The event is not handled, without a notice.
    PassedOver,
}

/// The owner of an empty bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Person,
    Chat,
}

/// Decides which events are handled.
#[derive(Debug, Default)]
pub struct Admission {
    budget: Option<Budget>,
    buckets: Mutex<HashMap<String, Bucket>>,
}

/// The level of a bucket, and whether its owner was told that it was empty.
#[derive(Debug, Clone, Copy, Default)]
struct Bucket {
    /// When the bucket is full again, in milliseconds.
    full_at: i64,
    told: bool,
}

impl Admission {
    /// Applies this budget. The default applies none.
    pub fn new(budget: Budget) -> Self {
        Self { budget: Some(budget), buckets: Mutex::default() }
    }

    /// Decides on a row. An event of the network itself is always handled.
    pub fn judge(&self, row: &inbox::Model, incoming: &Incoming) -> Verdict {
        let Some(budget) = self.budget.filter(|_| is_somebodys(incoming)) else {
            return Verdict::Admitted;
        };
        let mut buckets = self.buckets();
        let now = row.received_at;
        if buckets.len() > MANY {
            buckets.retain(|_, bucket| bucket.full_at > now.0);
        }
        let awaited = incoming.token.is_some();
        let key = person(incoming);
        let own = buckets.entry(key.clone()).or_default();
        let taken = match own.after(budget.person, now) {
            Ok(taken) => taken,
            Err(empty) => {
                *own = empty;
                return refused(Whose::Person, empty, awaited);
            }
        };
        if !awaited {
            let shared = buckets.entry(chat(row)).or_default();
            match shared.after(budget.chat, now) {
                Ok(taken) => *shared = taken,
                Err(empty) => {
                    *shared = empty;
                    if !taken.is_calm(budget.person, now) {
                        return refused(Whose::Chat, empty, awaited);
                    }
                }
            }
        }
        buckets.insert(key, taken);
        Verdict::Admitted
    }

    /// Remembers that the owner was told, once the notice is enqueued.
    pub fn told(&self, whose: Whose, row: &inbox::Model, incoming: &Incoming) {
        let key = match whose {
            Whose::Person => person(incoming),
            Whose::Chat => chat(row),
        };
        self.buckets().entry(key).or_default().told = true;
    }

    fn buckets(&self) -> MutexGuard<'_, HashMap<String, Bucket>> {
        // A bucket is replaced as a whole, so a panicking thread leaves no half change behind.
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The decision on an event over the budget.
fn refused(whose: Whose, empty: Bucket, awaited: bool) -> Verdict {
    if empty.told && !awaited { Verdict::PassedOver } else { Verdict::Told(whose) }
}

impl Bucket {
    /// The bucket after one request; as an error, the bucket that is empty.
    fn after(self, allowance: Allowance, now: Timestamp) -> Result<Self, Self> {
        let each = allowance.each();
        let whole = allowance.whole();
        // After the clock was set back, a person waits for a whole bucket at most.
        let was = self.full_at.clamp(now.0, now.0 + whole);
        let full_at = was + each;
        if full_at - now.0 > whole {
            return Err(Self { full_at: was, told: self.told });
        }
        // A person who has been calm for a while is told again.
        Ok(Self { full_at, told: self.told && full_at - now.0 > whole / 2 })
    }

    /// Whether at most half of the bucket is used up.
    fn is_calm(self, allowance: Allowance, now: Timestamp) -> bool {
        self.full_at - now.0 <= allowance.whole() / 2
    }
}

/// Whether a person caused the event, and not the network.
fn is_somebodys(incoming: &Incoming) -> bool {
    match incoming.input {
        Input::Text(_)
        | Input::Press { .. }
        | Input::Attachment(_)
        | Input::Edited(_)
        | Input::Submit { .. }
        | Input::OpenFor { .. }
        | Input::Unreadable(_)
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
    use crate::chat::incoming::{Chat, ChatKind, Sender};

    const THREE: Allowance = Allowance { at_once: 3, per_minute: 6 };

    #[test]
    fn bucket_empties_at_once_and_fills_with_time() {
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
        // A clock that was set back by a day makes no person wait for a day.
        assert!(!takes(start - 86_400_000));
        assert!(takes(start - 86_400_000 + 10_000));
    }

    fn row(at: i64, lane: &str) -> inbox::Model {
        inbox::Model {
            id: crate::domain::id::InboxId(1),
            source: "discord:1".to_owned(),
            external_key: "i:1".to_owned(),
            lane: lane.to_owned(),
            open_lane: Some(lane.to_owned()),
            raw: String::new(),
            attempts: 0,
            quarantine: None,
            failure: None,
            received_at: Timestamp(at),
            handled_at: None,
        }
    }

    fn told_by(who: usize, token: Option<&str>) -> Incoming {
        Incoming {
            channel: crate::domain::channel::ChannelKind::Discord,
            chat: Chat { key: "#1".to_owned(), kind: ChatKind::Group },
            sender: Sender { key: who.to_string(), name: String::new(), language: None },
            input: Input::Text("/help".to_owned()),
            reply_to: None,
            server: None,
            token: token.map(str::to_owned),
        }
    }

    #[test]
    fn interactions_count_against_their_person_and_not_against_the_chat() {
        let admission = Admission::new(Budget { person: THREE, chat: THREE });
        let row = row(0, "one channel");
        for who in 0..200 {
            let verdict = admission.judge(&row, &told_by(who, Some("t")));
            assert_eq!(verdict, Verdict::Admitted, "person {who}");
        }
    }

    #[test]
    fn an_interaction_over_the_budget_is_answered_every_time() {
        let admission = Admission::new(Budget { person: THREE, chat: THREE });
        let row = row(0, "one channel");
        let pressed = told_by(1, Some("t"));
        for _ in 0..3 {
            assert_eq!(admission.judge(&row, &pressed), Verdict::Admitted);
        }
        for _ in 0..5 {
            assert_eq!(admission.judge(&row, &pressed), Verdict::Told(Whose::Person));
            admission.told(Whose::Person, &row, &pressed);
        }
        let written = told_by(1, None);
        assert_eq!(admission.judge(&row, &written), Verdict::PassedOver, "a message is told once");
    }

    #[test]
    fn chat_budget_drops_no_request_of_a_calm_person() {
        let admission = Admission::new(Budget { person: THREE, chat: THREE });
        let row = row(0, "one channel");
        for who in 0..200 {
            let verdict = admission.judge(&row, &told_by(who, None));
            assert_eq!(verdict, Verdict::Admitted, "person {who} wrote one message");
        }
        let second = admission.judge(&row, &told_by(7, None));
        assert_eq!(second, Verdict::Told(Whose::Chat), "two of three is more than half");
        admission.told(Whose::Chat, &row, &told_by(7, None));
        let third = admission.judge(&row, &told_by(8, None));
        assert_eq!(third, Verdict::PassedOver, "the chat was told already");
        assert_eq!(admission.judge(&row, &told_by(500, None)), Verdict::Admitted);
    }
}
