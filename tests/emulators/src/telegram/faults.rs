//! Faults between the bot and Telegram, scripted or by seeded chance.

use std::collections::VecDeque;

use super::Emulator;
use crate::chance::{Dice, Gate};

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429: the request has no effect, and the response tells how many seconds to wait.
    RetryAfter(u32),
    /// 502 with an HTML page instead of JSON; the request has no effect.
    ServerError502Html,
    /// The connection is cut before the request takes effect.
    DropBefore,
    /// The request takes effect, and the connection is cut before the response.
    DropAfter,
    /// The request takes no effect until the gate opens.
    Hang(Gate),
    /// 400 with this description; the request has no effect.
    Http400(String),
    /// Any other refusal with its code and description; the request has no effect.
    Refuse(u16, String),
    /// The request takes effect, and the response ends in the middle of its JSON.
    BrokenAnswer,
}

/// Where a test configures faults. Methods have the names of the API description; `*` matches every
/// method.
pub struct FaultScript<'a> {
    emulator: &'a Emulator,
}

impl<'a> FaultScript<'a> {
    pub(super) fn new(emulator: &'a Emulator) -> Self {
        Self { emulator }
    }

    /// The next `times` requests of `method` fail with this fault.
    pub fn next(&self, method: &str, times: usize, fault: Fault) {
        self.emulator.change(|state| {
            for _ in 0..times {
                state.faults.script.push_back((method.to_owned(), fault.clone()));
            }
        });
    }

    /// From now on each request of `method` fails with a chance of `per_mille`.
    pub fn sometimes(&self, method: &str, per_mille: u64, seed: u64, fault: Fault) {
        let dice = Dice::new(per_mille, seed);
        let chance = Chance { method: method.to_owned(), dice, fault };
        self.emulator.change(|state| state.faults.chances.push(chance));
    }

    /// From now on every request of `method` for this chat fails.
    pub fn in_chat(&self, chat: i64, method: &str, fault: Fault) {
        let place = Place { chat, method: method.to_owned(), fault };
        self.emulator.change(|state| state.faults.places.push(place));
    }

    /// Removes every fault.
    pub fn clear(&self) {
        self.emulator.change(|state| state.faults = Faults::default());
    }
}

/// The faults that are still to happen.
#[derive(Default)]
pub struct Faults {
    script: VecDeque<(String, Fault)>,
    chances: Vec<Chance>,
    places: Vec<Place>,
}

/// The faults of one chat.
struct Place {
    chat: i64,
    method: String,
    fault: Fault,
}

struct Chance {
    method: String,
    dice: Dice,
    fault: Fault,
}

impl Faults {
    /// The fault for a request of `method` that has just arrived; `chat` is the chat that it names,
    /// if any.
    pub fn strike(&mut self, method: &str, chat: Option<i64>) -> Option<Fault> {
        let applies = |to: &str| to == "*" || to.eq_ignore_ascii_case(method);
        let here = |place: &&Place| Some(place.chat) == chat && applies(&place.method);
        if let Some(place) = self.places.iter().find(here) {
            return Some(place.fault.clone());
        }
        if let Some(at) = self.script.iter().position(|(to, _)| applies(to)) {
            return self.script.remove(at).map(|(_, fault)| fault);
        }
        self.chances
            .iter_mut()
            .filter(|chance| applies(&chance.method))
            .find_map(|chance| chance.dice.roll().then(|| chance.fault.clone()))
    }
}
