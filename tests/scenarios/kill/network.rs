//! A chat network as the people of this story use it, and as the story looks at it. Everything that
//! differs between networks is behind [`Network`]; who does what is not.

use std::{collections::HashSet, ops::RangeInclusive, sync::Arc, time::Duration};

use tokio::sync::watch;

use super::oracle::{Figures, Memory};
use crate::support::{relay::Relay, upload::Upload};

/// How long a program waits for a database that has fallen silent.
const GIVEN_UP: Duration = Duration::from_secs(30);

/// Somebody who is shown what appears before people's eyes.
pub type Robot = Arc<dyn Fn(&Sight) + Send + Sync>;

/// Something before somebody's eyes.
pub enum Sight {
    /// A message, new or with a new face.
    Message(Message),
    /// A form that opened.
    Form(Form),
}

/// A message as one person reads it.
pub struct Message {
    pub reader: i64,
    /// Where it hangs, and its key there.
    pub at: (u64, u64),
    pub text: String,
    pub buttons: Vec<Pressable>,
}

/// A button, or what may be chosen from a menu.
#[derive(Debug, Clone)]
pub struct Pressable {
    pub label: String,
    pub code: String,
    /// The menu that it stands in.
    pub menu: Option<String>,
}

/// A form before one person's eyes.
pub struct Form {
    pub reader: i64,
    /// What opened it.
    pub opened_by: u64,
    pub fields: Vec<Field>,
}

/// Something to fill in.
pub struct Field {
    pub key: String,
    /// What it holds already.
    pub value: Option<String>,
    /// What may be chosen; with nothing to choose from, it is written.
    pub choices: Vec<String>,
}

/// Something that happens to the connection while the program lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Trouble {
    /// It is cut without a word.
    Cut,
    /// The program is asked to connect anew.
    Reconnect,
    /// The session is declared over.
    Invalid,
    /// It is cut, and the session forgotten with it.
    Forgotten,
}

impl Trouble {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Cut, Self::Reconnect, Self::Invalid, Self::Forgotten];
}

/// What the platform may be in trouble with for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nuisance {
    /// It says that it is too much.
    TooMany,
    /// It answers with a page that says that it is out of order.
    Page,
    /// Connections are cut before anything happens.
    CutBefore,
    /// Connections are cut after it has happened.
    CutAfter,
}

impl Nuisance {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::TooMany, Self::Page, Self::CutBefore, Self::CutAfter];
}

/// What the story remembers for its judgement.
#[derive(Debug, Default)]
pub struct Chronicle {
    /// When the program died or its connection was troubled, by the network's clock.
    pub disturbed: Vec<Duration>,
    /// From when to when not everything worked.
    pub troubled: Vec<RangeInclusive<Duration>>,
    /// From when to when a program could not reach its database.
    pub parted: Vec<RangeInclusive<Duration>>,
}

impl Chronicle {
    /// Whether what a program heard at this moment may have been nowhere but in its memory for longer
    /// than the platform waits.
    pub fn was_parted(&self, at: Duration) -> bool {
        // What was asked of the database when it fell silent is waited for a while longer.
        let unstored = |while_: &RangeInclusive<Duration>| {
            (*while_.start()..=*while_.end() + GIVEN_UP).contains(&at)
        };
        self.parted.iter().any(unstored)
    }

    /// Whether anything went wrong between these two.
    pub fn was_disturbed(&self, from: Duration, to: Duration) -> bool {
        self.disturbed.iter().any(|at| (from..=to).contains(at))
            || self.troubled.iter().any(|while_| *while_.start() <= to && *while_.end() >= from)
    }
}

/// A network, its people and its ledger.
pub trait Network: Send + Sync {
    /// What a replica of the program is told about it.
    fn environment(&self, replica: usize) -> Vec<(&'static str, String)>;

    /// A replica's own way to it, where they do not share one.
    fn relay_to_platform(&self, replica: usize) -> Option<&Relay>;

    /// Whether what was written to the program while it never ran is told to it later.
    fn keeps_first_words(&self) -> bool;

    /// Whether a press may open a form.
    fn has_forms(&self) -> bool;

    /// Whether its connection can be troubled.
    fn has_troubles(&self) -> bool;

    /// Shows whatever appears to `robot` before the program has its answer.
    fn is_watched_by(&self, robot: Robot);

    /// Somebody gets an account.
    fn adds(&self, person: i64, name: &str);

    /// Somebody writes in private.
    fn writes(&self, person: i64, text: &str);

    /// Somebody reports something, in whichever way `chance` has it.
    fn reports(&self, person: i64, text: &str, chance: u32);

    /// Somebody reports something in private, with a file.
    fn encloses(&self, person: i64, text: &str, upload: &Upload);

    /// Somebody presses a button.
    fn presses(&self, on: &Message, button: &Pressable);

    /// Somebody hands in a form.
    fn hands_in(&self, form: &Form, filled: &[(String, String)]);

    /// Somebody whose app says that what they did last has failed does it again. `false` when
    /// nothing has failed.
    fn tries_again(&self, person: i64) -> bool;

    /// Signals every change.
    fn changed(&self) -> watch::Receiver<u64>;

    /// How much people have seen.
    fn effects(&self) -> usize;

    /// Grows while the program is there, whether or not there is anything to do.
    fn pulse(&self) -> usize;

    /// Whether anything is on its way to the program that is not among what it has `stored`.
    fn is_on_its_way(&self, stored: &HashSet<String>) -> bool;

    /// Whether one lane may hold what several people do.
    fn shares_lanes(&self) -> bool;

    /// Whose a lane is; `key` is what the network calls the row of the inbox, or the chat of that of
    /// the outbox.
    fn person_of(&self, lane: &str, key: &str) -> Option<i64>;

    /// Troubles the connection.
    fn trouble(&self, trouble: Trouble);

    /// From now on some requests meet with this.
    fn is_bothered_by(&self, nuisance: Nuisance, seed: u64);

    /// From now on no more goes wrong than at the start.
    fn is_left_in_peace(&self);

    /// The program has died.
    fn expects_loss(&self);

    /// From now on nothing goes wrong on the way.
    fn calms_down(&self);

    /// The network's clock.
    fn clock(&self) -> Duration;

    /// The end of the story, for failed assertions.
    fn summary(&self) -> String;

    /// Holds what the network saw against what the desk remembers.
    fn judge(&self, memory: &Memory, chronicle: &Chronicle, figures: &mut Figures);
}
