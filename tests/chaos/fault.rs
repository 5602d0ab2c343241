//! The faults of a round.

use rand::{RngExt, rngs::StdRng, seq::IndexedRandom};

use super::fleet::Fleet;
use crate::kill::{
    POINTS,
    network::{Network, PlatformFault, Trouble},
};

/// A fault that one round injects.
pub enum Fault {
    /// A replica is killed and started again.
    Kill(usize),
    /// Every replica is killed at once, and started again.
    KillAll,
    /// A replica is started so that it dies at the n-th passage of a kill point.
    DieAt(usize, String),
    /// A replica is told to stop and started again.
    Restart(usize),
    /// A replica is suspended (SIGSTOP) and resumed later.
    Freeze(usize),
    /// The database server closes every connection of the desk.
    CutConnections,
    /// A replica cannot reach the database server for a while.
    CutOff(usize),
    /// A replica cannot reach the platform for a while.
    OutOfReach(usize),
    /// The platform fails for a while.
    PlatformFault(PlatformFault),
    /// The connection to the platform fails.
    Trouble(Trouble),
}

impl Fault {
    /// Chooses a fault that is possible for this fleet on this network.
    pub fn choose(dice: &mut StdRng, fleet: &Fleet, network: &dyn Network) -> Self {
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
                // A replica that is suspended inside a transaction locks an SQLite file until it
                // resumes; a PostgreSQL server ends the transaction.
                6 if fleet.shares_a_server() => Self::Freeze(replica),
                7 if fleet.shares_a_server() => Self::CutConnections,
                8 | 9 => Self::PlatformFault(
                    *PlatformFault::ALL.choose(dice).expect("there are nuisances"),
                ),
                10 | 11 if network.has_troubles() => {
                    Self::Trouble(*Trouble::ALL.choose(dice).expect("there are troubles"))
                }
                12 if fleet.shares_a_server() => Self::CutOff(replica),
                13 if network.relay_to_platform(replica).is_some() => Self::OutOfReach(replica),
                _ => continue,
            };
        }
    }

    /// The name under which the fault is counted.
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
            Self::PlatformFault(nuisance) => nuisance.name(),
            Self::Trouble(_) => "connection troubled",
        }
    }
}
