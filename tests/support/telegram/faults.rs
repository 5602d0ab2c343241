//! What goes wrong between the bot and the platform, by script or by seeded chance.

use std::collections::VecDeque;

use super::{
    super::chance::{Dice, Gate},
    Emulator,
};

/// Something that goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429: nothing happens, and the bot is told how many seconds to wait.
    RetryAfter(u32),
    /// 502 with a page instead of JSON; nothing happens.
    ServerError502Html,
    /// The connection is cut before anything happens.
    DropBefore,
    /// It happens, but the connection is cut before the answer.
    DropAfter,
    /// Nothing happens until the gate opens.
    Hang(Gate),
    /// 400 with this description; nothing happens.
    Http400(String),
    /// Any other refusal with its code and description; nothing happens.
    Refuse(u16, String),
    /// It happens, and the answer is cut off in the middle of its JSON.
    BrokenAnswer,
}

/// Where a test writes what goes wrong. Methods are named as the platform spells them; `*` is any.
pub struct FaultScript<'a> {
    emulator: &'a Emulator,
}

impl<'a> FaultScript<'a> {
    pub(super) fn new(emulator: &'a Emulator) -> Self {
        Self { emulator }
    }

    /// Lets the next `times` requests of `method` fail so.
    pub fn next(&self, method: &str, times: usize, fault: Fault) {
        self.emulator.change(|state| {
            for _ in 0..times {
                state.faults.script.push_back((method.to_owned(), fault.clone()));
            }
        });
    }

    /// Lets requests of `method` fail so from now on, each with a chance of `per_mille`.
    pub fn sometimes(&self, method: &str, per_mille: u64, seed: u64, fault: Fault) {
        let dice = Dice::new(per_mille, seed);
        let chance = Chance { method: method.to_owned(), dice, fault };
        self.emulator.change(|state| state.faults.chances.push(chance));
    }

    /// Lets every request of `method` that names this chat fail so from now on.
    pub fn in_chat(&self, chat: i64, method: &str, fault: Fault) {
        let place = Place { chat, method: method.to_owned(), fault };
        self.emulator.change(|state| state.faults.places.push(place));
    }

    /// From now on nothing goes wrong.
    pub fn clear(&self) {
        self.emulator.change(|state| state.faults = Faults::default());
    }
}

/// What is still to go wrong.
#[derive(Default)]
pub struct Faults {
    script: VecDeque<(String, Fault)>,
    chances: Vec<Chance>,
    places: Vec<Place>,
}

/// What goes wrong in one chat.
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
    /// What goes wrong with a request of `method` that has just come, for this chat if it names one.
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
