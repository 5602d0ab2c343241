//! How much one person, and one chat, may ask of the desk: a bucket each, filled by the time at which
//! things were stored, so that a desk that was away is not taken for a flood. A person over the budget is
//! told so once, and then passed over until they have been calm for a while; what they sent counts as
//! handled. Buckets live in memory: a desk that starts anew forgives.
//!
//! What waits for an answer (a command, a pressed button, a form) counts against its person alone and is
//! answered every time, because the network shows that person an open wait until an answer comes. The
//! budget of a chat never drops what a calm person does: it stops only those who used up more than half
//! of their own.
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

impl Allowance {
    /// How long it takes until one more may be asked, in milliseconds.
    fn each(self) -> i64 {
        MINUTE / i64::from(self.per_minute.max(1))
    }

    /// How long it takes until everything may be asked again, in milliseconds.
    fn whole(self) -> i64 {
        self.each() * i64::from(self.at_once.max(1))
    }
}

/// How much may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// By one account, in whatever chats.
    pub person: Allowance,
    /// By messages in one chat, beyond which people who are not calm are passed over.
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

/// What becomes of something that is too much.
fn refused(whose: Whose, empty: Bucket, awaited: bool) -> Verdict {
    if empty.told && !awaited { Verdict::PassedOver } else { Verdict::Told(whose) }
}

impl Bucket {
    /// The bucket after something was taken out; as an error, the bucket in which there is nothing.
    fn after(self, allowance: Allowance, now: Timestamp) -> Result<Self, Self> {
        let (each, whole) = (allowance.each(), allowance.whole());
        // A clock that was put back must not keep anybody waiting for longer than a whole bucket.
        let was = self.full_at.clamp(now.0, now.0 + whole);
        let full_at = was + each;
        if full_at - now.0 > whole {
            return Err(Self { full_at: was, told: self.told });
        }
        // A person who has been calm for a while is told again.
        Ok(Self { full_at, told: self.told && full_at - now.0 > whole / 2 })
    }

    /// Whether no more than half of it is used up.
    fn is_calm(self, allowance: Allowance, now: Timestamp) -> bool {
        self.full_at - now.0 <= allowance.whole() / 2
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
        let (row, pressed) = (row(0, "one channel"), told_by(1, Some("t")));
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
    fn the_budget_of_a_chat_drops_nothing_of_a_calm_person() {
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
