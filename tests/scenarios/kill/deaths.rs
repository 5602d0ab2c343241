//! How the program dies in this story, and when: at every named point between two effects, and at random
//! moments.

use rand::{RngExt, rngs::StdRng, seq::SliceRandom};

use super::{crowd, network::Trouble};

/// The points between two effects, and how late a passage may be chosen at each. That they are all
/// there is held by [`super::steps`].
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
/// The points of a sweep, which need a ticket whose time has come.
pub const SWEEPS: [&str; 2] = ["sweep.uncommitted", "sweep.committed"];
/// The point of the back-fill, which is there where first words have to be heard.
pub const BACKFILL: (&str, u32) = ("missed.fetched", 6);
/// Of many kills the named points are half.
const SHARE: usize = 2;
/// On a network with troubles of its own, one in so many lives has one.
const TROUBLED: u32 = 4;

/// How one life of the program ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Death {
    /// At the n-th passage of a named point.
    At(String),
    /// After so many effects that the platform saw.
    After(usize),
}

/// How the program lives on one network.
pub struct Plan {
    /// How often it is killed.
    pub kills: usize,
    /// How many rounds of the named points there are at least.
    pub rounds: usize,
    /// The points that are passed in every life.
    pub points: Vec<(&'static str, u32)>,
    /// The most that people see in a life without a named end.
    pub longest: usize,
}

/// Every point in every round, then random moments; those that need a past come last.
pub fn deaths(plan: &Plan, dice: &mut StdRng) -> Vec<Death> {
    let mut deaths = Vec::new();
    // Where more people write, a life of the same length holds more.
    let busier = crowd::employees().div_ceil(crowd::EMPLOYEES);
    let longest = plan.longest * usize::try_from(busier).unwrap();
    let late = 2 * SWEEPS.len();
    for round in 0..plan.rounds.max(plan.kills / plan.points.len() / SHARE) {
        for (point, latest) in &plan.points {
            // What comes once in a life comes no oftener.
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

/// What happens to the connection in a life, and how much people see before.
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
