//! What goes wrong between the bot and the platform's REST side, by script or by seeded chance.

use std::collections::VecDeque;

use super::{
    super::chance::{Dice, Gate},
    Emulator, facts,
};

/// Something that goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429: nothing happens, and the bot is told how many seconds to wait.
    RateLimited {
        /// How long to wait, in seconds.
        retry_after: f64,
        /// Whether every route is meant.
        global: bool,
        /// `user`, `global` or `shared`.
        scope: &'static str,
    },
    /// 502 with a page instead of JSON; nothing happens.
    ServerError502Html,
    /// The connection is cut before anything happens.
    DropBefore,
    /// It happens, but the connection is cut before the answer.
    DropAfter,
    /// Nothing happens until the gate opens.
    Hang(Gate),
    /// 404 with the platform's code for an interaction that it does not know (any more).
    UnknownInteraction,
    /// Any other refusal: its status, the platform's code and its words; nothing happens.
    Status(u16, i64, String),
    /// It happens, and the answer is cut off in the middle of its JSON.
    BrokenAnswer,
}

/// Where a test writes what goes wrong. Routes are written as `POST /channels/*/messages`, without
/// `/api/v10`: `*` or `{…}` stand for one part, and a pattern that is only `*` for any request.
pub struct FaultScript<'a> {
    emulator: &'a Emulator,
}

impl<'a> FaultScript<'a> {
    pub(super) fn new(emulator: &'a Emulator) -> Self {
        Self { emulator }
    }

    /// Lets the next `times` requests of a route fail so.
    pub fn next(&self, route: &str, times: usize, fault: Fault) {
        self.emulator.change(|state| {
            for _ in 0..times {
                state.faults.script.push_back((route.to_owned(), fault.clone()));
            }
        });
    }

    /// Lets requests of a route fail so from now on, each with a chance of `per_mille`.
    pub fn sometimes(&self, route: &str, per_mille: u64, seed: u64, fault: Fault) {
        let dice = Dice::new(per_mille, seed);
        let chance = Chance { route: route.to_owned(), dice, fault };
        self.emulator.change(|state| state.faults.chances.push(chance));
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
}

struct Chance {
    route: String,
    dice: Dice,
    fault: Fault,
}

impl Faults {
    /// What goes wrong with a request that has just come.
    pub fn strike(&mut self, request: &str) -> Option<Fault> {
        let applies = |to: &str| to == "*" || facts::fits(to, request);
        if let Some(at) = self.script.iter().position(|(to, _)| applies(to)) {
            return self.script.remove(at).map(|(_, fault)| fault);
        }
        self.chances
            .iter_mut()
            .filter(|chance| applies(&chance.route))
            .find_map(|chance| chance.dice.roll().then(|| chance.fault.clone()))
    }
}
