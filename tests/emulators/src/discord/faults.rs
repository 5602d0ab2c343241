//! Faults between the bot and Discord's REST API, scripted or by seeded chance.

use std::collections::VecDeque;

use super::{Emulator, facts};
use crate::chance::{Dice, Gate};

/// What goes wrong with one request.
#[derive(Debug, Clone)]
pub enum Fault {
    /// 429: the request has no effect, and the response tells how long to wait.
    RateLimited {
        /// In seconds.
        retry_after: f64,
        /// Whether the limit holds for every route.
        global: bool,
        /// `user`, `global` or `shared`.
        scope: &'static str,
    },
    /// 502 with an HTML page instead of JSON; the request has no effect.
    ServerError502Html,
    /// The connection is cut before the request takes effect.
    DropBefore,
    /// The request takes effect, and the connection is cut before the response.
    DropAfter,
    /// The request takes no effect until the gate opens.
    Hang(Gate),
    /// 404 with the code of an unknown or expired interaction.
    UnknownInteraction,
    /// Any other refusal: HTTP status, Discord's error code and message; the request has no effect.
    Status(u16, i64, String),
    /// The request takes effect, and the response ends in the middle of its JSON.
    BrokenAnswer,
}

/// Where a test configures faults. A route is written as `POST /channels/*/messages`, without
/// `/api/v10`: `*` or `{…}` stand for one segment, and the pattern `*` alone matches every request.
pub struct FaultScript<'a> {
    emulator: &'a Emulator,
}

impl<'a> FaultScript<'a> {
    pub(super) fn new(emulator: &'a Emulator) -> Self {
        Self { emulator }
    }

    /// The next `times` requests of the route fail with this fault.
    pub fn next(&self, route: &str, times: usize, fault: Fault) {
        self.emulator.change(|state| {
            for _ in 0..times {
                state.faults.script.push_back((route.to_owned(), fault.clone()));
            }
        });
    }

    /// From now on each request of the route fails with a chance of `per_mille`.
    pub fn sometimes(&self, route: &str, per_mille: u64, seed: u64, fault: Fault) {
        let dice = Dice::new(per_mille, seed);
        let chance = Chance { route: route.to_owned(), dice, fault };
        self.emulator.change(|state| state.faults.chances.push(chance));
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
}

struct Chance {
    route: String,
    dice: Dice,
    fault: Fault,
}

impl Faults {
    /// The fault for a request that has just arrived.
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
