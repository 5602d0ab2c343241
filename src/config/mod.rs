//! The operator's settings: the database, the procedure, the channels. Three layers are joined (the
//! shipped defaults, the operator's file, the environment) and read in one pass that reports every
//! fault; the result is plain typed values.
//!
//! Deliberately absent: a later reload. A desk runs on the settings it started with.

mod exposure;
pub mod fault;
mod files;
mod layers;
pub mod procedure;
mod reading;
pub mod report;
pub(crate) mod section;
pub mod settings;
mod tree;
mod webhook;

use crate::domain::procedure::Procedure;

pub use exposure::exposed;
pub use fault::{Fault, Place};
pub use layers::{DEFAULTS, Sources};
pub use report::{Report, check, check_procedure};
pub use settings::Config;

/// A configuration without a fault, and the procedure it names.
#[derive(Debug, Clone)]
pub struct Loaded {
    pub config: Config,
    pub procedure: Procedure,
}

impl Config {
    /// Reads every layer and the procedure; returns either all of it or every fault.
    pub fn load(sources: Sources) -> Result<Loaded, Vec<Fault>> {
        let log = fault::FaultLog::default();
        let stack = sources.stack(&log);
        let top = section::Section::top(&stack, &log);
        let procedure = procedure::load(&top, &sources, &log);
        let config = reading::read(&top, &|place| sources.beside(place));
        top.finish();
        let keys = log.keys();
        let mut faults = log.into_faults();
        section::suggest_variables(&mut faults, &keys);
        match (config, procedure) {
            (Some(config), Some(procedure)) if faults.is_empty() => {
                let procedure = Procedure { limits: config.limits, ..procedure };
                Ok(Loaded { config, procedure })
            }
            _ => Err(faults),
        }
    }
}

/// Every key that has a meaning, dotted from the top.
pub fn keys() -> Vec<String> {
    let log = fault::FaultLog::default();
    let defaults = layers::defaults(&log);
    let top = section::Section::top(&defaults, &log);
    top.text("procedure");
    reading::read(&top, &|_| std::path::PathBuf::new());
    log.keys()
}
