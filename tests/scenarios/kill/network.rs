//! A chat network as this story uses and observes it. Everything that differs between networks is
//! behind [`Network`]; the behaviour of people is not.

use std::{collections::HashSet, ops::RangeInclusive, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::oracle::{Figures, Memory};
use crate::support::{relay::Relay, upload::Upload};

/// How long a program waits for an unresponsive database.
const GIVEN_UP: Duration = Duration::from_secs(30);

/// An observer that is shown everything that becomes visible to people.
pub type Observer = Arc<dyn Fn(&Visible) + Send + Sync>;

/// Something that becomes visible to a person.
pub enum Visible {
    /// A message, new or edited.
    Message(Message),
    /// A form that opened.
    Form(Form),
}

/// A message as one person reads it.
pub struct Message {
    pub reader: i64,
    /// Its chat, and its key there.
    pub at: (u64, u64),
    pub text: String,
    pub buttons: Vec<Pressable>,
}

/// A button, or a choice of a menu.
#[derive(Debug, Clone)]
pub struct Pressable {
    pub label: String,
    pub code: String,
    /// The menu that holds the choice.
    pub menu: Option<String>,
}

/// A form shown to one person.
pub struct Form {
    pub reader: i64,
    /// The interaction that opened it.
    pub opened_by: u64,
    pub fields: Vec<Field>,
}

/// A field of a form.
pub struct Field {
    pub key: String,
    /// The value it holds already.
    pub value: Option<String>,
    /// The choices; a field without choices takes text.
    pub choices: Vec<String>,
}

/// A trouble of the connection while the program lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// The connection is cut without a close frame.
    Cut,
    /// The program is asked to reconnect.
    Reconnect,
    /// The session is declared invalid.
    Invalid,
    /// The connection is cut, and its session forgotten.
    Forgotten,
}

impl Trouble {
    pub const ALL: [Self; 4] = [Self::Cut, Self::Reconnect, Self::Invalid, Self::Forgotten];
}

/// A fault of the platform that lasts for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlatformFault {
    /// It answers 429.
    TooMany,
    /// It answers with a 5xx page.
    Page,
    /// Connections are cut before the call takes effect.
    CutBefore,
    /// Connections are cut after the call took effect.
    CutAfter,
}

impl PlatformFault {
    pub const ALL: [Self; 4] = [Self::TooMany, Self::Page, Self::CutBefore, Self::CutAfter];
}

/// What the story notes for the final check.
#[derive(Debug, Default)]
pub struct Chronicle {
    /// When the program died or its connection was disturbed, by the network's clock.
    pub disturbed: Vec<Duration>,
    /// The periods in which not everything worked.
    pub troubled: Vec<RangeInclusive<Duration>>,
    /// The periods in which a program could not reach its database.
    pub parted: Vec<RangeInclusive<Duration>>,
}

impl Chronicle {
    /// Whether an event at this instant may have been only in a program's memory for longer than
    /// the platform waits.
    pub fn was_parted(&self, at: Duration) -> bool {
        // A statement sent when the database fell silent is waited for a while longer.
        let unstored = |parted: &RangeInclusive<Duration>| {
            (*parted.start()..=*parted.end() + GIVEN_UP).contains(&at)
        };
        self.parted.iter().any(unstored)
    }

    /// Whether anything went wrong between these two instants.
    pub fn was_disturbed(&self, from: Duration, to: Duration) -> bool {
        self.disturbed.iter().any(|at| (from..=to).contains(at))
            || self.troubled.iter().any(|parted| *parted.start() <= to && *parted.end() >= from)
    }
}

/// A network, its people and its ledger.
pub trait Network: Send + Sync {
    /// The environment variables of a replica of the program.
    fn environment(&self, replica: usize) -> Vec<(&'static str, String)>;

    /// A replica's own proxy to the network, where replicas do not share one.
    fn relay_to_platform(&self, replica: usize) -> Option<&Relay>;

    /// Whether messages that were written before the program ever ran are delivered later.
    fn keeps_first_words(&self) -> bool;

    /// Whether a press may open a form.
    fn has_forms(&self) -> bool;

    /// Whether its connection can be disturbed.
    fn has_troubles(&self) -> bool;

    /// Shows everything visible to `observer` before the program gets its answer.
    fn is_watched_by(&self, observer: Observer);

    /// Adds a person's account.
    fn adds(&self, person: i64, name: &str);

    /// A person writes in private.
    fn writes(&self, person: i64, text: &str);

    /// A person reports something, in a way that `chance` selects.
    fn reports(&self, person: i64, text: &str, chance: u32);

    /// A person reports something in private, with a file.
    fn encloses(&self, person: i64, text: &str, upload: &Upload);

    /// A person presses a button.
    fn presses(&self, on: &Message, button: &Pressable);

    /// A person submits a form.
    fn hands_in(&self, form: &Form, filled: &[(String, String)]);

    /// A person whose app shows the last action as failed repeats it. `false` when nothing has
    /// failed.
    fn tries_again(&self, person: i64) -> bool;

    /// Signals every change.
    fn changed(&self) -> watch::Receiver<u64>;

    /// How many effects people have seen.
    fn effects(&self) -> usize;

    /// Grows while the program runs, whether or not there is work.
    fn pulse(&self) -> usize;

    /// Whether any update is on its way to the program that is not among those `stored`.
    fn is_on_its_way(&self, stored: &HashSet<String>) -> bool;

    /// Whether one lane may hold updates of several people.
    fn shares_lanes(&self) -> bool;

    /// The person of a lane; `key` is the network's key of the inbox row, or the chat of the outbox
    /// row.
    fn person_of(&self, lane: &str, key: &str) -> Option<i64>;

    /// Disturbs the connection.
    fn trouble(&self, trouble: Trouble);

    /// Some requests meet with this fault from now on.
    fn injects(&self, fault: PlatformFault, seed: u64);

    /// Only the faults of the start remain from now on.
    fn clears_injected_faults(&self);

    /// The program has died.
    fn expects_loss(&self);

    /// No fault at all from now on.
    fn clears_all_faults(&self);

    /// The network's clock.
    fn clock(&self) -> Duration;

    /// The end of the story, for failed assertions.
    fn summary(&self) -> String;

    /// Compares the network's ledger with the database of the desk.
    fn judge(&self, memory: &Memory, chronicle: &Chronicle, figures: &mut Figures);
}
