//! What may happen to a desk in a round.

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

use super::fleet::Fleet;
use crate::kill::{
    POINTS,
    network::{Network, Nuisance, Trouble},
};

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
    /// A replica cannot reach the server for a while.
    CutOff(usize),
    /// A replica cannot reach the platform for a while.
    OutOfReach(usize),
    /// The platform is in trouble for a while.
    Nuisance(Nuisance),
    /// Something happens to the connection with the platform.
    Trouble(Trouble),
}

impl Blow {
    /// Chooses one that can happen to this fleet on this network.
    pub fn choose(dice: &mut StdRng, (fleet, network): (&Fleet, &dyn Network)) -> Self {
        let replica = dice.random_range(fleet.all());
        loop {
            return match dice.random_range(0..14) {
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
                8 | 9 => Self::Nuisance(*Nuisance::ALL.choose(dice).expect("there are nuisances")),
                10 | 11 if network.has_troubles() => {
                    Self::Trouble(*Trouble::ALL.choose(dice).expect("there are troubles"))
                }
                12 if fleet.shares_a_server() => Self::CutOff(replica),
                13 if network.way_of(replica).is_some() => Self::OutOfReach(replica),
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
            Self::CutOff(_) => "cut off from the server",
            Self::OutOfReach(_) => "cut off from the platform",
            Self::Nuisance(nuisance) => nuisance.name(),
            Self::Trouble(_) => "connection troubled",
        }
    }
}
