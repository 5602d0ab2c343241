//! How and when the program dies in this story: at every named point between two effects, and at
//! random moments.

use rand::{RngExt, rngs::StdRng, seq::SliceRandom};

use super::{crowd, network::Trouble};

/// The points between two effects, and the highest passage chosen at each. [`super::steps`] checks
/// that the list is complete.
pub const POINTS: [(&str, u32); 12] = [
    ("poll.received", 6),
    ("inbox.stored", 6),
    ("handle.uncommitted", 40),
    ("handle.committed", 40),
    ("courier.claimed", 30),
    ("courier.answered", 60),
    ("courier.settled", 30),
    ("fetch.claimed", 4),
    ("fetch.stored", 4),
    ("fetch.uncommitted", 4),
    ("fetch.committed", 4),
    ("prune.committed", 1),
];
/// The points of a sweep, which need a ticket that is due.
pub const SWEEPS: [&str; 2] = ["sweep.uncommitted", "sweep.committed"];
/// The point of the back-fill, on networks that need one for first messages.
pub const BACKFILL: (&str, u32) = ("missed.fetched", 6);
/// At least one kill in two is at a named point.
const SHARE: usize = 2;
/// On a network with connection troubles, one life in four has one.
const TROUBLED: u32 = 4;

/// How one life of the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Death {
    /// At the n-th passage of a named point.
    At(String),
    /// After the platform saw this many effects.
    After(usize),
}

/// How the program lives on one network.
pub struct Plan {
    /// The number of kills.
    pub kills: usize,
    /// The least number of rounds of the named points.
    pub rounds: usize,
    /// The points that are passed in every life.
    pub points: Vec<(&'static str, u32)>,
    /// The most effects in a life without a named end.
    pub longest: usize,
}

/// Every point in every round, then random moments; the points that need earlier tickets come last.
pub fn deaths(plan: &Plan, dice: &mut StdRng) -> Vec<Death> {
    let mut deaths = Vec::new();
    // With more people, a life of the same length has more effects.
    let busier = crowd::employees().div_ceil(crowd::EMPLOYEES);
    let longest = plan.longest * usize::try_from(busier).unwrap();
    let late = 2 * SWEEPS.len();
    for round in 0..plan.rounds.max(plan.kills / plan.points.len() / SHARE) {
        for (point, latest) in &plan.points {
            // A point that is passed once in a life is never chosen at a later passage.
            let latest = if *latest == 1 { 1 } else { u64::from(*latest) * busier };
            let passage = if round == 0 { 1 } else { dice.random_range(1..=latest) };
            deaths.push(Death::At(format!("{point}:{passage}")));
        }
    }
    deaths.truncate(plan.kills.saturating_sub(late));
    while deaths.len() + late < plan.kills {
        deaths.push(Death::After(dice.random_range(1..longest)));
    }
    deaths.shuffle(dice);
    let last = SWEEPS.into_iter().flat_map(|point| [format!("{point}:1"), format!("{point}:2")]);
    deaths.extend(last.map(Death::At));
    deaths.truncate(plan.kills);
    deaths
}

/// The trouble of the connection in a life, and the number of effects before it.
pub fn trouble(dice: &mut StdRng) -> Option<(Trouble, usize)> {
    let after = dice.random_range(1..20);
    let trouble = match dice.random_range(0..8) {
        0..=2 => Trouble::Cut,
        3..=5 => Trouble::Reconnect,
        6 => Trouble::Invalid,
        _ => Trouble::Forgotten,
    };
    dice.random_ratio(1, TROUBLED).then_some((trouble, after))
}
