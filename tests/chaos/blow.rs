//! What may happen to a desk in a round.

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

use super::fleet::Fleet;
use crate::kill::{POINTS, telegram::Nuisance};

/// Something that happens.
pub enum Blow {
    /// A replica is killed and started again.
    Kill(usize),
    /// All of them are, at once.
    KillAll,
    /// A replica is started so that it dies at the n-th passage of a point.
    DieAt(usize, String),
    /// A replica is told to stop and started again.
    Restart(usize),
    /// A replica is stopped where it stands, and goes on later.
    Freeze(usize),
    /// The server ends every connection of the desk.
    CutConnections,
    /// The platform is in trouble for a while.
    Trouble(Nuisance),
}

impl Blow {
    /// Chooses one that can happen to this fleet.
    pub fn choose(dice: &mut StdRng, fleet: &Fleet) -> Self {
        let replica = dice.random_range(fleet.all());
        loop {
            return match dice.random_range(0..10) {
                0 | 1 => Self::Kill(replica),
                2 => Self::KillAll,
                3 | 4 => {
                    let (point, latest) = POINTS.choose(dice).expect("there are points");
                    Self::DieAt(replica, format!("{point}:{}", dice.random_range(1..=*latest)))
                }
                5 => Self::Restart(replica),
                // What stands still in the middle of a transaction holds a file for ever; a server
                // takes it away.
                6 if fleet.shares_a_server() => Self::Freeze(replica),
                7 if fleet.shares_a_server() => Self::CutConnections,
                8 | 9 => Self::Trouble(*Nuisance::ALL.choose(dice).expect("there are nuisances")),
                _ => continue,
            };
        }
    }

    /// What it is counted under.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Kill(_) => "killed",
            Self::KillAll => "all killed",
            Self::DieAt(..) => "died at a point",
            Self::Restart(_) => "restarted",
            Self::Freeze(_) => "stopped for a while",
            Self::CutConnections => "connections cut",
            Self::Trouble(nuisance) => nuisance.name(),
        }
    }
}
